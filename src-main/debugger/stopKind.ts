import type { ActivationKind } from '../engine/index.ts';
import type { StopInfo } from './stop.ts';

/** What a stop calls the routine that runs: many kinds of the engine are one to a reader. */
export function stopKindOf(kind: ActivationKind): StopInfo['callback'] {
  switch (kind) {
    case 'pre': case 'status': case 'driverEntry': return kind;
    case 'post': case 'drain': return 'post';
    case 'work': case 'safe': return 'work';
    default: return null;
  }
}
