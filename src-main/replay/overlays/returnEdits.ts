/** Callbacks that return something else than they do: found by their event, done when they return. */
import type { Activation } from '../../engine/index.ts';
import type { NTSTATUS } from '../../nt/ntStatus.ts';
import type { Overlay } from '../runPlan.ts';
import type { GivenReturn, PlannedEdits } from './plannedEdits.ts';

export class ReturnEdits {
  readonly #edits: PlannedEdits;
  /** Of callbacks that are running. Activations are used again, so each is taken out at its return. */
  readonly #running = new Map<Activation, { readonly given: GivenReturn; readonly overlay: Overlay }>();

  readonly #stopAt: () => Overlay | null;

  /** `stopAt`: the run stops at the callback of that one. */
  constructor(edits: PlannedEdits, stopAt: () => Overlay | null = () => null) {
    this.#edits = edits;
    this.#stopAt = stopAt;
  }

  /** A callback was entered; its event is the one at the point. True: stop there. */
  entered(activation: Activation, issued: number, sequence: number): boolean {
    const found = this.#edits.returnAt(issued, sequence);
    if (found === null) return false;
    this.#running.set(activation, found);
    return found.overlay === this.#stopAt();
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
