import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { MomentTarget, RequestName, RequestParams, RunState, Scope, StackFrame, StopInfo, Variable } from '../../src-preload/contract/index.ts';
import { beginActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { formatPoint } from '../formatting/executionPoint.ts';
import { useDrivers } from './drivers.ts';
import { useNotices } from './notices.ts';
import { useRunSettings } from './runSettings.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';
import { useVocabulary } from './vocabulary.ts';

/** What a run does otherwise than the run settings say. */
export type RunAs = Pick<RequestParams<'run.start'>, 'settings' | 'seed' | 'schedule' | 'breakpoints' | 'where'>;

/** So long the window keeps showing the stop that the run goes on from. */
const stopStaysMilliseconds = 150;

type StepRequest = Extract<RequestName, 'run.continue' | 'run.next' | 'run.stepIn' | 'run.stepOut' | 'run.pause' | 'run.stop'>;

/** The run that is going on: its state, its stop, and the ways to move it. */
export const useDebugger = defineStore('debugger', () => {
  /** As it is shown. */
  const state = shallowRef<RunState>({ kind: 'idle' });
  /** Where the run stands, or the moment of the past that is looked at; on the way to another, still the one it began at. */
  const stop = computed<StopInfo | null>(() => (state.value.kind === 'stopped' || state.value.kind === 'travelling' ? state.value.stop : null));
  const isPast = computed(() => stop.value?.moment.past === true);
  /** Something goes on that can be cancelled. */
  const isTravelling = computed(() => state.value.kind === 'travelling' || (state.value.kind === 'starting' && state.value.rebuilding !== undefined) || stop.value?.moment.rebuilding === true);
  const chosenFrameId = ref<number | null>(null);
  /** Counts up at every stop, so that panes follow a second stop at the same place too. */
  const stopCount = ref(0);

  const currentRunId = computed(() => (state.value.kind === 'idle' ? null : state.value.runId));
  const isActive = computed(() => state.value.kind === 'starting' || state.value.kind === 'running' || state.value.kind === 'stopped' || state.value.kind === 'travelling');
  const frame = computed<StackFrame | null>(() => {
    const frames = stop.value?.stackFrames ?? [];
    return frames.find((candidate) => candidate.id === chosenFrameId.value) ?? frames.find((candidate) => candidate.driver !== null) ?? frames[0] ?? null;
  });

  function listen(): void {
    host().listen('run.state', hear);
  }

  async function load(): Promise<void> {
    hear(await host().request('run.state', {}));
  }

  let endRunning: (() => void) | null = null;
  let heard: RunState = state.value;
  // Neither of the two is reactive: no button jumps at a step.
  /** The run has left the stop that is still shown: whoever steps sees one stop and then the next, with nothing empty between them. */
  let leaving: ReturnType<typeof setTimeout> | null = null;
  /** A request to move the run is on its way. */
  let isMoving = false;

  /** Something goes on that can be paused. */
  const isRunning = (): boolean => heard.kind === 'running';

  function hear(next: RunState): void {
    heard = next;
    const isGoing = next.kind === 'starting' || next.kind === 'running';
    if (isGoing) endRunning ??= beginActivity();
    document.documentElement.dataset['runState'] = next.kind;
    if (next.kind === 'running' && state.value.kind === 'stopped' && state.value.runId === next.runId) {
      leaving ??= setTimeout(() => show(heard), stopStaysMilliseconds);
      return;
    }
    show(next);
    if (isGoing) return;
    endRunning?.();
    endRunning = null;
  }

  function show(next: RunState): void {
    if (leaving !== null) clearTimeout(leaving);
    leaving = null;
    const before = state.value;
    state.value = next;
    const isGoing = next.kind === 'starting' || next.kind === 'running';
    // Only a started engine host knows how well it is sandboxed.
    const vocabulary = useVocabulary();
    if (!isGoing && next.kind !== 'idle' && vocabulary.app?.sandbox === 'unknown') void vocabulary.refreshApp();
    if (next.kind !== 'stopped' || isOnlyToldAnew(before, next)) return;
    chosenFrameId.value = null;
    stopCount.value++;
    const selection = useSelection();
    selection.chosenRunId = next.stop.moment.past ? next.runId : null;
    selection.eventNumber = null;
    selection.field = next.stop.iopb.fields.find((field) => field.changed)?.path ?? null;
    selection.goTo(next.stop.operation.index);
  }

  /** Starts a run of the enabled drivers over the shown trace. What is still unsaved in the editor is saved first. */
  async function start(firstOperation: number | null = null, as: RunAs = {}): Promise<void> {
    const { traceId } = useSelection();
    if (traceId === null) {
      useNotices().add('warning', 'There is no trace to run: open one, or open the sample.');
      return;
    }
    await move(async () => {
      await useDrivers().saveAll();
      useSelection().chosenRunId = null;
      const { chosen: settings, seed, unknownFolder } = useRunSettings();
      const run = await host().request('run.start', { traceId, firstOperation, stopOnEntry: false, settings, ...(seed !== null && { seed }), ...(unknownFolder !== '' && { unknownFolder }), ...as });
      const session = useSession();
      if (session.session !== null && !session.runs.some((other) => other.id === run.id)) session.session = { ...session.session, runs: [...session.runs, run] };
    });
  }

  async function step(name: StepRequest): Promise<void> {
    if (leaving !== null && name !== 'run.pause' && name !== 'run.stop') return;
    await move(async () => {
      await host().request(name, {});
    });
  }

  type Movement = Extract<RequestName, 'debug.goTo' | 'debug.step' | 'debug.continue' | 'debug.runToLine' | 'debug.restart' | 'debug.toPresent' | 'debug.cancel'>;

  /** Movements in time may take long and are cancelled by the next one: nothing rests while one goes on. */
  async function travel<N extends Movement>(name: N, params: RequestParams<N>): Promise<void> {
    try {
      await host().request(name, params);
    } catch (error) {
      useNotices().report(error);
    }
  }

  /** To a moment of the shown run. */
  const goTo = (target: MomentTarget): Promise<void> => travel('debug.goTo', { runId: useSelection().runId, target });

  async function move(work: () => Promise<void>): Promise<void> {
    if (isMoving) return;
    isMoving = true;
    try {
      await work();
    } catch (error) {
      useNotices().report(error);
    } finally {
      isMoving = false;
    }
  }

  /** A moment that has not been rebuilt has none. */
  const scopes = async (frameId: number): Promise<readonly Scope[]> => (stop.value?.moment.basis === 'recorded' ? [] : host().request('debug.scopes', { frameId }));
  const variables = (variablesReference: number): Promise<readonly Variable[]> => host().request('debug.variables', { variablesReference });
  /** Another value at the present stop: a branch begins that stops at the same moment. */
  async function assign(expression: string): Promise<void> {
    await move(async () => {
      await host().request('run.assign', { expression, frameId: frame.value?.id ?? null });
    });
  }
  /** The same for a field of the Iopb, IoStatus or what the callback returns, as it was typed; what is wrong with it is for whoever asked to say. */
  async function setField(field: string, text: string): Promise<void> {
    await host().request('run.setField', { field, text, frameId: frame.value?.id ?? null });
  }
  const evaluate = (expression: string): Promise<Variable> => host().request('debug.evaluate', { expression, frameId: frame.value?.id ?? null });

  return { state, stop, stopCount, chosenFrameId, frame, isRunning, isActive, isPast, isTravelling, currentRunId, listen, load, start, step, travel, goTo, scopes, variables, evaluate, assign, setField };
});

/** The same moment once more, with another word about how it is being rebuilt. */
function isOnlyToldAnew(before: RunState, next: RunState & { readonly kind: 'stopped' }): boolean {
  if (before.kind !== 'stopped' || before.runId !== next.runId) return false;
  const [a, b] = [before.stop, next.stop];
  return b.moment.past && a.moment.past && a.moment.basis === b.moment.basis && a.reason === b.reason && formatPoint(a.point) === formatPoint(b.point);
}
