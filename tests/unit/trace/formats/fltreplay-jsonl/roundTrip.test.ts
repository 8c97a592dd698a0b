import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ntStatus } from '../../../../../src-main/nt/ntStatus.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { writeJsonLines } from '../../../../../src-main/trace/formats/fltreplay-jsonl/writer.ts';
import { contextClasses, formatTraceTime } from '../../../../../src-main/trace/record.ts';
import type {
  ContextEvent, DetailValue, OperationRecord, ProcessIndex, RecordedStack, TraceModule, TraceProcess, TraceTime,
} from '../../../../../src-main/trace/record.ts';
import { accountedFor, collectTrace } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';

const read = (lines: Iterable<string>): CollectedTrace => collectTrace(bytesSource(Buffer.from([...lines].map((line) => `${line}\n`).join(''))));
const written = (trace: CollectedTrace): string[] => [...writeJsonLines({ ...trace, system: trace.summary.system })];
const content = ({ operations, processes, modules, contextEvents, summary }: CollectedTrace): unknown => ({ operations, processes, modules, contextEvents, system: summary.system });

const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
/** Any UTF-16, lone surrogates and control characters too: file names hold them. */
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '12345678901234567890', '-9223372036854775808', '\u2028', '"\\', '__proto__'));
const time = fc.bigInt({ min: 0n, max: 0x7fff_ffff_ffff_ffffn }) as fc.Arbitrary<TraceTime>;
const word = fc.nat(0xffff_ffff);
/** As readers make them: numbers where that is exact, else bigints. */
const wide = fc.oneof(fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }), fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }));
const key = fc.oneof(fc.constantFrom('EndOfFile', 'Length', 'FileKey', 'a/b', '~1', 'x~0/'), fc.string());
const { value } = fc.letrec<{ value: DetailValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null), fc.boolean(), fc.maxSafeInteger(), wide, text,
    fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
}));
const detail = fc.dictionary(key, value, { maxKeys: 5 });

const process = (index: number): fc.Arbitrary<TraceProcess> =>
  fc.record({
    index: fc.constant(index as ProcessIndex), pid: word, parentPid: orNull(word), name: text, imagePath: orNull(text), commandLine: orNull(text), user: orNull(text), integrity: orNull(text),
    is64Bit: orNull(fc.boolean()), startTime: orNull(time), endTime: orNull(time),
  });
const stack: fc.Arbitrary<RecordedStack> = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), orNull(text)), { minLength: 1, maxLength: 4 }).chain((frames) =>
  fc.boolean().map((located) => ({ frames: BigUint64Array.from(frames, ([frame]) => frame), locations: located ? frames.map(([, location]) => location) : null })));

const ofProcess = (count: number): fc.Arbitrary<ProcessIndex> => fc.nat(count - 1) as fc.Arbitrary<ProcessIndex>;
const operation = (processes: number): fc.Arbitrary<OperationRecord> =>
  fc.record({
    sourceIndex: fc.constant(0), time, duration: orNull(fc.bigInt({ min: 0n, max: 2n ** 53n })), process: ofProcess(processes), tid: word, operation: text, major: orNull(fc.nat(255)),
    minor: fc.nat(255), kind: fc.constantFrom('irp', 'fastio', 'fsfilter', 'other'), path: orNull(text), status: orNull(word.map(ntStatus)), information: orNull(fc.oneof(fc.maxSafeInteger().map(Math.abs), fc.constant(2 ** 64))),
    irpFlags: word, offset: orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), length: orNull(fc.oneof(fc.maxSafeInteger().map(Math.abs), fc.constant(2 ** 64))), detail, stack: orNull(stack),
    provenance: fc.dictionary(fc.constantFrom('time', 'kind', 'offset', 'process', 'length'), fc.constantFrom('derived', 'assumed')),
  });
