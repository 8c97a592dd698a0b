/** What the engine benchmark measures: each a body that does so many operations, measured in a process of its own. */
import compose from 'koa-compose';
import { assertExists } from '../../src-main/base/assert.ts';
import {
  createEngine, createThread, FILE_OBJECT, parameterSlots, type EngineObserver, type EngineOptions, type FLT_CALLBACK_DATA, type FLT_RELATED_OBJECTS, type IoRequest, type PFLT_FILTER, type Ref,
} from '../../src-main/engine/index.ts';
import { IRP_MJ_READ } from '../../src-main/nt/values.generated.ts';
import { Recorder } from '../../src-main/replay/recorder.ts';
import { RunLayers } from '../../src-main/replay/runLayers.ts';

/** Does `operations` operations. */
export type Variant = (operations: number) => void | Promise<void>;

let seen = 0;
const pre = (data: FLT_CALLBACK_DATA, _objects: FLT_RELATED_OBJECTS, context: Ref<unknown>): number => {
  seen += data.Flags & 1;
  context.value = null;
  return 0;
};
const post = (data: FLT_CALLBACK_DATA): number => {
  seen += data.Flags & 1;
  return 0;
};

/** Keeps the callbacks' work from being optimized away. */
export const callbacksSeen = (): number => seen;

const altitudeOf = (at: number): string => String(385_100 - at * 10_000);

function stack(filters: number, options: Partial<EngineOptions> = {}): Variant {
  const answer = { kind: 'complete', status: 0, information: 4096 } as const;
  const engine = createEngine({ lowerDevice: { dispatch: () => answer }, ...options });
  const volume = engine.addVolume({ name: 'V1' });
  for (let at = 0; at < filters; at++) {
    const name = `filter${at}`;
    engine.runDriverEntry({ name }, () => {
      const filter: Ref<PFLT_FILTER | null> = { value: null };
      assertExists(engine.routines['FltRegisterFilter'])(null, { OperationRegistration: [[IRP_MJ_READ, 0, pre, post]] }, filter);
      return Number(assertExists(engine.routines['FltStartFiltering'])(filter.value));
    });
    engine.attach(assertExists(engine.filterByName(name)), volume, altitudeOf(at), name);
  }
  const thread = createThread({ tid: 4711, pid: 42, process: 'app.exe', kind: 'requestor' });
  const request: IoRequest = {
    kind: 'irp', major: IRP_MJ_READ, minor: 0, irpFlags: 0, operationFlags: 0, fileObject: new FILE_OBJECT({ id: 'fo1', volume: 'V1' }), member: 'Read', values: {},
    slots: parameterSlots('Read', { Length: 4096, ByteOffset: 0n }), thread, irql: 0, requestorMode: 1, volume,
  };
  return (operations) => {
    for (let at = 0; at < operations; at++) engine.issue(request);
  };
}

const nothing = (): void => undefined;
const watcher: EngineObserver = {
  operationIssued: nothing, callbackEntered: nothing, callbackReturned: nothing, lowerCalled: nothing, lowerCompleted: nothing, lowerReturned: nothing, operationCompleted: nothing, event: nothing,
};

function recorded(): Variant {
  const layers = new RunLayers([0, 1, 2, 3].map((at) => ({ id: at + 1, name: `filter${at}`, altitude: altitudeOf(at) })));
  const recorder = new Recorder({ layers, recordEvents: true, eventPage: nothing, resultPage: nothing, completed: nothing });
  const run = stack(4, { observer: recorder, trackWrites: true });
  return (operations) => {
    for (let done = 0; done < operations; done += 1000) {
      void run(Math.min(1000, operations - done));
      recorder.flush(8192, []);
    }
  };
}

/** koa-compose answers with promises; a request counts when its promise is settled. */
function koa(): Variant {
  const middleware = async (context: { flags: number }, next: () => Promise<unknown>): Promise<void> => {
    seen += context.flags & 1;
    await next();
    seen += context.flags & 1;
  };
  const composed = compose([middleware, middleware, middleware, middleware]);
  return async (operations) => {
    for (let at = 0; at < operations; at++) await composed({ flags: 1 });
  };
}

/** The same eight callbacks and nothing else: a bound for what any engine could reach on this machine. */
function bare(): Variant {
  const data = { Flags: 1 } as FLT_CALLBACK_DATA;
  const objects = {} as FLT_RELATED_OBJECTS;
  return (operations) => {
    for (let at = 0; at < operations; at++) {
      for (let filter = 0; filter < 4; filter++) pre(data, objects, { value: null });
      for (let filter = 0; filter < 4; filter++) post(data);
    }
  };
}

export const variants: Readonly<Record<string, () => Variant>> = {
  'engine, 4 filters': () => stack(4),
  'koa-compose, 4 middlewares': koa,
  'bare loop, the same 8 callbacks': bare,
  'engine, 4 filters, verifier': () => stack(4, { observer: watcher, trackWrites: true }),
  'engine, 4 filters, recording': recorded,
  'engine, 1 filter': () => stack(1),
  'engine, 2 filters': () => stack(2),
  'engine, 8 filters': () => stack(8),
  'engine, 16 filters': () => stack(16),
};
