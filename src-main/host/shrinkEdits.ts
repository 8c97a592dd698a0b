/** The edits of a run as they are left out one by one: changes without code, and drivers that are switched in its middle. */
import type { DriverSwitch, Overlay } from '../replay/runPlan.ts';
import type { RunMaterial } from './storedRuns.ts';

export type ShrinkEdit = { readonly kind: 'overlay'; readonly overlay: Overlay } | { readonly kind: 'switch'; readonly change: DriverSwitch };

/** The material with these edits and no others; those of the stack are in its drivers already. */
export function withEdits(material: RunMaterial, edits: readonly ShrinkEdit[]): RunMaterial {
  return {
    ...material,
    plan: { ...material.plan, overlays: edits.flatMap((edit) => (edit.kind === 'overlay' ? [edit.overlay] : [])), switches: edits.flatMap((edit) => (edit.kind === 'switch' ? [edit.change] : [])) },
  };
}

/** The operation that an inserted one is a copy of. */
export const insertedFrom = (edit: ShrinkEdit): number | null => (edit.kind === 'overlay' && edit.overlay.kind === 'insert' ? edit.overlay.like : null);

/** An edit with the operations by their new numbers; null where its operation was left out, so that it has nothing to change. */
export function renumbered(overlay: Overlay, numberOf: (index: number) => number | undefined): Overlay | null {
  switch (overlay.kind) {
    case 'skip':
    case 'duplicate':
    case 'ioStatus':
    case 'arguments': {
      const operation = numberOf(overlay.operation);
      return operation === undefined ? null : { ...overlay, operation };
    }
    case 'insert': {
      const [after, like] = [numberOf(overlay.after), numberOf(overlay.like)];
      return after === undefined || like === undefined ? null : { ...overlay, after, like };
    }
    case 'assign':
    case 'return': {
      // Before the first operation nothing is numbered anew.
      const issued = overlay.point.issued === 0 ? 0 : numberOf(overlay.point.issued);
      return issued === undefined ? null : { ...overlay, point: { ...overlay.point, issued } };
    }
    case 'altitude':
    case 'off': return null;
  }
}
