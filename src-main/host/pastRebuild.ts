/** A branch on the way to where it begins: the engine host goes on as its parent did, and nothing is stored. */
import type { BreakpointData, FollowGoal, PageStart, RunProblem } from '../engine-host/messages.ts';
import { emptyPlan } from '../replay/runPlan.ts';
import { createFollower } from './createHosts.ts';
import type { FollowedRun } from './followRequest.ts';
import type { HostContext } from './hostContext.ts';
import type { FollowerSurface } from './hostOptions.ts';
import { firstDifference } from './runDivergence.ts';
import { pageDifference, pastDifference, sharedPast, type PastDifference, type SharedPast } from './sharedPast.ts';

export const divergence = (message: string): RunProblem => ({ kind: 'diverged', message, driver: null, line: null, column: null, operation: null, stack: [] });

/** Null where the branch runs from the start and stores everything. */
export function pastOf({ options, session }: HostContext, id: number): SharedPast | null {
  const canFollow = options.createEngineHost === undefined || options.createFollower !== undefined;
  const run = canFollow && options.sharesPast !== false ? session.reader.runs.run(id) : undefined;
  return run === undefined ? null : sharedPast(session.reader, run);
}

export class PastRebuild {
  readonly past: SharedPast;
  readonly #context: HostContext;
  readonly #branch: FollowedRun;
  /** A pause was asked for on the way: the branch is paused as soon as it begins. */
  pauses = false;

  constructor(context: HostContext, branch: FollowedRun, past: SharedPast) {
    this.#context = context;
    this.#branch = branch;
    this.past = past;
  }

  /** `isUnderWay`: the engine host has followed the parent so far. */
  begin(host: FollowerSurface, isUnderWay: boolean): Promise<void> {
    const follow: FollowGoal = { target: null, parkBefore: this.past.before };
    const { stopAtEdit: _later, ...request } = this.#branch.request;
    return isUnderWay ? host.follow(follow) : host.start({ ...request, breakpoints: [], stopsWhenBroken: false, follow });
  }

  /** A page of the parent was run again. */
  passed(first: number, count: number, chain: string): PastDifference | null {
    return pageDifference(this.#context.session.reader.runs, this.past.parent.id, first, count, chain);
  }

  /** The branch begins with the page that is open; what is before is its parent's from here on. */
  reached(page: PageStart): PastDifference | null {
    const { parent, before } = this.past;
    const different = pastDifference(this.#context.session.reader.runs, parent.id, page);
    if (different === null && page.first > 0) this.#context.write(({ runs }) => runs.share(this.#branch.run, { events: page.first, before }));
    return different;
  }

  async record(host: FollowerSurface, breakpoints: readonly BreakpointData[], stopsWhenBroken: boolean): Promise<void> {
    const { likes, stopAtEdit, plan = emptyPlan } = this.#branch.request;
    await host.record({ overlays: plan.overlays, ...(likes !== undefined && { likes }), ...(stopAtEdit !== undefined && { stopAtEdit }) }, breakpoints, stopsWhenBroken);
    if (this.pauses) await host.pause();
  }

  /** With the first event that differs, where it shows once more. */
  async sentenceOf({ first, sentence }: PastDifference): Promise<string> {
    const recorded = this.#context.session.reader.runs.pageAt(this.past.parent.id, first);
    return (await firstDifference({ followed: this.#branch, create: (options) => createFollower(this.#context, options), recorded, first })) ?? sentence;
  }
}
