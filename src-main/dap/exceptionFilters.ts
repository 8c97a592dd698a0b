/** What an editor offers as exceptions: where a run breaks off, violations by severity, and outcomes that a recording did not have. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointAt } from '../../src-preload/contract/index.ts';

interface Filter {
  readonly shown: DebugProtocol.ExceptionBreakpointsFilter;
  /** Null: the switch by which runs stop where they break off. */
  readonly at: BreakpointAt | null;
}

const conditionDescription = 'Expression in the driver\'s language, e.g. Data.Iopb.Parameters.Read.Length > 4096';

function filter(id: string, label: string, description: string, at: BreakpointAt | null): readonly [string, Filter] {
  return [id, { shown: { filter: id, label, description, default: at === null, ...(at !== null && { supportsCondition: true, conditionDescription }) }, at }];
}

const violation = (severity: 'V' | 'W' | ''): BreakpointAt => ({ kind: 'violation', id: '', severity, except: [] });

export const exceptionFilters: ReadonlyMap<string, Filter> = new Map([
  filter('exceptions', 'Driver exceptions and bug checks', 'The run breaks off: a driver throws what it does not catch, Windows would stop the machine, or every thread waits.', null),
  filter('violations', 'Violations', 'A rule of severity B or V is broken: a bug check, or what Driver Verifier would report.', violation('V')),
  filter('warnings', 'Violations and warnings', 'A rule of severity W or worse is broken.', violation('W')),
  filter('findings', 'All findings and hints', 'Anything is found, of any severity.', violation('')),
  filter('differs', 'Differs from the recording', 'An operation ends with another status than recorded.', { kind: 'difference' }),
  filter('outOfOrder', 'Completed out of order', 'An operation ends before an earlier one of the same kind on the same file object.', { kind: 'pending', what: 'outOfOrder', ticks: null }),
  filter('neverCompleted', 'Never completed', 'An operation is still under way at the end of the run.', { kind: 'pending', what: 'never', ticks: null }),
]);
