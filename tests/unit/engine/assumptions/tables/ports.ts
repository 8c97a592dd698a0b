/** Switches about communication ports (filter-manager-objects.md 7): one filter with a port, one or two programs. */
import { createThread, isGenerator, type Connection, type EngineOptions, type EngineThread, type Ref } from '../../../../../src-main/engine/index.ts';
import { IRP_MJ_READ, FLT_PREOP_SUCCESS_NO_CALLBACK, STATUS_ACCESS_DENIED, STATUS_BUFFER_OVERFLOW, STATUS_SUCCESS, STATUS_TIMEOUT } from '../../../../../src-main/nt/values.generated.ts';
import { makeRig, type Rig } from '../../../../support/engine/rig.ts';
import { caseOf, vector, type Settings, type SwitchTable } from './switchCase.ts';

interface PortRig extends Rig {
  readonly clients: object[];
  /** What the connect callback was given, and how often the disconnect callback ran. */
  readonly contexts: unknown[];
  disconnects: number;
  readonly program: EngineThread;
  connect(context?: unknown): Connection;
  /** FltSendMessage in a thread of the filter; what it has answered so far. */
  send(client: object, options?: { readonly buffer?: string; readonly replyLength?: number; readonly timeout?: bigint | null }): { readonly status: () => unknown };
}

function portRig(settings: Settings, options: Partial<EngineOptions> = {}, inRead: ((rig: PortRig) => unknown) | null = null): PortRig {
  const rig: PortRig = Object.assign(makeRig(() => [{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_READ, 0, function* pre(): Generator<unknown, number, void> {
    const pending = inRead?.(rig);
    if (isGenerator(pending)) yield* pending;
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  } as never, null]] } }], undefined, { ...options, assumptions: settings }), {
    clients: [] as object[], contexts: [] as unknown[], disconnects: 0, program: createThread({ tid: 12, pid: 42, process: 'program.exe', kind: 'requestor', name: 'P1' }),
    connect(context: unknown = null): Connection {
      const { connection } = rig.engine.ports.connect({ name: '\\P', thread: rig.program, context }).result ?? { connection: null };
      if (connection === null) throw new Error('not connected');
      return connection;
    },
    send(client: object, { buffer = 'data', replyLength, timeout = null }: { readonly buffer?: string; readonly replyLength?: number; readonly timeout?: bigint | null } = {}) {
      let status: unknown = 'waits';
      const reply = replyLength === undefined ? null : new Uint8Array(replyLength);
      rig.engine.runRoutine(rig.filter('A'), 'send', createThread({ tid: 16, pid: 4, process: 'System', kind: 'system', name: 'S1' }), 0, null, function* send(): Generator<unknown, void, void> {
        const call = rig.call('FltSendMessage', rig.filter('A').handle, { value: client }, buffer, buffer.length, reply, reply === null ? null : { value: reply.length }, timeout === null ? null : { QuadPart: timeout });
        status = isGenerator(call) ? yield* call : call;
      });
      rig.engine.settle();
      return { status: () => status };
    },
  });
  rig.engine.runRoutine(rig.filter('A'), 'create', rig.thread, 0, null, () => {
    const port: Ref<unknown> = { value: null };
    rig.call('FltCreateCommunicationPort', rig.filter('A').handle, port, { ObjectName: '\\P', Attributes: 0x240 }, null, (client: object, _cookie: unknown, context: unknown, _size: number, stored: Ref<unknown>) => {
      rig.clients.push(client);
      rig.contexts.push(context);
      stored.value = client;
      return STATUS_SUCCESS;
    }, () => void rig.disconnects++, null, 8);
  });
  return rig;
}

const client = (rig: PortRig, at = 0): object => rig.clients[at] ?? {};