const context = (processes: number): fc.Arbitrary<ContextEvent> =>
  fc.record({
    sourceIndex: fc.constant(0), time, duration: orNull(fc.bigInt({ min: 0n, max: 2n ** 53n })), process: orNull(ofProcess(processes)), tid: orNull(word), contextClass: fc.constantFrom(...contextClasses),
    name: text, path: orNull(text), status: orNull(word.map(ntStatus)), detail, operation: orNull(fc.nat()),
  });
const module = (processes: number): fc.Arbitrary<TraceModule> =>
  fc.record({
    process: ofProcess(processes), base: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), size: word, path: text, loadTime: orNull(time), version: orNull(text), company: orNull(text), description: orNull(text),
  });

/** Records in the order of their source, some of whose places are left out. */
const trace = fc.integer({ min: 1, max: 3 }).chain((count) =>
  fc
    .record({
      system: detail,
      processes: fc.tuple(...Array.from({ length: count }, (_, i) => process(i))),
      modules: fc.array(module(count), { maxLength: 3 }),
      records: fc.array(fc.tuple(fc.oneof(operation(count), context(count)), fc.nat(3)), { maxLength: 6 }),
    })
    .map(({ records, ...rest }) => {
      let next = 0;
      const placed = records.map(([record, gap]) => {
        const sourceIndex = next + (gap === 3 ? 5 : 0);
        // A mark where events were lost has the place of the record behind it.
        next = sourceIndex + ('contextClass' in record && record.contextClass === 'lost' ? 0 : 1);
        return { ...record, sourceIndex };
      });
      return {
        ...rest,
        operations: placed.filter((record): record is OperationRecord => !('contextClass' in record)),
        contextEvents: placed.filter((record): record is ContextEvent => 'contextClass' in record),
      };
    }));


describe('a trace written as JSON Lines', () => {
  it('is read again as it was, whatever is in it', () => {
    fc.assert(
      fc.property(trace, (original) => {
        const found = read(writeJsonLines(original));
        expect(found.summary.damaged).toEqual([]);
        expect(content(found)).toEqual({ ...original });
        expect(accountedFor(found.summary)).toBe(found.summary.events);
      }),
      { numRuns: 300 },
    );
  });

  it('is written the same when it was read', () => {
    fc.assert(
      fc.property(trace, (original) => {
        const lines = [...writeJsonLines(original)];
        expect(written(read(lines))).toEqual(lines);
      }),
      { numRuns: 50 },
    );
  });

  it('may stand in the order of time: places go back, and are kept', () => {
    fc.assert(
      fc.property(trace, (original) => {
        const byTime = <T extends { readonly time: bigint }>(records: readonly T[]): T[] => [...records].sort((a, b) => (a.time < b.time ? -1 : 1));
        const sorted = { ...original, operations: byTime(original.operations), contextEvents: byTime(original.contextEvents) };
        const found = read(writeJsonLines(sorted));
        expect(found.summary.damaged).toEqual([]);
        expect(content(found)).toEqual(sorted);
      }),
      { numRuns: 100 },
    );
  });

  it('shares equal stacks and provenances', () => {
    const [header = '', owner = ''] = exampleLines();
    const line = '{"time":"2026-03-02T09:15:00.0000100Z","process":"notes.exe","pid":4120,"tid":1,"operation":"CloseFile","stack":["0x1"],"provenance":{"kind":"assumed"}}';
    const { operations } = read([header, owner, line, line]);
    expect(operations[0]?.stack).toBe(operations[1]?.stack);
    expect(operations[0]?.provenance).toBe(operations[1]?.provenance);
  });
});

