/** Overlays with one more: where two are about the same thing the later one counts. */
import type { Overlay } from '../runPlan.ts';

export function withOverlay(overlays: readonly Overlay[], added: Overlay): Overlay[] {
  const key = keyOf(added);
  const before = key === null ? undefined : overlays.find((one) => keyOf(one) === key);
  if (before === undefined) return [...overlays, added];
  const together = before.kind === 'arguments' && added.kind === 'arguments' ? { ...added, values: { ...before.values, ...added.values } } : added;
  return [...overlays.filter((one) => one !== before), together];
}

/** What an overlay is about; null: there can be several of them. */
function keyOf(overlay: Overlay): string | null {
  switch (overlay.kind) {
    case 'skip':
    case 'arguments':
    case 'ioStatus': return `${overlay.kind} ${overlay.operation}`;
    case 'altitude':
    case 'off': return `${overlay.kind} ${overlay.driver}`;
    case 'return': return `return ${overlay.point.issued}:${overlay.point.sequence}`;
    default: return null;
  }
}