export const portSwitches: SwitchTable = {
  'COM-010': vector('OB-103', ['2 A.FltCreateCommunicationPort("\\P", attributes=OBJ_KERNEL_HANDLE, max=0) -> STATUS_INVALID_PARAMETER'], ['2 A.FltCreateCommunicationPort("\\P", attributes=OBJ_KERNEL_HANDLE, max=0) -> STATUS_SUCCESS']),
  'COM-011': vector('OB-105', [], ['cb A.disconnect', 'cb A.disconnect']),
  'COM-012': caseOf((settings) => {
    const rig = portRig(settings);
    const memory = new Uint8Array([1, 2]);
    rig.connect(memory);
    return rig.contexts[0] === memory;
  }, false, true),
  'COM-014': caseOf((settings) => {
    const rig = portRig(settings);
    const connection = rig.connect();
    rig.engine.runRoutine(rig.filter('A'), 'close', rig.thread, 0, null, () => rig.call('FltCloseClientPort', rig.filter('A').handle, { value: client(rig) }));
    rig.engine.settle();
    const before = rig.disconnects;
    rig.engine.ports.close(connection, rig.program);
    rig.engine.settle();
    return [before, rig.disconnects];
  }, [0, 1], [1, 1]),
  'COM-017': vector('OB-112', ['4 usr.FilterSendMessage(d, "cmd", out=16) -> 0x80070032'], ['4 usr.FilterSendMessage(d, "cmd", out=16) -> 0x80070001']),
  'COM-021': caseOf((settings) => {
    const rig = portRig(settings);
    const connection = rig.connect();
    rig.send(client(rig), { buffer: 'first' });
    rig.send(client(rig), { buffer: 'second' });
    const take = (): string => String.fromCharCode(...(rig.engine.ports.getMessage(connection, { size: 64, thread: rig.program }).result?.data ?? []));
    return [take(), take()];
  }, ['first', 'second'], ['second', 'first']),
  'COM-022': caseOf((settings) => {
    const rig = portRig(settings);
    rig.connect();
    const sent = rig.send(client(rig), { timeout: 0n });
    return [sent.status(), rig.violationIds()];
  }, [STATUS_TIMEOUT, ['OV-081']], ['waits', ['OV-081']]),
  'COM-023': vector('OB-108', ['done s1 STATUS_BUFFER_OVERFLOW reply="1234"'], ['done s1 STATUS_BUFFER_OVERFLOW reply=""']),
  'COM-025': caseOf((settings) => {
    const rig: PortRig = portRig(settings, {}, (one) => one.call('FltSendMessage', one.filter('A').handle, { value: client(one) }, 'data', 4, new Uint8Array(8), { value: 8 }, null));
    rig.connect();
    try {
      rig.issue({ thread: rig.program });
      rig.engine.settle();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'Deadlock') throw error;
    }
    return rig.violationIds().filter((id) => id === 'OV-084');
  }, ['OV-084'], []),
  'COM-030': caseOf((settings) => {
    const rig = portRig(settings);
    const connection = rig.connect();
    rig.send(client(rig));
    const { hresult } = rig.engine.ports.getMessage(connection, { size: 17, thread: rig.program }).result ?? { hresult: 0 };
    return hresult >>> 0;
  }, 0x8007007a, 0x800700ea),
  'COM-032': vector('OB-107', ['eq m.ReplyLength 24', 'done s1 STATUS_SUCCESS reply="verdict!" length=8'], ['eq m.ReplyLength 8', 'done s1 STATUS_BUFFER_OVERFLOW reply="" length=0']),
  'COM-033': caseOf((settings) => {
    const rig = portRig(settings);
    const connections = [rig.connect(), rig.connect()];
    return connections.map((connection, at) => {
      rig.send(client(rig, at));
      return rig.engine.ports.getMessage(connection, { size: 64, thread: rig.program }).result?.messageId;
    });
  }, [1n, 1n], [1n, 2n]),
  'COM-034': caseOf((settings) => {
    const rig = portRig(settings);
    const connection = rig.connect();
    const sent = rig.send(client(rig), { replyLength: 2 });
    rig.engine.ports.getMessage(connection, { size: 64, thread: rig.program });
    rig.engine.ports.reply(connection, { messageId: 1n, status: STATUS_ACCESS_DENIED, data: 'too long', thread: rig.program });
    rig.engine.settle();
    return sent.status();
  }, STATUS_ACCESS_DENIED, STATUS_BUFFER_OVERFLOW),
  'COM-035': vector('OB-106', ['4 usr.FilterReplyMessage(c, id=1, status=STATUS_SUCCESS, data="late") -> 0x801F0020'], ['4 usr.FilterReplyMessage(c, id=1, status=STATUS_SUCCESS, data="late") -> STATUS_SUCCESS']),
  'COM-037': vector('OB-114', ['done g1 0x80070006', 'cb A.disconnect'], ['cb A.disconnect', 'done g1 0x80070006']),
};
