/**
 * The overlays of a run while it goes on: which operation they are about, and whether they had their effect.
 *
 * Consulted once for each recorded operation of a run that has any; a run without overlays has no such object.
 */
import type { NumberedOperation, TraceProcess } from '../../trace/record.ts';
import type { Overlay, PlanPoint } from '../runPlan.ts';
import { withArguments } from './argumentEdits.ts';

type OverlayOf<K extends Overlay['kind']> = Overlay & { readonly kind: K };

/** What became of an overlay; `note`: why it had no effect, or only a part of it. */
export interface EditOutcome {
  /** Its place in the plan. */
  readonly overlay: number;
  readonly applied: boolean;
  readonly note: string;
}

/** An operation that is not in the recording: issued right behind one that is. */
export interface AddedOperation {
  readonly record: NumberedOperation;
  readonly kind: 'duplicate' | 'insert';
  /** The recorded operation that it is another one of. */
  readonly like: number;
  readonly overlay: Overlay;
}

/** How the file system answers. */
export interface GivenAnswer {
  readonly status: number;
  readonly information: number;
}

/** What a callback returns instead; `status`: also what it leaves in IoStatus. */
export interface GivenReturn {
  readonly value: number;
  readonly status: number | null;
  readonly information: number;
}

/** What is done to one recorded operation. */
interface OperationEdits {
  skip: OverlayOf<'skip'> | null;
  arguments: OverlayOf<'arguments'> | null;
  ioStatus: OverlayOf<'ioStatus'> | null;
  readonly behind: (OverlayOf<'duplicate'> | OverlayOf<'insert'>)[];
}

const notReached = 'its moment never came';

export class PlannedEdits {
  #overlays: readonly Overlay[];
  readonly #processes: readonly TraceProcess[];
  readonly #byOperation = new Map<number, OperationEdits>();
  readonly #returns = new Map<string, OverlayOf<'return'>>();
  #likes: ReadonlyMap<number, NumberedOperation>;
  readonly #outcomes = new Map<Overlay, { applied: boolean; note: string }>();

  /** `likes`: the operations that inserted ones are copies of. */
  constructor(overlays: readonly Overlay[], processes: readonly TraceProcess[], likes: readonly NumberedOperation[]) {
    this.#overlays = overlays;
    this.#processes = processes;
    this.#likes = new Map(likes.map((record) => [record.index, record]));
    for (const overlay of overlays) this.#place(overlay);
  }

  /** From here on the run has other overlays. What has become of those that stay is kept; the moments of the others are still to come. */
  replace(overlays: readonly Overlay[], likes: readonly NumberedOperation[]): void {
    const known = new Map([...this.#outcomes].map(([overlay, outcome]) => [JSON.stringify(overlay), outcome]));
    this.#overlays = overlays;
    this.#likes = new Map(likes.map((record) => [record.index, record]));
    this.#byOperation.clear();
    this.#returns.clear();
    this.#outcomes.clear();
    for (const overlay of overlays) {
      this.#place(overlay);
      const outcome = known.get(JSON.stringify(overlay));
      if (outcome !== undefined) this.#outcomes.set(overlay, outcome);
    }
  }

  #place(overlay: Overlay): void {
    switch (overlay.kind) {
      case 'skip':
        this.#of(overlay.operation).skip = overlay;
        break;
      case 'arguments':
        this.#of(overlay.operation).arguments = overlay;
        break;
      case 'ioStatus':
        this.#of(overlay.operation).ioStatus = overlay;
        break;
      case 'duplicate':
        this.#of(overlay.operation).behind.push(overlay);
        break;
      case 'insert':
        this.#of(overlay.after).behind.push(overlay);
        break;
      case 'return':
        this.#returns.set(pointKey(overlay.point), overlay);
        break;
      case 'assign':
        break;
      // The stack is made so before the run begins.
      case 'altitude':
      case 'off':
        this.applied(overlay);
    }
  }

  /** By its place in the plan. */
  at(place: number): Overlay | null {
    return this.#overlays[place] ?? null;
  }

  #of(operation: number): OperationEdits {
    let edits = this.#byOperation.get(operation);
    if (edits === undefined) this.#byOperation.set(operation, (edits = { skip: null, arguments: null, ioStatus: null, behind: [] }));
    return edits;
  }

