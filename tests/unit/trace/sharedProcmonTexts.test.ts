/** Procmon's own text exports beside its logs of the same capture, where they are at hand. What may differ stands in procmon-formats.md, by section. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import { formatTraceTime } from '../../../src-main/trace/record.ts';
import { accountedFor, collectTrace } from '../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../support/trace/collectTrace.ts';
import { csvTable } from '../../support/trace/csvTable.ts';
import { writeProcmonCsv } from '../../support/trace/writeProcmonCsv.ts';
import type { CsvOptions } from '../../support/trace/writeProcmonCsv.ts';
import { writeProcmonXml } from '../../support/trace/writeProcmonXml.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/traces/procmon');
const reason = existsSync(folder) ? '' : ' (skipped: ../shared/traces/procmon is not here)';
const captures = ['UTC32Filesystem', 'UTC64Filesystem', 'UTC64Process', 'UTC64Registry'];

const bytesOf = (path: string): Buffer => (path.endsWith('.zlib') ? inflateSync(readFileSync(join(folder, path))) : readFileSync(join(folder, path)));
const load = (path: string): CollectedTrace => collectTrace(bytesSource(bytesOf(path), basename(path)));
const capture = (name: string, kind: 'PML' | 'CSV'): string => `eronnen-procmon-parser/CompressedLogFile${name}${kind}.zlib`;

describe.skipIf(reason !== '')(`other events of a CSV export${reason}`, () => {
  /** 16.4: Procmon over-reads some registry values, which stand in the detail only; so names, places, times, results and owners must be equal. */
  it.each(captures)('%s says row by row what its log says', (name) => {
    const log = load(capture(name, 'PML'));
    const csv = load(capture(name, 'CSV'));
    const facts = (trace: CollectedTrace) =>
      trace.contextEvents.map((event) => {
        const process = event.process === null ? undefined : assertExists(trace.processes[event.process]);
        return [event.sourceIndex, event.time, event.contextClass, event.name, event.path ?? '', event.status, event.tid, process?.pid, process?.name].join('|');
      });
    expect(facts(csv)).toEqual(facts(log));
    expect(csv.summary.skipped).toEqual(log.summary.skipped);
  });

  it('keeps the details of a process start, with their bare carriage returns', () => {
    const start = assertExists(load(capture('UTC64Process', 'CSV')).contextEvents.find((event) => event.name === 'Process Start'));
    expect(start.detail['Detail']).toMatch(/^Parent PID: 3344, Command line: "C:\\Users\\test\\Desktop\\vminstall\.exe" , Current directory: C:\\Users\\test\\Desktop\\, Environment: \r;\t=::=::\\\r;\t/);
  });

  it('gives a process its life and its modules', () => {
    const { processes, modules, contextEvents } = load(capture('UTC64Process', 'CSV'));
    expect(processes.filter((process) => process.startTime !== null).length).toBe(44);
    expect(processes.filter((process) => process.endTime !== null).length).toBe(34);
    expect(modules.length).toBe(1952);
    expect(modules[0]).toMatchObject({ base: 0x7ffa744e0000n, size: 0x204000, path: 'C:\\Windows\\System32\\cdprt.dll' });
    expect(contextEvents.length).toBe(3400);
  });
});

describe.skipIf(reason !== '')(`details of a CSV export${reason}`, () => {
  it.each(['UTC32Filesystem', 'UTC64Filesystem'])('of %s are understood', (name) => {
    const rest = new Set(load(capture(name, 'CSV')).operations.filter((operation) => operation.detail['Detail'] !== undefined).map((operation) => `${operation.operation}: ${String(operation.detail['Detail'])}`));
    // Classes this Procmon had no name for (16.2) are the only ones that may be left over.
    expect([...rest].filter((text) => !text.startsWith('<Unknown>'))).toEqual([]);
  });
});

describe.skipIf(reason !== '')(`the same rows in another dress${reason}`, () => {
  const plain = (trace: CollectedTrace): unknown => ({ operations: trace.operations, context: trace.contextEvents, skipped: trace.summary.skipped, events: trace.summary.events });

  it.each(['UTC32Filesystem', 'UTC64Process'])('%s reads the same as XML', (name) => {
    const [names = [], ...rows] = csvTable(bytesOf(capture(name, 'CSV')));
    const events = rows.map((row) => ({ cells: Object.fromEntries(names.map((column, i) => [column, row[i] ?? ''])) }));
    const xml = collectTrace(bytesSource(writeProcmonXml(events)));
    expect(xml.summary.format).toBe('procmon-xml');
    expect(plain(xml)).toEqual(plain(load(capture(name, 'CSV'))));
  });

  it.each([
    { separator: ';' }, { separator: '\t', bare: true }, { encoding: 'utf16le', lineEnd: '\n' }, { encoding: 'utf16be' }, { lineEnd: '\r' }, { bare: true, encoding: 'utf8-without-bom' },
  ] satisfies CsvOptions[])('reads the same as a copy with %o', (options) => {
    const bytes = bytesOf(capture('UTC64Process', 'CSV'));
    const [names = [], ...rows] = csvTable(bytes);
    expect(plain(collectTrace(bytesSource(writeProcmonCsv(names, rows, options))))).toEqual(plain(collectTrace(bytesSource(bytes))));
  });
});

describe.skipIf(reason !== '')(`a Procmon XML export of others${reason}`, () => {
  it('holds what its MANIFEST says', () => {
    const trace = load('cuckoosandbox-cuckoo/procmon.xml');
    expect(trace.summary).toMatchObject({ format: 'procmon-xml', events: 5, operations: 4, damaged: [], skippedOperations: [{ operation: 'Thread Create', count: 1 }] });
    expect(accountedFor(trace.summary)).toBe(5);
    expect(trace.operations.map((operation) => operation.operation)).toEqual(['ReadFile', 'ReadFile', 'ReadFile', 'ReadFile']);
    expect(formatTraceTime(assertExists(trace.summary.firstTime)).slice(11)).toBe('00:57:15.0645467Z');
    expect(formatTraceTime(assertExists(trace.summary.lastTime)).slice(11)).toBe('00:57:15.0654481Z');
    expect(trace.contextEvents).toEqual([expect.objectContaining({ name: 'Thread Create', contextClass: 'thread', path: null, detail: { Detail: 'Thread ID: 1328' } })]);
    expect(trace.operations[0]).toMatchObject({ path: 'C:\\Windows\\System32\\wow64cpu.dll', offset: 11264n, length: 512, irpFlags: 0x43, detail: { Priority: 3 } });
    expect(trace.processes.map((process) => process.name)).toEqual(['System', 'python.exe', 'Explorer.EXE']);
  });
});
