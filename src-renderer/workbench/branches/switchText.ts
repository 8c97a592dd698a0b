/** What going on with new code means, said where it is offered. */
import type { DriverInfo } from '../../../src-preload/contract/index.ts';
import { formatCount } from '../../formatting/numbers.ts';

export const switchHint = (operation: number): string => `A branch with the old code up to #${formatCount(operation)}: its variables and contexts stay, its routines are the new ones from there on`;

/** The programs at the other end of the drivers' ports are not exchanged at an operation; empty where there is none. */
export function serviceHint(edited: readonly Pick<DriverInfo, 'name' | 'service'>[]): string {
  const names = edited.filter(({ service }) => (service ?? '') !== '').map(({ name }) => name);
  if (names.length === 0) return '';
  return names.length === 1 ? `The service script of ${names.join('')} goes on as it was loaded; a new one begins with a run from the start.` : `The service scripts of ${names.join(', ')} go on as they were loaded; new ones begin with a run from the start.`;
}