  /** Whether the operation is left out. */
  skips(operation: number): boolean {
    const skip = this.#byOperation.get(operation)?.skip ?? null;
    if (skip !== null) this.applied(skip);
    return skip !== null;
  }

  /** The record as it is issued, where that is not how it was recorded. */
  edited(record: NumberedOperation): NumberedOperation | null {
    const overlay = this.#byOperation.get(record.index)?.arguments ?? null;
    if (overlay === null) return null;
    const edited = withArguments(record, overlay.values, this.#processes);
    if (edited.kind === 'edited') {
      this.applied(overlay);
      return edited.record;
    }
    this.failed(overlay, edited.sentence);
    return null;
  }

  /** How the file system answers the operation; null: as always. `answered` is told when it has. */
  answerOf(operation: number): GivenAnswer | null {
    const overlay = this.#byOperation.get(operation)?.ioStatus ?? null;
    if (overlay === null) return null;
    this.failed(overlay, 'it did not reach the file system');
    return overlay;
  }

  answered(operation: number): void {
    const overlay = this.#byOperation.get(operation)?.ioStatus ?? null;
    if (overlay !== null) this.applied(overlay);
  }

  /** What is issued right behind an operation. */
  behind(record: NumberedOperation, wasIssued: boolean): AddedOperation[] {
    const added: AddedOperation[] = [];
    for (const overlay of this.#byOperation.get(record.index)?.behind ?? []) {
      if (overlay.kind === 'duplicate') {
        if (wasIssued) added.push({ record: this.edited(record) ?? record, kind: 'duplicate', like: record.index, overlay });
        else this.failed(overlay, 'the operation itself was not issued');
        continue;
      }
      const like = this.#likes.get(overlay.like);
      const edited = like === undefined ? null : withArguments(like, overlay.values, this.#processes);
      if (like === undefined) this.failed(overlay, `the trace has no operation #${overlay.like}`);
      else if (edited?.kind === 'edited') added.push({ record: { ...edited.record, time: record.time, index: record.index }, kind: 'insert', like: like.index, overlay });
      else this.failed(overlay, edited?.sentence ?? '');
    }
    return added;
  }

  /** Whether callbacks are looked at as they are entered. */
  get hasReturns(): boolean {
    return this.#returns.size > 0;
  }

  get hasAssigns(): boolean {
    return this.#overlays.some(({ kind }) => kind === 'assign');
  }

  /** What the callback whose event has this number returns. */
  returnAt(issued: number, sequence: number): { readonly given: GivenReturn; readonly overlay: Overlay } | null {
    const overlay = this.#returns.size === 0 ? undefined : this.#returns.get(`${issued}:${sequence}`);
    return overlay === undefined ? null : { given: { value: overlay.value, status: overlay.status ?? null, information: overlay.information ?? 0 }, overlay };
  }

  applied(overlay: Overlay): void {
    this.#outcomes.set(overlay, { applied: true, note: '' });
  }

  failed(overlay: Overlay, note: string): void {
    this.#outcomes.set(overlay, { applied: false, note });
  }

  /** Null for a run without overlays. */
  get report(): EditOutcome[] | null {
    return this.#overlays.length === 0 ? null : this.outcomes;
  }

  get outcomes(): EditOutcome[] {
    return this.#overlays.map((overlay, at) => ({ overlay: at, ...(this.#outcomes.get(overlay) ?? { applied: false, note: notReached }) }));
  }
}

const pointKey = ({ issued, sequence }: PlanPoint): string => `${issued}:${sequence}`;
