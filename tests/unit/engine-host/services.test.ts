/** Service scripts: the programs at the other end of communication ports. */
import { describe, expect, it } from 'vitest';
import { STATUS_ACCESS_DENIED } from '../../../src-main/nt/values.generated.ts';
import { asking } from '../../support/engine-host/askingDriver.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { create, eventsOf, runToEnd, type RunLog } from '../../support/engine-host/runs.ts';

const timeout = 120_000;
const opens = (...paths: readonly string[]) => paths.map((path, at) => create(at + 1, { path }));
const texts = (log: RunLog, kind: string): string[] => eventsOf(log).filter((event) => event.kind === kind).map(({ detail }) => String(detail['text'] ?? ''));
const logged = (log: RunLog): string[] => texts(log, 'log');
/** What happens on connections, without the callbacks. */
const ports = (log: RunLog): string[] => texts(log, 'port').filter((text) => text.startsWith('\\AskPort'));
const statuses = (log: RunLog, count: number): number[] => [...(log.results.get(1)?.statuses.slice(0, count) ?? [])];

/** Refuses names with `foul` in them. */
const plain = `
const QUESTION = struct({ Pid: ULONG, NameLength: ULONG, Name: WCHAR.array(256) });
service.on('\\\\AskPort', (message) => {
  const { Name, NameLength } = view(QUESTION, message.buffer);
  return Name.slice(0, NameLength / 2).includes('foul') ? 0 : 1;
}, { context: 'hello' });
`;

