/**
 * Requests that are under way in the replay, and how they come to their end.
 *
 * Stands over the device that knows the answers: what that one completes inside the call is completed where the policy says; what ends
 * later does so when the virtual clock reaches its time, in order with timers, time-outs and the next issue.
 */
import { createThread, PASSIVE_LEVEL, type Chooser, type Engine, type EngineThread, type LowerAnswer, type LowerCall, type LowerDevice, type Operation } from '../../engine/index.ts';
import { irpMjName } from '../../nt/names.ts';
import { FO_SYNCHRONOUS_IO, IRP_MJ_CREATE } from '../../nt/values.generated.ts';
import type { CompletionPolicy } from '../runSettings.ts';
import { allowedPlacements, placeCompletion, placeOwnCompletion, type Overlap, type Pended, type Placement, type CompletionFacts, type PolicySettings } from './completionPolicy.ts';

/** What the recording knows of a request's time. */
export interface RecordedTime {
  readonly overlap: Overlap;
  /** 100 ns ticks from issue to completion; null where it is not known. */
  readonly duration: bigint | null;
}

interface Answer {
  readonly status: number;
  readonly information: number;
}

const inline: Placement = Object.freeze({ kind: 'inline' });

export class Completions {
  /** Completes what its own thread does not. */
  readonly #arbitrary: EngineThread = createThread({ tid: 8, pid: 4, process: 'System', kind: 'arbitrary', name: 'System:arbitrary' });
  /** Without anything under way beside it, a request of the recording completes inside the call. */
  readonly #inlineAlone: boolean;
  readonly #chooser: Chooser | null;
  #settings: PolicySettings;
  #engine: Engine | null = null;
  /** Threads inside the file system, and for how many requests. */
  readonly #inside = new Map<EngineThread, number>();
  /** Pended by the policy: their answers are there. */
  readonly #answered = new Set<Operation>();
  #lastTime = 0n;

  constructor(policy: CompletionPolicy, seed: number, chooser: Chooser | null = null) {
    this.#chooser = chooser;
    this.#settings = { policy, seed, diskCompletesAtDispatch: true };
    this.#inlineAlone = policy === 'natural' || policy === 'always-inline';
  }

  /** Before the first request. */
  begin(engine: Engine): void {
    this.#engine = engine;
    this.#settings = { ...this.#settings, diskCompletesAtDispatch: engine.assumptions['CPL-001'] === 'dispatch' };
  }

  /** The device with its answers placed. `timeOf`: null for requests that are not in the recording. */
  over(device: LowerDevice, timeOf: (operation: Operation) => RecordedTime | null): LowerDevice {
    return {
      dispatch: (call) => {
        const answer = device.dispatch(call);
        if (answer.kind !== 'complete') return answer;
        const time = timeOf(call.operation);
        const placement = this.#place(call, time?.overlap ?? 'none');
        return placement.kind === 'inline' ? answer : this.#later(call, placement, time?.duration ?? 0n, answer);
      },
      offersFastIo: (volume, major) => device.offersFastIo?.(volume, major) !== false,
      // The file system is done with it; only its completion is still to come.
      cancel: (operation) => !this.#answered.has(operation) && device.cancel?.(operation) !== false,
    };
  }

  /** The latest time at which something ends. */
  get lastTime(): bigint {
    return this.#lastTime;
  }

  /** Whether the thread is inside the file system for some request. */
  isInside(thread: EngineThread): boolean {
    return this.#inside.size > 0 && this.#inside.has(thread);
  }

  /** Something ends `duration` (100 ns ticks) from now. */
  after(duration: bigint, action: () => void): void {
    const engine = this.#begun();
    const time = engine.time + duration;
    if (time > this.#lastTime) this.#lastTime = time;
    engine.at(time, action);
  }

  /** The file system ends a request that it has pended. Nothing happens where the request is not there any more. */
  complete(operation: Operation, status: number, information: number): void {
    this.#complete(operation, placeOwnCompletion(operation.index, this.#settings), { status, information });
  }

  #begun(): Engine {
    if (this.#engine === null) throw new RangeError('Nothing can complete before the run has begun.');
    return this.#engine;
  }

  #place({ operation, iopb, thread }: LowerCall, overlap: Overlap): Placement {
    if (overlap === 'none' && this.#inlineAlone && this.#chooser === null) return inline;
    const facts: CompletionFacts = {
      index: operation.index, kind: operation.kind, major: operation.major, irpFlags: iopb.IrpFlags, synchronousHandle: ((iopb.TargetFileObject?.Flags ?? 0) & FO_SYNCHRONOUS_IO) !== 0, overlap,
      canStay: thread === operation.thread && this.#begun().activation === null,
    };
    const placement = placeCompletion(facts, this.#settings);
    return this.#chooser === null || !isAwaited(operation) ? placement : chosen(this.#chooser, facts, placement);
  }

  #later({ operation, thread }: LowerCall, placement: Exclude<Placement, { readonly kind: 'inline' }>, duration: bigint, answer: Answer): LowerAnswer {
    const { status: expected } = answer;
    if (placement.kind === 'pend') {
      this.#answered.add(operation);
      this.after(duration, () => {
        this.#answered.delete(operation);
        this.#complete(operation, placement, answer);
      });
      return { kind: 'pend', expected };
    }
    this.#inside.set(thread, (this.#inside.get(thread) ?? 0) + 1);
    this.after(duration, () => this.#comeOut(operation, thread, answer));
    return { kind: 'wait', expected };
  }

  #complete(operation: Operation, { thread, irql }: Pended, { status, information }: Answer): void {
    // It may have been cancelled meanwhile.
    if (!operation.atDevice) return;
    const level = operation.major === IRP_MJ_CREATE ? PASSIVE_LEVEL : irql;
    this.#begun().completeLower(operation, thread === 'originating' ? operation.thread : this.#arbitrary, level, status, information);
  }

  #comeOut(operation: Operation, thread: EngineThread, { status, information }: Answer): void {
    const left = (this.#inside.get(thread) ?? 1) - 1;
    if (left === 0) this.#inside.delete(thread);
    else this.#inside.set(thread, left);
    if (operation.inDevice) this.#begun().returnLower(operation, status, information);
  }
}

/** A filter will be told of its end: others cannot see how it completes. */
function isAwaited(operation: Operation): boolean {
  for (let call = operation.current; call !== null; call = call.upper) if (call.lowestNode !== null || call.requests !== null) return true;
  return false;
}

/** Way 0 is what the policy says. */
function chosen(chooser: Chooser, facts: CompletionFacts, placement: Placement): Placement {
  const others = allowedPlacements(facts).filter((other) => other !== placement);
  const at = others.length === 0 ? 0 : chooser.choose('completion', others.length + 1, irpMjName(facts.major));
  return others[at - 1] ?? placement;
}
