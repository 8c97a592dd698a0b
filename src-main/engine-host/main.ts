/**
 * The engine host: the child process in which drivers run.
 *
 * It has no rights (--permission), opens no file, and knows only what comes over IPC and the inspector. Work goes in slices of a
 * few milliseconds with a turn of the event loop in between, so that commands are heard.
 */
import inspector from 'node:inspector';
import { Socket } from 'node:net';
import process from 'node:process';
import { readBreakpoint } from '../debugger/readBreakpoint.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import { irpMjName } from '../nt/names.ts';
import { emptyObjects } from '../debugger/objects.ts';
import { controlName, type EngineHostControl } from './control.ts';
import { forgetPointerNumbers } from '../engine/index.ts';
import { EngineRun } from './engineRun.ts';
import { FrameWriter, patientPipe, urgentPipe } from './frames.ts';
import type { FollowGoal, HostCommand, HostMessage } from './messages.ts';
import { reachesPrototypes, SharedObjects } from './sharedObjects.ts';
import { learnStripped } from './stripping.ts';

const sliceMilliseconds = 8;
const progressMilliseconds = 100;
/** So early that there is no end to them while the host stores pages. */
const operationsAtHand = 8192;
const operationsPerPage = 4096;

// Taking it as a stream is what makes it non-blocking.
const patientSocket = new Socket({ fd: patientPipe, readable: false, writable: true });
patientSocket.unref();
// The host is gone: so is this process in a moment.
patientSocket.on('error', () => undefined);
const writer = new FrameWriter(urgentPipe, patientSocket);
/** What can wait a little: the others say that the child pauses, ends or begins. */
const patient: ReadonlySet<HostMessage['kind']> = new Set(['eventPage', 'resultPage', 'chain', 'progress', 'wantOperations']);

function send(message: HostMessage): void {
  if (patient.has(message.kind)) writer.post(message);
  else writer.send(message);
}

let run: EngineRun | null = null;
let asked = false;
let scheduled = false;
let toldAt = 0;
/** Asked for before there was a run. */
let pausesAtStart = false;
let goalAtStart: FollowGoal | null = null;
/** Of a child that takes one run after the other. */
let shared: SharedObjects | null = null;
let mayReachPrototypes = false;

function schedule(): void {
  if (scheduled || run === null || run.ended) return;
  scheduled = true;
  writer.whenRoom(() => setImmediate(turn));
}

function turn(): void {
  scheduled = false;
  const current = run;
  if (current === null) return;
  const start = performance.now();
  const state = current.slice(() => performance.now() - start > sliceMilliseconds);
  if (state === 'ended') return ended();
  if (current.wantsMore && !asked && current.waiting < operationsAtHand) ask(current);
  if (state === 'more' && performance.now() - toldAt > progressMilliseconds) tellProgress(current);
  if (state === 'more') schedule();
}

/** A child that stays lets go of the run, so that its memory is free for the next one. */
function ended(): void {
  if (shared === null) process.disconnect?.();
  else run = null;
}

function ask(current: EngineRun): void {
  asked = true;
  send({ kind: 'wantOperations', after: current.lastReceived, limit: operationsPerPage });
}

function tellProgress(current: EngineRun): void {
  toldAt = performance.now();
  const { recorder } = current;
  current.sendLogs();
  send({ kind: 'progress', progress: { operation: current.operation, done: current.done, events: recorder.events, violations: recorder.violations, hits: { ...recorder.breakpoints.hits } } });
}

/** Progress goes out before a stop and before the end, so that counts are those of the moment. */
function sendOfRun(message: HostMessage): void {
  if ((message.kind === 'ended' || message.kind === 'stopping') && run !== null) tellProgress(run);
  send(message.kind === 'ended' && shared !== null ? { ...message, isClean: !mayReachPrototypes && shared.areUnchanged() } : message);
}

