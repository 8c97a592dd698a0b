/** Compares a run with the callbacks that its trace recorded, operation by operation, and counts. */
import type { ContextEvent } from '../../trace/record.ts';
import type { EventPage } from '../eventPage.ts';
import { compareCallbacks, type FilterNames } from './compareCallbacks.ts';
import type { CallbackDifference, CallbackDifferenceKind, GroundTruthReport, RecordedFilter } from './groundTruthReport.ts';
import { recordedFilter, tellsOfAll, type RecordedCallback, type RecordedPhases } from './recordedCallbacks.ts';
import { ReplayedCallbacks, type ReplayedCallback } from './replayedCallbacks.ts';

/** A filter of the run's stack. */
export interface StackFilter {
  readonly layer: number;
  readonly name: string;
  /** Recorded filters that it stands for beside the one with its own name, by their drivers' file names. */
  readonly recordedAs: readonly string[];
}

/** So many differences are told one by one. */
const toldDifferences = 20;
/** More filters than this are no filters: routines whose driver is not known. */
const maximumFilters = 256;

const plainName = (file: string): string => file.toLowerCase().replace(/\.(?:sys|ts)$/, '');

export class GroundTruth implements FilterNames {
  readonly #drivers = new Map<string, string>();
  readonly #layers = new Map<number, string>();
  readonly #filters = new Map<string, { callbacks: number; readonly driver: string | null }>();
  readonly #phases: RecordedPhases = { pre: false, post: false };
  readonly #kinds = new Map<CallbackDifferenceKind, { count: number; readonly first: number }>();
  readonly #told: CallbackDifference[] = [];
  readonly #stack: readonly StackFilter[];
  readonly #recorded: (operation: number) => readonly RecordedCallback[];
  readonly #replayed = new ReplayedCallbacks((operation, callbacks) => this.#compare(operation, callbacks));
  #compared = 0;
  #different = 0;

  /** `recorded`: the callbacks that the trace has of an operation; asked once for each that the run has completed. */
  constructor(stack: readonly StackFilter[], recorded: (operation: number) => readonly RecordedCallback[]) {
    this.#stack = stack;
    this.#recorded = recorded;
    for (const { name, recordedAs } of stack) for (const file of [name, ...recordedAs]) this.#drivers.set(plainName(file), name);
  }

  /** Before the run's pages: every minifilter event of the trace, in any order. */
  recordedEvent(event: ContextEvent): void {
    tellsOfAll(event, this.#phases);
    const name = recordedFilter(event);
    const known = this.#filters.get(name);
    if (known !== undefined) known.callbacks++;
    else if (this.#filters.size < maximumFilters) this.#filters.set(name, { callbacks: 1, driver: this.driverOfRecorded(name) });
  }

  /** When all of them were told: layers stand for what was recorded. */
  begin(): void {
    const drivers = new Set([...this.#filters.values()].map(({ driver }) => driver));
    for (const { layer, name } of this.#stack) if (drivers.has(name)) this.#layers.set(layer, name);
  }

  driverOfRecorded(filter: string): string | null {
    return this.#drivers.get(plainName(filter)) ?? null;
  }

  driverOfLayer(layer: number): string | null {
    return this.#layers.get(layer) ?? null;
  }

  /** The run's event log, in order. */
  replayedPage(page: EventPage): void {
    this.#replayed.page(page);
  }

  #compare(operation: number, replayed: readonly ReplayedCallback[]): void {
    const recorded = this.#recorded(operation);
    if (recorded.length === 0) return;
    this.#compared++;
    const difference = compareCallbacks(operation, recorded, replayed, this, this.#phases);
    if (difference === null) return;
    this.#different++;
    if (this.#told.length < toldDifferences) this.#told.push(difference);
    const kind = this.#kinds.get(difference.kind);
    if (kind === undefined) this.#kinds.set(difference.kind, { count: 1, first: operation });
    else kind.count++;
  }

  get report(): GroundTruthReport {
    const filters: RecordedFilter[] = [...this.#filters].map(([name, filter]) => ({ name, ...filter })).sort((a, b) => b.callbacks - a.callbacks);
    return {
      compared: this.#compared, same: this.#compared - this.#different, different: this.#different,
      kinds: [...this.#kinds].map(([kind, counted]) => ({ kind, ...counted })).sort((a, b) => b.count - a.count),
      differences: this.#told, filters, withoutRecording: this.#stack.filter(({ layer }) => !this.#layers.has(layer)).map(({ name }) => name),
    };
  }
}