describe('a driver that asks its service', { timeout }, () => {
  it('lets a create through, or refuses it, as the program answers (in a real child process)', async () => {
    const log = await runToEnd({ drivers: [asking(plain)], operations: opens('C:\\good.txt', 'C:\\foul.txt') });
    expect(log.problems).toEqual([]);
    expect(statuses(log, 2)).toEqual([0, STATUS_ACCESS_DENIED]);
    expect(logged(log)).toEqual(['connected by asking.exe, context of 5 bytes', 'asked for \\good.txt: 00000000', 'asked for \\foul.txt: 00000000']);
  });

  it('logs connection, messages and replies with port, size, status and rule', () => {
    const log = runHere({ drivers: [asking(plain)], operations: opens('C:\\foul.txt') });
    expect(ports(log)).toEqual([
      '\\AskPort: asking.exe is connected (connection 1), context of 5 bytes',
      '\\AskPort: asking.exe has message 1 (connection 1), 520 bytes, wants a reply of 4 bytes',
      '\\AskPort: asking.exe answers message 1 (connection 1) with STATUS_SUCCESS, 4 bytes',
    ]);
  });

  it('gives the same log twice', async () => {
    const script = `service.on('\\\\AskPort', function* () { yield* Sleep(Math.floor(Math.random() * 20)); return { reply: Math.random() < 0.5 ? 0 : 1, delay: 3 }; }, { threads: 2 });`;
    const operations = opens('C:\\a', 'C:\\b', 'C:\\c', 'C:\\d', 'C:\\e', 'C:\\f');
    const [first, second] = [runHere({ drivers: [asking(script)], operations }), runHere({ drivers: [asking(script)], operations })];
    expect(first.problems).toEqual([]);
    expect(eventsOf(first)).toEqual(eventsOf(second));
    expect(first.summary?.eventHash).toBe(second.summary?.eventHash);
  });

  it('goes on after a time-out, and the late reply is not taken', async () => {
    const script = `let first = true;
service.on('\\\\AskPort', () => {
  const delay = first ? 1500 : 10;
  first = false;
  return { reply: 0, delay };
});`;
    // 1 s limit, so the first answer is half a second late; the second create comes 4 s later.
    const operations = [create(1), create(2, { time: create(1).time + 40_000_000n as never })];
    const log = runHere({ drivers: [asking(script)], operations });
    expect(log.problems).toEqual([]);
    expect(logged(log).slice(1)).toEqual(['asked for \\docs\\a.txt: 00000102', 'asked for \\docs\\a.txt: 00000000']);
    expect(statuses(log, 2)).toEqual([0, STATUS_ACCESS_DENIED]);
    expect(ports(log)[2]).toBe('\\AskPort: message 1 to asking.exe (connection 1) timed out');
    expect(ports(log)[3]).toBe('\\AskPort: a reply of asking.exe to message 1 (connection 1) finds nobody who waits for it');
  });

  it('H-07: a driver that takes STATUS_TIMEOUT for a reply is told at the line that reads it', async () => {
    const driver = asking("service.on('\\\\AskPort', () => undefined);");
    const source = driver.source.replace('status !== STATUS_SUCCESS ||', '!NT_SUCCESS(status) ||');
    const log = runHere({ drivers: [{ ...driver, source }], operations: opens('C:\\a.txt') });
    const line = source.split('\n').findIndex((text) => text.includes('!NT_SUCCESS(status) ||')) + 1;
    expect(eventsOf(log).filter(({ kind, name }) => kind === 'hint' && name === 'H-07').map((event) => event.line)).toEqual([line]);
  });

  it('survives a disconnect in the middle of a message, and a new connection', async () => {
    const script = `let answered = 0;
service.on('\\\\AskPort', function* (message, hPort) {
  if (++answered === 1) { yield* CloseHandle(hPort); return; }
  return 0;
}, { reconnect: 5 });`;
    const operations = [create(1), create(2), create(3, { time: create(1).time + 1_000_000n as never })];
    const log = runHere({ drivers: [asking(script)], operations });
    expect(log.problems).toEqual([]);
    // STATUS_PORT_DISCONNECTED twice: inside the message (the sender goes on before the callback, COM-014), and while nobody is connected.
    expect(logged(log)).toEqual([
      'connected by asking.exe, context of 0 bytes', 'asked for \\docs\\a.txt: c0000037', 'disconnected', 'asked for \\docs\\a.txt: c0000037', 'connected by asking.exe, context of 0 bytes', 'asked for \\docs\\a.txt: 00000000',
    ]);
    expect(statuses(log, 3)).toEqual([0, 0, STATUS_ACCESS_DENIED]);
  });

  it('runs threads written with the routines of fltUser.h, on several connections', async () => {
    const script = `
const HEADER = sizeof(FILTER_MESSAGE_HEADER);
service.thread(function* () {
  const port = ref<HANDLE>();
  const refused = yield* FilterConnectCommunicationPort('\\\\AskPort', 0, Ulong(0xdead), 4, null, port);
  console.log(refused.toString(16), port.value);
  const missing = yield* FilterConnectCommunicationPort('\\\\NoPort', 0, null, 0, null, port);
  console.log(missing.toString(16));
  yield* FilterConnectCommunicationPort('\\\\AskPort', 0, null, 0, null, port);
  const spare = ref<HANDLE>();
  yield* FilterConnectCommunicationPort('\\\\AskPort', 0, null, 0, null, spare);
  const third = ref<HANDLE>();
  console.log((yield* FilterConnectCommunicationPort('\\\\AskPort', 0, null, 0, null, third)).toString(16));
  const output = calloc(1, 4), returned = ref<number>();
  console.log(yield* FilterSendMessage(spare.value, Ulong(41), 4, output, 4, returned), output.u32(0), returned.value);
  const buffer = malloc(HEADER + 1024);
  for (;;) {
    const result = yield* FilterGetMessage(spare.value, buffer, HEADER + 1024, null);
    if (result !== S_OK) { console.log('gone ' + result.toString(16)); return; }
    const { MessageId, ReplyLength } = view(FILTER_MESSAGE_HEADER, buffer);
    console.log('message', MessageId, ReplyLength);
    const reply = calloc(1, sizeof(FILTER_REPLY_HEADER) + 4);
    const header = view(FILTER_REPLY_HEADER, reply);
    header.MessageId = MessageId;
    header.Status = STATUS_ACCESS_DENIED;
    console.log(FilterReplyMessage(spare.value, reply, reply.length), FilterReplyMessage(spare.value, reply, reply.length).toString(16));
    yield* CloseHandle(spare.value);
  }
});
function Ulong(value) { const b = malloc(4); b.setU32(0, value); return b; }
`;
    const log = runHere({ drivers: [asking(script)], operations: opens('C:\\a.txt') });
    expect(log.problems).toEqual([]);
    expect(logged(log).filter((line) => !line.startsWith('connected'))).toEqual([
      '80070005 null', '80070002', '800704d6', '0 42 4', 'message 1 20', '0 801f0020', 'disconnected', 'gone 80070006', 'asked for \\a.txt: c0000022',
    ]);
  });

  it('is the process of the trace that it names, so that its own requests are known', () => {
    const log = runHere({ drivers: [asking(`service.process({ name: 'NOTES.exe' });\nservice.on('\\\\AskPort', () => 0);`)], operations: opens('C:\\a.txt') });
    expect(logged(log)).toEqual(['connected by notes.exe, context of 0 bytes']);
    expect(statuses(log, 1)).toEqual([0]);
  });

  it('is refused by a port for administrators when it is none', () => {
    const log = runHere({ drivers: [asking(`service.process({ name: 'user.exe', administrator: false });\nservice.on('\\\\AskPort', () => 0);`)], operations: opens('C:\\a.txt') });
    expect(logged(log)).toEqual(['cannot connect to \\AskPort: 0x80070005', 'asked for \\a.txt: c0000037']);
  });

  it('a filter that waits without limit for a program that never answers ends the run with its line', () => {
    const log = runHere({ drivers: [asking(`service.on('\\\\AskPort', () => undefined);`, 0)], operations: opens('C:\\a.txt') });
    expect(log.problems.map(({ kind, driver }) => [kind, driver])).toEqual([['deadlock', 'asking']]);
    expect(log.problems[0]?.message).toContain('waits for the reply to message 1 on \\AskPort');
  });
});

