/** Callbacks that return something else than they do: found by their event, done when they return. */
import type { Activation } from '../../engine/index.ts';
import type { NTSTATUS } from '../../nt/ntStatus.ts';
import type { Overlay } from '../runPlan.ts';
import type { GivenReturn, PlannedEdits } from './plannedEdits.ts';

export class ReturnEdits {
  readonly #edits: PlannedEdits;
  /** Of callbacks that are running. Activations are used again, so each is taken out at its return. */
  readonly #running = new Map<Activation, { readonly given: GivenReturn; readonly overlay: Overlay }>();

  constructor(edits: PlannedEdits) {
    this.#edits = edits;
  }

  /** A callback was entered; its event is the one at the point. */
  entered(activation: Activation, issued: number, sequence: number): void {
    const found = this.#edits.returnAt(issued, sequence);
    if (found !== null) this.#running.set(activation, found);
  }

  /** What the engine goes on with. */
  replace(activation: Activation, result: unknown): unknown {
    const found = this.#running.get(activation);
    if (found === undefined) return result;
    this.#running.delete(activation);
    const { given, overlay } = found;
    if (given.status !== null && activation.data !== null) {
      activation.data.IoStatus.Status = given.status as NTSTATUS;
      activation.data.IoStatus.Information = given.information;
    }
    this.#edits.applied(overlay);
    return given.value;
  }
}