const page = readFileSync(resolve(import.meta.dirname, '../../../../../docs/json-lines.md'), 'utf8');
function exampleLines(): string[] {
  return (/## Example\s+```json\n([^`]+)```/.exec(page)?.[1] ?? '').trim().split('\n');
}

describe('the page for authors of other tools', () => {
  it('has an example that is read to the last value', () => {
    const found = read(exampleLines());
    expect(found.summary).toMatchObject({ events: 3, operations: 2, damaged: [], skipped: [{ reason: 'registry event', count: 1 }], system: { computer: 'SAMPLE', processors: 2 } });
    expect(found.processes).toEqual([expect.objectContaining({ pid: 4120, parentPid: 3344, user: 'SAMPLE\\reader', is64Bit: true, endTime: null })]);
    expect(found.modules).toEqual([expect.objectContaining({ base: 0x7ff6a0000000n, size: 2113536, version: '1.4', company: null })]);
    expect(found.operations[0]).toMatchObject({ operation: 'CreateFile', major: 0, duration: 1012n, stack: { frames: BigUint64Array.of(0xfffff80355a26e2bn, 0x7ffa77b2d2e4n), locations: ['FLTMGR.SYS + 0x6e2b', null] } });
    expect(found.operations[1]).toMatchObject({ sourceIndex: 2, offset: 2n ** 63n - 1n, detail: { Length: 1, FileKey: 18446734736581234576n }, provenance: { kind: 'derived' } });
    expect(found.contextEvents).toEqual([expect.objectContaining({ sourceIndex: 1, contextClass: 'registry', status: 0xc0000034, duration: 21n })]);
    expect(formatTraceTime(found.operations[1]?.time ?? (0n as TraceTime))).toBe('2026-03-02T09:15:00.0000250Z');
    expect(content(read(written(found)))).toEqual(content(found));
  });

  it('needs no more than operation lines', () => {
    const [line = ''] = (/## Operations\s+```json\n([^`]+)```/.exec(page)?.[1] ?? '').trim().split('\n');
    expect(read([line]).operations).toEqual([expect.objectContaining({ operation: 'ReadFile', major: 3, irpFlags: 0x900, detail: { Key: 7 }, provenance: { duration: 'derived' } })]);
    const least = '{"time":"2026-03-02T09:15:00.0000100Z","process":"notes.exe","pid":4120,"tid":1,"operation":"anything"}';
    expect(read([least]).operations).toEqual([expect.objectContaining({ major: null, minor: 0, kind: 'other', path: null, status: null, detail: {}, provenance: {} })]);
  });
});

describe('JSON Lines that are damaged', () => {
  const good = '{"time":"2026-03-02T09:15:00.0000100Z","process":"notes.exe","pid":4120,"tid":1,"operation":"anything"}';
  it.each([
    ['a kind of line from the future', '{"fltreplay":"picture"}', /kind this version does not know: "picture"/],
    ['a status that is none', good.replace('{', '{"status":-1,'), /status/],
    ['a path that is none', good.replace('{', '{"path":7,'), /path is no text/],
    ['details beyond all depth', good.replace('{', `{"detail":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)},`), /nested too deeply/],
    ['a time that no clock has', good.replace('2026-03-02', '2026-13-02'), /time is not ISO 8601/],
    ['a process line without its number', '{"fltreplay":"process","pid":1,"name":"x"}', /no index/],
    ['a module of nobody', '{"fltreplay":"module","processIndex":9,"base":"0x1","size":1,"path":""}', /process/],
    ['a place that is none', good.replace('{', '{"sourceIndex":-1,'), /sourceIndex/],
  ])('report %s and keep the others', (_, bad, reason) => {
    const { summary, operations } = read([good, bad, good]);
    expect(operations.length).toBe(2);
    expect(summary.damaged).toEqual([{ at: 2, unit: 'line', reason: expect.stringMatching(reason) as string, records: 1 }]);
    expect(summary.events).toBe(3);
  });

  it('report one line that is too long once', () => {
    const { summary } = read([good, 'x'.repeat(33 * 1024 * 1024), good]);
    expect(summary).toMatchObject({ events: 3, operations: 2, damaged: [{ at: 2, records: 1 }] });
  });
});
