/** What a stop at a breakpoint says of its operation. */
import type { Operation } from '../engine/index.ts';
import { irpMjName } from '../nt/names.ts';
import { replayTagOf } from '../replay/replayTag.ts';

/** `Operation 12 (ReadFile C:\docs\a.txt) ends with ...` */
export function operationSentence(operation: Operation, does: string): string {
  const record = replayTagOf(operation)?.record;
  const name = [record?.operation ?? irpMjName(operation.major), record?.path ?? ''].filter((part) => part !== '').join(' ');
  return `Operation ${operation.index} (${name}) ${does}`;
}
