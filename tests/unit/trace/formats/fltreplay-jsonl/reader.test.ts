import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { operationToJson, stringifyJsonLine } from '../../../../../src-main/trace/formats/fltreplay-jsonl/writer.ts';
import type { OperationIndex, OperationRecord, ProcessIndex, TraceProcess, TraceTime } from '../../../../../src-main/trace/record.ts';
import { accountedFor, chunkedSource, collectTrace } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';

const source = (text: string, name = 'test.jsonl') => bytesSource(Buffer.from(text), name);

const write = (trace: CollectedTrace): string =>
  trace.operations.map((operation, i) => `${stringifyJsonLine(operationToJson({ ...operation, index: (i + 1) as OperationIndex }, trace.processOf(operation)))}\n`).join('');

const line = {
  index: 1, time: '2026-06-05T06:42:34.4865138Z', process: 'notes.exe', pid: 4321, tid: 11, operation: 'LockFile', major: 'IRP_MJ_LOCK_CONTROL', minor: 1, kind: 'fastio',
  path: 'C:\\grüße 😀.txt', status: 0, statusName: 'STATUS_SUCCESS', duration: 1200, offset: '9223372036854775807', length: 16, information: null, irpFlags: 0,
  detail: { Key: 3, Length: '18446744073709551615', Exclusive: true, Entries: ['12345678901234567890'] }, provenance: { offset: 'derived' },
};

describe('JSON Lines', () => {
  it('says of every field of a line where it comes from', () => {
    const record: OperationRecord = {
      sourceIndex: 0, time: 133_000_000_000_000_000n as TraceTime, duration: null, process: 0 as ProcessIndex, tid: 7, operation: 'ReadFile', major: 3, minor: 0, kind: 'irp', path: 'C:\\a', status: null,
      information: null, irpFlags: 0, offset: 0n, length: 1, detail: {}, stack: null, provenance: { offset: 'derived', kind: 'assumed' },
    };
    const process: TraceProcess = { index: 0 as ProcessIndex, pid: 1, parentPid: null, name: 'a.exe', imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: null, startTime: null, endTime: null };
    expect(operationToJson({ ...record, index: 1 as OperationIndex }, process).provenance).toEqual({
      time: 'recorded', process: 'recorded', pid: 'recorded', tid: 'recorded', operation: 'recorded', major: 'recorded', minor: 'recorded', kind: 'assumed', path: 'recorded', offset: 'derived', length: 'recorded',
      irpFlags: 'recorded', detail: 'recorded',
    });
  });

  it('knows a stack again where it is the operation\'s, and nowhere else', () => {
    const stack = '"stack":["0x10","0x20"]';
    const plain = '"time":"2026-06-05T06:42:34.4865138Z","process":"a.exe","pid":1,"tid":2,"operation":"ReadFile"';
    const text = [
      `{${plain},${stack}}`, `{${plain},${stack}}`, `{${plain},"detail":{${stack}}}`, `{${plain},"detail":{${stack}},"stack":["0x30"]}`, `{${plain},${stack},"stack":["0x40"]}`,
      `{${plain},${stack},"locations":["a",null]}`, `{${plain},${stack}`, `{${plain},"tid":3,${stack}}`,
    ].join('\n');
    const { operations, summary } = collectTrace(source(text));
    expect(operations.map((operation) => operation.stack?.frames)).toEqual([[16n, 32n], [16n, 32n], undefined, [48n], [64n], [16n, 32n], [16n, 32n]].map((frames) => frames && BigUint64Array.from(frames)));
    expect(operations[1]?.stack).toBe(operations[0]?.stack);
    expect(operations[2]?.detail).toEqual({ stack: ['0x10', '0x20'] });
    expect(operations[5]?.stack?.locations).toEqual(['a', null]);
    expect(summary.damaged).toMatchObject([{ at: 7, reason: 'line is no JSON' }]);
  });

  it('reads a line of ops --json', () => {
    const { operations, processOf } = collectTrace(source(`${JSON.stringify(line)}\n`));
    const operation = assertExists(operations[0]);
    expect(operation).toMatchObject({
      operation: 'LockFile', major: 0x11, minor: 1, kind: 'fastio', path: 'C:\\grüße 😀.txt', status: 0, duration: 12n, offset: 0x7fff_ffff_ffff_ffffn, length: 16, information: null,
      detail: { Length: 0xffff_ffff_ffff_ffffn, Entries: ['12345678901234567890'] }, provenance: { offset: 'derived' },
    });
    expect(processOf(operation)).toMatchObject({ name: 'notes.exe', pid: 4321 });
  });

  it('writes and reads to the same, twice', () => {
    const first = collectTrace(source([line, { ...line, tid: 12, status: 0xc0000022, path: null, duration: null, offset: 0 }, { ...line, pid: 4, process: 'System', major: null, kind: 'other' }].map((value) => JSON.stringify(value)).join('\n')));
    const text = write(first);
    const second = collectTrace(source(text));
    expect(second.operations).toEqual(first.operations);
    expect(second.processes).toEqual(first.processes);
    expect(write(second)).toBe(text);
    expect(collectTrace(chunkedSource(Buffer.from(text), 3)).operations).toEqual(first.operations);
  });

  it('writes integers exactly: plain below 2^53, decimal strings above', () => {
    expect(stringifyJsonLine({ a: 5n, b: 2n ** 53n - 1n, c: 2n ** 53n, d: -(2n ** 63n), e: null })).toBe('{"a":5,"b":9007199254740991,"c":"9007199254740992","d":"-9223372036854775808","e":null}');
  });

  it('keeps the first line’s description', () => {
    const { summary } = collectTrace(source(`{"fltreplay":"trace","version":1,"synthetic":true,"description":"made up"}\n${JSON.stringify(line)}\n`));
    expect(summary).toMatchObject({ format: 'fltreplay-jsonl', events: 1, system: { synthetic: true, description: 'made up' } });
  });

  it('refuses a version from the future', () => {
    expect(() => collectTrace(source('{"fltreplay":"trace","version":2}\n', 'new.jsonl'))).toThrow('“new.jsonl” is a FltReplay trace of version 2; this FltReplay reads version 1. Open it with a newer FltReplay.');
  });

  it('reports each bad line by its number and keeps the others', () => {
    const bad = [JSON.stringify(line), '{"time":', '{}', JSON.stringify({ ...line, time: 'noon' }), JSON.stringify({ ...line, major: 'IRP_MJ_NOTHING', offset: '18446744073709551615' }), '', JSON.stringify(line), '[1]'];
    const { summary } = collectTrace(source(bad.join('\r\n')));
    expect(summary.operations).toBe(2);
    expect(summary.damaged.map(({ at, unit }) => `${unit} ${at}`)).toEqual(['line 2', 'line 3', 'line 5', 'line 8']);
    expect(summary.events).toBe(7);
    expect(accountedFor(summary)).toBe(7);
  });
});