function begin(command: HostCommand & { readonly kind: 'run' }): EngineRun {
  if (command.stays === true) {
    shared ??= new SharedObjects();
    forgetPointerNumbers();
    mayReachPrototypes = reachesPrototypes(command.request);
  }
  learnStripped(command.stripped);
  run = new EngineRun(command.request, sendOfRun);
  if (pausesAtStart) run.recorder.requestPause();
  if (goalAtStart !== null) run.follow(goalAtStart);
  goalAtStart = null;
  return run;
}

function obey(command: HostCommand): void {
  switch (command.kind) {
    case 'run':
      ask(begin(command));
      break;
    case 'record':
      run?.record(command.order);
      break;
    case 'operations':
      asked = false;
      run?.addPage(command.page, command.last);
      break;
  }
  schedule();
}

/** Ends a look that is going on. */
let back: (() => void) | null = null;

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const control: EngineHostControl = {
  describeStop: (reason, line) => {
    const activation = run?.engine.activation ?? null;
    if (run === null || activation === null) return 0;
    const { recorder, engine } = run;
    const hits = recorder.breakpoints.takeLineHits();
    let number = 0;
    engine.aside(() => (number = recorder.announce(activation, reason, hits?.ids ?? [], line, hits?.notes)));
    return number;
  },
  describeException: (line, text) => {
    const activation = run?.engine.activation ?? null;
    if (run === null || activation === null) return 0;
    const { recorder, engine } = run;
    let number = 0;
    engine.aside(() => (number = recorder.announceException(activation, line, text)));
    return number;
  },
  stopWhenBroken: (on) => run?.recorder.stopWhenBroken(on),
  whereabouts: () => {
    const activation = run?.engine.activation ?? null;
    const operation = activation?.operation ?? null;
    const record = operation === null ? undefined : replayTagOf(operation)?.record;
    return {
      routines: run?.recorder.routines ?? 0, operation: operation?.index ?? null, operationName: record?.operation ?? (operation === null ? '' : irpMjName(operation.major)), path: record?.path ?? null,
      driver: activation?.filter.name ?? null, routine: activation?.routine?.name ?? null, depth: activation?.depth ?? 0, processorMilliseconds: processorMilliseconds(),
    };
  },
  setBreakpoints: (breakpoints) => run?.setBreakpoints(breakpoints.flatMap(({ id, spec }) => {
    const read = readBreakpoint(JSON.parse(spec));
    return read.kind === 'ok' ? [{ id, spec: read.spec }] : [];
  })),
  step: (target) => run?.recorder.step(target, run.engine.activation?.depth ?? 0),
  pause: () => {
    if (run === null) pausesAtStart = true;
    else run.recorder.requestPause();
  },
  follow: (goal) => {
    if (run === null) goalAtStart = goal;
    else run.follow(goal);
    schedule();
  },
  survey: (mode, after) => run?.recorder.takeSurvey(mode, after) ?? null,
  beginTape: () => run?.recorder.tape.begin(run.engine.activation),
  takeTape: () => run?.recorder.tape.take() ?? [],
  beginNotes: (most) => run?.recorder.tape.beginAll(most),
  endNotes: () => run?.recorder.tape.endAll() ?? { numbers: [], routines: [] },
  stopAtVisit: (visits) => run?.recorder.tape.stopAtVisit(visits),
  stop: () => {
    if (run === null) return;
    run.stopping = true;
    run.recorder.release();
    // One that waits has nothing to do until it is told.
    schedule();
  },
  objects: () => run?.objects() ?? emptyObjects,
  buffer: (from, wish) => run?.buffer(from, wish) ?? null,
  look: (begins) => {
    back?.();
    back = begins ? (run?.engine.stepAside() ?? null) : null;
  },
  deliver: () => {
    run?.deliver();
    writer.drain();
  },
};

Object.defineProperty(globalThis, controlName, { value: control });
process.on('message', (message) => obey(message as HostCommand));
process.on('disconnect', () => process.exit(0));
send({ kind: 'ready', inspectorUrl: inspector.url() ?? null });
