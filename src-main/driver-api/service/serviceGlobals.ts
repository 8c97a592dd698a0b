/** Everything a service script may name without declaring it, bound to one program. Source: see serviceRows.ts. */
import { LARGE_INTEGER, UNICODE_STRING, type Blocking, type Ref } from '../../engine/index.ts';
import { hresultInvalidHandle } from '../../nt/hresult.ts';
import type { DriverWorld } from '../driverWorld.ts';
import { KBUFFER } from '../kbuffer.ts';
import { createOwnRoutines } from '../ownRoutines.ts';
import { structures } from '../structures/index.ts';
import { largeIntegerType, memberTypeOf, scalarTypes } from '../structures/memberTypes.ts';
import { GUID, LUID, TIME_FIELDS } from '../structures/valueClasses.ts';
import { bufferArgument, putInto } from './serviceBytes.ts';
import { serveWith } from './serviceHandler.ts';
import type { ServiceProcess } from './serviceProcess.ts';
import { blockingServiceRoutines, serviceConstants, serviceRows, sharedRoutines } from './serviceRows.ts';

/** sizeof(FILTER_MESSAGE_HEADER) and sizeof(FILTER_REPLY_HEADER) */
const headerBytes = 16;

type Routine = (...args: never[]) => unknown;

/** Classes that structures are made of. */
const classes = { UNICODE_STRING, GUID, LUID, TIME_FIELDS } as const;

export const serviceGlobalNames: ReadonlySet<string> = new Set([
  'service', ...serviceRows.map(({ name }) => name), ...sharedRoutines, ...serviceConstants.map(({ name }) => name), ...Object.keys(classes), ...Object.keys(scalarTypes), ...Object.keys(structures),
]);

function* connect(program: ServiceProcess, name: unknown, options: number, context: unknown, size: number, handle: Ref<unknown>): Blocking<number> {
  const thread = program.current('FilterConnectCommunicationPort');
  handle.value = null;
  const given = context === null || context === undefined ? null : bufferArgument('FilterConnectCommunicationPort', 'lpContext', context, size);
  const call = program.world.engine.ports.connect({ name: String(name), thread, context: given, contextSize: size, flags: options, administrator: program.administrator });
  const { hresult, connection } = yield* program.until(call, `the connect callback of ${String(name)}`);
  if (connection !== null) handle.value = program.open(connection);
  return hresult;
}

function* getMessage(program: ServiceProcess, handle: unknown, buffer: unknown, size: number, overlapped: unknown): Blocking<number> {
  const thread = program.current('FilterGetMessage');
  const connection = program.connection('FilterGetMessage', handle);
  const target = bufferArgument('FilterGetMessage', 'lpMessageBuffer', buffer, size);
  if (overlapped !== null && overlapped !== undefined) throw new TypeError('FilterGetMessage: lpOverlapped is null here; let another thread of the program wait');
  const { hresult, replyLength, messageId, data } = yield* program.until(program.world.engine.ports.getMessage(connection, { size, thread }), `a message on ${connection.port.name}`);
  if (hresult !== 0) return hresult;
  target.setU32(0, replyLength);
  target.setU64(8, messageId);
  putInto(target, data, headerBytes);
  return hresult;
}

function* send(program: ServiceProcess, handle: unknown, input: unknown, inputLength: number, output: unknown, outputLength: number, returned: Ref<number>): Blocking<number> {
  const thread = program.current('FilterSendMessage');
  const connection = program.connection('FilterSendMessage', handle);
  const given = bufferArgument('FilterSendMessage', 'lpInBuffer', input, inputLength);
  const target = outputLength === 0 ? null : bufferArgument('FilterSendMessage', 'lpOutBuffer', output, outputLength);
  const call = program.world.engine.ports.send(connection, { thread, input: given, inputLength, output: target, outputLength });
  const result = yield* program.until(call, `the message callback of ${connection.port.name}`);
  returned.value = result.returned;
  return result.hresult;
}

function* close(program: ServiceProcess, handle: unknown): Blocking<boolean> {
  const connection = program.connection('CloseHandle', handle);
  const result = yield* program.until(program.world.engine.ports.close(connection, program.current('CloseHandle')), `the disconnect callback of ${connection.port.name}`);
  return result !== hresultInvalidHandle;
}

function reply(program: ServiceProcess, handle: unknown, buffer: unknown, size: number): number {
  const connection = program.connection('FilterReplyMessage', handle);
  const given = bufferArgument('FilterReplyMessage', 'lpReplyBuffer', buffer, size);
  if (size < headerBytes) throw new RangeError(`FilterReplyMessage: ${size} bytes are less than FILTER_REPLY_HEADER, which has ${headerBytes}`);
  return program.world.engine.ports.reply(connection, { messageId: given.u64(8), status: given.u32(0), data: given.bytes(headerBytes, size - headerBytes), thread: program.current('FilterReplyMessage') });
}

const bindings = (program: ServiceProcess): Readonly<Record<string, Routine>> => ({
  FilterConnectCommunicationPort: (name: unknown, options: number, context: unknown, size: number, _security: unknown, handle: Ref<unknown>) => connect(program, name, options, context, size, handle),
  FilterGetMessage: (handle: unknown, buffer: unknown, size: number, overlapped: unknown) => getMessage(program, handle, buffer, size, overlapped),
  FilterReplyMessage: (handle: unknown, buffer: unknown, size: number) => reply(program, handle, buffer, size),
  FilterSendMessage: (handle: unknown, input: unknown, inputLength: number, output: unknown, outputLength: number, returned: Ref<number>) => send(program, handle, input, inputLength, output, outputLength, returned),
  CloseHandle: (handle: unknown) => close(program, handle),
  Sleep: (milliseconds: number) => program.sleep(milliseconds),
  ExitProcess: () => program.end(program.current('ExitProcess')),
  GetSystemTimeAsFileTime: (time: Ref<bigint>) => {
    time.value = program.world.engine.time;
  },
  malloc: (size: number) => program.memory(size, false),
  calloc: (count: number, size: number) => program.memory(count * size, true),
  free: (buffer: unknown) => {
    if (buffer instanceof KBUFFER && !KBUFFER.free(buffer)) throw new TypeError(`free: ${buffer.id} has been freed already`);
  },
});

/** `world`: for the routines that a script shares with drivers. */
export function createServiceGlobals(program: ServiceProcess, world: DriverWorld): Readonly<Record<string, unknown>> {
  const globals: Record<string, unknown> = { ...classes, ...scalarTypes, ...structures };
  for (const { name, value } of serviceConstants) globals[name] = value;
  for (const [name, routine] of Object.entries(createOwnRoutines(world))) if (sharedRoutines.has(name)) globals[name] = routine;
  Object.defineProperty(globals['LARGE_INTEGER'] as object, memberTypeOf, { value: largeIntegerType });
  Object.defineProperty(globals['LARGE_INTEGER'] as object, Symbol.hasInstance, { value: (value: unknown) => value instanceof LARGE_INTEGER });
  for (const [name, routine] of Object.entries(bindings(program))) {
    const call = routine as (...args: readonly unknown[]) => unknown;
    globals[name] = blockingServiceRoutines.has(name) ? (...args: readonly unknown[]) => program.blocks(name, call(...args) as Blocking<unknown>) : call;
  }
  globals['service'] = Object.freeze({
    process: (identity: unknown) => program.identify(identity),
    thread: (body: unknown) => program.thread(body),
    on: (name: unknown, handler: unknown, options: unknown) => serveWith(program, name, handler, options),
  });
  return globals;
}