describe('mistakes in a service script', { timeout }, () => {
  const problemOf = (service: string): unknown => {
    const log = runHere({ drivers: [asking(service)], operations: opens('C:\\a.txt', 'C:\\b.txt') });
    return log.problems.map(({ kind, message, line, column }) => ({ kind, message, line, column }));
  };

  it('are refused before anything runs, by file, line and name', async () => {
    expect(problemOf("service.on('\\\\AskPort', () => 1);\nsetTimeout(() => 1, 5);")).toEqual([
      { kind: 'load', line: 2, column: 1, message: 'asking.service.ts:2:1: setTimeout is not available: a thread waits with "yield* Sleep(milliseconds)".' },
    ]);
    expect(problemOf('FltSendMessage(null);')).toEqual([
      { kind: 'load', line: 1, column: 1, message: 'asking.service.ts:1:1: FltSendMessage is not provided. Declare it in the script, or use what fltservice.d.ts offers.' },
    ]);
  });

  it('end the run with the line that threw; its connections close', () => {
    const log = runHere({ drivers: [asking("service.on('\\\\AskPort', (message) => {\n  return message.bufer.u32(0);\n});")], operations: opens('C:\\a.txt', 'C:\\b.txt') });
    expect(log.problems.map(({ kind, driver, line, message }) => ({ kind, driver, line, message }))).toEqual([{
      kind: 'exception', driver: 'asking.service', line: 2,
      message: "asking.service.ts:2:24: TypeError: Cannot read properties of undefined (reading 'u32'). The service script broke, so the run ended after the operation under way.",
    }]);
    expect(log.summary).toMatchObject({ outcome: 'failed', operations: 1 });
    expect(logged(log)).toEqual(['connected by asking.exe, context of 0 bytes', 'asked for \\a.txt: c0000037', 'disconnected']);
  });

  it('a routine that waits, called without yield*, fails at its line', async () => {
    const [problem] = problemOf("service.thread(function* () {\n  Sleep(5);\n});") as { message: string }[];
    expect(problem?.message).toContain('asking.service.ts:2:3: TypeError: The result of Sleep was dropped');
  });
});
