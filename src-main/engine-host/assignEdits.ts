/**
 * Values that a run's edits change at a moment: in the child, the part that knows when it is that moment.
 *
 * V8 evaluates the condition of a breakpoint in the frame it is in, so an edit is a condition: it asks here whether its moment has come,
 * evaluates the expression, and tells here that it has. Nothing pauses for it. At the entry of a callback the frame is that of the
 * realm's edit function, which has what a stop there shows.
 */
import type { Activation } from '../engine/index.ts';
import { FLTFL_CALLBACK_DATA_DIRTY } from '../nt/values.generated.ts';
import type { PlannedEdits } from '../replay/overlays/plannedEdits.ts';
import type { Overlay } from '../replay/runPlan.ts';
import type { EditFunction } from './realm.ts';
import type { EventPlace } from './messages.ts';

type Assign = Overlay & { readonly kind: 'assign' };

export interface AssignHost {
  readonly point: () => EventPlace;
  /** Evaluates edits at the entry of a callback of that driver. */
  readonly edit: (driver: string) => EditFunction | null;
  /** The routine that runs. */
  readonly activation: () => Activation | null;
  /** Place in the plan of the edit to stop at. */
  readonly stopAt: () => number | null;
}

const threw = 'the expression threw an error, or names something that is not there';

export class AssignEdits {
  readonly #edits: PlannedEdits;
  readonly #host: AssignHost;
  #overlays: ReadonlyMap<number, Assign> = new Map();
  /** How often the line of each has been come to since its event. */
  readonly #visits = new Map<number, number>();
  readonly #entries = new Map<string, number[]>();
  /** Of the operation's parameters, before the expression. */
  #changes = 0;

  constructor(edits: PlannedEdits, overlays: readonly Overlay[], host: AssignHost) {
    this.#edits = edits;
    this.#host = host;
    this.replace(overlays);
  }

  /** Between two operations. */
  replace(overlays: readonly Overlay[]): void {
    this.#visits.clear();
    this.#entries.clear();
    this.#overlays = new Map(overlays.flatMap((one, at) => (one.kind === 'assign' ? [[at, one] as const] : [])));
    for (const [at, { point }] of this.#overlays) if (point.line === null) this.#entries.set(keyOf(point), [...(this.#entries.get(keyOf(point)) ?? []), at]);
  }

  get data(): unknown {
    return this.#host.activation()?.data ?? null;
  }

  /** A callback was entered: evaluates what is to be changed there. True: stop at it. */
  entered(activation: Activation): boolean {
    let stops = false;
    for (const at of this.#entries.size === 0 ? [] : (this.#entries.get(keyOf(this.#host.point())) ?? [])) {
      const overlay = this.#overlays.get(at);
      const edit = this.#host.edit(activation.filter.name);
      if (overlay === undefined || edit === null) continue;
      this.#begin(overlay);
      edit(at, activation.data, activation.fltObjects, activation.completionContext, activation.iopbSnapshot, activation.operationStatus, activation.requesterContext, activation.flags);
      stops ||= at === this.#host.stopAt();
    }
    return stops;
  }

  /** From a condition on a line: whether it is the moment of edit `at`. */
  isDue(at: number): boolean {
    const overlay = this.#overlays.get(at);
    if (overlay === undefined || overlay.point.line === null) return overlay !== undefined;
    const { issued, sequence } = this.#host.point();
    if (issued !== overlay.point.issued || sequence !== overlay.point.sequence) return false;
    const visit = (this.#visits.get(at) ?? 0) + 1;
    this.#visits.set(at, visit);
    if (visit !== overlay.point.visit) return false;
    this.#begin(overlay);
    return true;
  }

  #begin(overlay: Assign): void {
    this.#edits.failed(overlay, threw);
    this.#changes = this.#host.activation()?.operation?.iopbHistory.length ?? 0;
  }

  /** Whoever changes a parameter by hand means it to count: a change without the mark would be undone, and held against the driver. */
  #markDirty(): void {
    const { data = null, operation = null } = this.#host.activation() ?? {};
    if (data !== null && (operation?.iopbHistory.length ?? 0) > this.#changes) data.Flags = (data.Flags | FLTFL_CALLBACK_DATA_DIRTY) >>> 0;
  }

  /** The expression has been evaluated. True: stop there. */
  done(at: number): boolean {
    const overlay = this.#overlays.get(at);
    if (overlay === undefined) return false;
    this.#edits.applied(overlay);
    this.#markDirty();
    return overlay.point.line !== null && at === this.#host.stopAt();
  }
}

const keyOf = ({ issued, sequence }: EventPlace): string => `${issued}:${sequence}`;
