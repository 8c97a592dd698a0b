/** The words of the event log: every kind has some, every rule exists, and nothing of the inside shows. */
import { describe, expect, it } from 'vitest';
import { eventRow } from '../../../src-main/host/eventText.ts';
import { assumptionOf, ruleById, type Activation, type ActivationKind, type EngineEvent } from '../../../src-main/engine/index.ts';
import { activationTable, queueRules } from '../../../src-main/replay/activationTable.ts';
import { EventPageBuilder, eventKindCode, eventKinds, noResult } from '../../../src-main/replay/eventPage.ts';
import { callbackRule } from '../../../src-main/replay/eventRules.ts';
import { eventWords, portText } from '../../../src-main/replay/eventWords.ts';

const activation = (kind: ActivationKind, more: Partial<Activation> = {}): Activation => ({
  kind, name: '', flags: 0, operation: null, routine: function ScanWorker() { /* A driver's. */ }, instance: { name: 'A', volume: { name: '\\Device\\HarddiskVolume3' } }, filter: { name: 'A', entries: [] }, ...more,
}) as unknown as Activation;
const kinds = Object.keys(activationTable) as ActivationKind[];

describe('a routine of a driver that is called', () => {
  it.each(kinds)('%s has a rule that exists', (kind) => {
    const { text: rule } = callbackRule(activation(kind));
    expect(ruleById(rule), `${kind}: ${rule}`).toBeDefined();
  });

  it('is named as fltKernel.h names it', () => {
    const words = Object.fromEntries(kinds.map((kind) => [kind, activationTable[kind].words?.(activation(kind, { name: kind === 'queue' ? 'InsertIo' : '', flags: kind.startsWith('context') ? 8 : 0 }))]));
    expect(words).toMatchObject({
      setup: 'InstanceSetupCallback on C:', queue: 'cancel-safe queue: CbdqInsertIo', work: 'work item ScanWorker', safe: 'SafePostCallback ScanWorker', portConnect: 'ConnectNotifyCallback',
      generateName: 'GenerateFileNameCallback', contextCleanup: 'ContextCleanupCallback for an FLT_STREAM_CONTEXT', unload: 'FilterUnloadCallback',
    });
    expect(activationTable.transaction.words?.(activation('transaction', { flags: 4 }))).toBe('TransactionNotificationCallback, TRANSACTION_NOTIFY_COMMIT');
  });

  it('of a cancel-safe queue follows from the rule of its step', () => {
    for (const rule of Object.values(queueRules)) expect(ruleById(rule)).toBeDefined();
    expect(callbackRule(activation('queue', { name: 'InsertIo' })).text).toBe('R-4.24');
  });
});

describe('what happens on a port', () => {
  const port = (step: (EngineEvent & { readonly kind: 'port' })['step']): string =>
    portText({ kind: 'port', filter: null as never, port: '\\P', connection: 'connection 2', process: 'scan.exe', step, message: 7n, size: 1, replyLength: 20, status: 0xc0000022 as never, rule: 'COM-011' });

  it('is told with port, program, message, bytes and status', () => {
    expect(port('connected')).toBe('\\P: scan.exe is connected (connection 2), context of 1 byte');
    expect(port('refused')).toBe('\\P: ConnectNotifyCallback refuses scan.exe (connection 2) with STATUS_ACCESS_DENIED');
    expect(port('delivered')).toBe('\\P: scan.exe has message 7 (connection 2), 1 byte, wants a reply of 4 bytes');
    expect(port('returned')).toBe('\\P: scan.exe has STATUS_ACCESS_DENIED, 1 byte (connection 2)');
  });
});

describe('other events', () => {
  it('say what happened in a line', () => {
    const thread = { tid: 7, process: 'notes.exe' };
    const instance = { name: 'A Instance' };
    expect(eventWords({ kind: 'cancel', thread, rule: 'R-4.32' } as never)).toBe('cancelled by thread 7 of notes.exe');
    expect(eventWords({ kind: 'teardown', instance, phase: 'start', rule: 'R-1.16' } as never)).toBe('teardown of A Instance begins');
    expect(eventWords({ kind: 'fallback', major: 3, rule: 'R-2.32' } as never)).toBe('comes again as an IRP: IRP_MJ_READ');
    expect(eventWords({ kind: 'wait', what: 'KEVENT Done', holders: ['System:8'], rule: 'SIM-003' } as never)).toBe('waits for KEVENT Done, held by System:8');
    expect(eventWords({ kind: 'workQueued', item: { kind: 'deferred', routine: function Work() { /* A driver's. */ } }, rule: 'R-4.11' } as never)).toBe('deferred I/O work item Work is queued');
  });
});

describe('a row of the log', () => {
  it.each(eventKinds)('%s has a text', (kind) => {
    const builder = new EventPageBuilder();
    const isText = ['wait', 'log', 'load', 'teardown', 'cancel', 'work', 'port', 'error', 'unknown'].includes(kind);
    const detail = kind === 'violation' || kind === 'hint' ? { sentence: 'It is wrong.', explains: 'A-01' } : isText ? { text: 'something' } : {};
    builder.add(1, 1, 1, eventKindCode[kind], 0, 0, 7, 0, 0, 0, noResult, 0, builder.text('FltX'), builder.text('R-1.4'), builder.text(JSON.stringify(detail)));
    const row = eventRow(builder.take(), 0, { layers: [{ layer: 0, kind: 'ioManager', name: 'I/O manager', altitude: null, driverId: null }], operation: () => undefined, violation: () => undefined });
    expect(row.text).not.toBe('');
    expect(row.text).not.toContain('\n');
    expect(row.text).not.toMatch(/undefined|\[object/);
  });

  it('tells the bug that a violation is evidence of', () => {
    const builder = new EventPageBuilder();
    builder.add(1, 1, 1, eventKindCode.violation, 0, 0, 7, 0, 0, 0, noResult, 0, builder.text('FV-021'), builder.text('R-6.14'), builder.text(JSON.stringify({ sentence: 'It is ignored.', explains: 'A-01' })));
    const row = eventRow(builder.take(), 0, { layers: [], operation: () => undefined, violation: () => undefined });
    expect(row.text).toBe('FV-021 (A-01): It is ignored.');
    expect(assumptionOf('R-5.15')?.id).toBe('R-5.15');
  });
});
