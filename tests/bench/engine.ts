/**
 * Operations a second through four pass-through filters, nothing recorded.
 *
 * Beside it koa-compose with four middlewares, which also runs code before and after the next one, and the same eight callbacks in
 * a bare loop, as a bound for what any engine could reach on this machine. Usage: node tests/bench/engine.ts [operations]
 */
import compose from 'koa-compose';
import { createEngine, createThread, FILE_OBJECT, parameterSlots, type FLT_CALLBACK_DATA, type FLT_RELATED_OBJECTS, type IoRequest, type PFLT_FILTER, type Ref } from '../../src-main/engine/index.ts';
import { IRP_MJ_READ } from '../../src-main/nt/values.generated.ts';
import { assertExists } from '../../src-main/base/assert.ts';

const operations = Number(process.argv[2] ?? 1_000_000);
const altitudes = ['385100', '370030', '328010', '141000'];

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

const answer = { kind: 'complete', status: 0, information: 4096 } as const;
const engine = createEngine({ lowerDevice: { dispatch: () => answer } });
const volume = engine.addVolume({ name: 'V1' });
altitudes.forEach((altitude, at) => {
  const name = `filter${at}`;
  engine.runDriverEntry({ name }, () => {
    const filter: Ref<PFLT_FILTER | null> = { value: null };
    assertExists(engine.routines['FltRegisterFilter'])(null, { OperationRegistration: [[IRP_MJ_READ, 0, pre, post]] }, filter);
    return Number(assertExists(engine.routines['FltStartFiltering'])(filter.value));
  });
  engine.attach(assertExists(engine.filterByName(name)), volume, altitude, name);
});

const thread = createThread({ tid: 4711, pid: 42, process: 'app.exe', kind: 'requestor' });
const request: IoRequest = {
  kind: 'irp', major: IRP_MJ_READ, minor: 0, irpFlags: 0, operationFlags: 0, fileObject: new FILE_OBJECT({ id: 'fo1', volume: 'V1' }), member: 'Read', values: {},
  slots: parameterSlots('Read', { Length: 4096, ByteOffset: 0n }), thread, irql: 0, requestorMode: 1, volume,
};

function rate(name: string, body: () => void): void {
  const rates: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    body();
    rates.push(operations / (performance.now() - start) / 1000);
  }
  const median = rates.sort((a, b) => a - b)[2] ?? 0;
  console.log(`${name}: ${median.toFixed(2)} million operations/s`);
}

rate('engine, four pass-through filters', () => {
  for (let at = 0; at < operations; at++) engine.issue(request);
});
const reference = engine.issue(request);
const objects = assertExists(engine.filters[0]?.instances[0]).objectsFor(null);
rate('bare loop over the same eight callbacks', () => {
  for (let at = 0; at < operations; at++) {
    for (let filter = 0; filter < 4; filter++) pre(reference.data, objects, { value: null });
    for (let filter = 0; filter < 4; filter++) post(reference.data);
  }
});
// koa-compose answers with promises; a request counts when its promise is settled.
const middleware = async (context: { flags: number }, next: () => Promise<unknown>): Promise<void> => {
  seen += context.flags & 1;
  await next();
  seen += context.flags & 1;
};
const composed = compose([middleware, middleware, middleware, middleware]);
const requests = operations / 10;
const begun = performance.now();
for (let at = 0; at < requests; at++) await composed({ flags: 1 });
console.log(`koa-compose, four middlewares: ${(requests / (performance.now() - begun) / 1000).toFixed(2)} million requests/s`);
console.log(`(${seen} callbacks)`);
