/** Windows constants by name, for notations. */
import * as nt from '../../../src-main/nt/values.generated.ts';

export function constantValue(name: string): number {
  const value = (nt as unknown as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'number') throw new Error(`There is no constant ${name}`);
  return value;
}
