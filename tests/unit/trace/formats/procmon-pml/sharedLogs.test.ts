/**
 * Real logs against Procmon's own exports of them, event by event, where they are at hand: the values of process, registry and network events,
 * a raw backing file of version 7, stacks and modules as the MANIFEST counts them. The exports are read here as text, without the importer's code.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { formatTraceTime } from '../../../../../src-main/trace/record.ts';
import type { ContextEvent, OperationRecord } from '../../../../../src-main/trace/record.ts';
import { chunkedSource, collectTrace, countBy } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';

const folder = resolve(import.meta.dirname, '../../../../../../shared/traces/procmon');
const reason = existsSync(folder) ? '' : ' (skipped: ../shared/traces/procmon is not here)';
const eronnen = 'eronnen-procmon-parser/CompressedLogFile';
const noriben = 'rurik-noriben/Noriben_09_Apr_13__20_16_13_368000';

function bytesOf(path: string): Uint8Array {
  const bytes = readFileSync(join(folder, path));
  return path.endsWith('.zlib') ? inflateSync(bytes) : bytes;
}

const load = (path: string): CollectedTrace => collectTrace(bytesSource(bytesOf(path), path));

type Row = (column: string) => string;

/** Rows of an export: every field in quotes, quotes doubled; line ends inside fields belong to them. */
function rowsOf(path: string): readonly Row[] {
  const text = Buffer.from(bytesOf(path)).toString('utf8').replace(/^\ufeff/, '');
  const lines: string[][] = [[]];
  for (const [, field = '', end] of text.matchAll(/"((?:[^"]|"")*)"(,|\r?\n|$)/g)) {
    assertExists(lines.at(-1)).push(field.replaceAll('""', '"'));
    if (end !== ',') lines.push([]);
  }
  const [header = [], ...rows] = lines.filter((line) => line.length > 0);
  const places = new Map(header.map((name, i) => [name, i]));
  return rows.map((fields) => (column) => fields[assertExists(places.get(column))] ?? '');
}

const grouped = (value: unknown): string => Number(value).toLocaleString('en-US');
const seconds = (ticks: unknown): string => (Number(ticks) / 1e7).toFixed(7);

/** Procmon's Detail for what an event says (procmon-formats.md 10.5 and 11). */
function processText({ name, detail: d }: ContextEvent, row: Row): string {
  switch (name) {
    case 'Thread Create': return `Thread ID: ${String(d['ThreadId'])}`;
    case 'Thread Exit': return `Thread ID: ${row('TID')}, User Time: ${seconds(d['UserTime'])}, Kernel Time: ${seconds(d['KernelTime'])}`;
    case 'Load Image': return `Image Base: 0x${Number(d['ImageBase']).toString(16)}, Image Size: 0x${Number(d['ImageSize']).toString(16)}`;
    case 'Process Create': return `PID: ${String(d['ProcessId'])}, Command line: ${String(d['CommandLine'] ?? '')}`;
    case 'Process Start': return `Parent PID: ${String(d['ParentId'])}, Command line: ${String(d['CommandLine'] ?? '')}, Current directory: ${String(d['CurrentDirectory'] ?? '')}, Environment: `;
    case 'Process Exit':
      return (
        `Exit Status: ${String(d['ExitStatus'])}, User Time: ${seconds(d['UserTime'])} seconds, Kernel Time: ${seconds(d['KernelTime'])} seconds, Private Bytes: ${grouped(d['PrivateBytes'])}, ` +
        `Peak Private Bytes: ${grouped(d['PeakPrivateBytes'])}, Working Set: ${grouped(d['WorkingSet'])}, Peak Working Set: ${grouped(d['PeakWorkingSet'])}`
      );
    default: return '';
  }
}

/** What Procmon prints of a value: nothing behind an empty one; of a REG_QWORD it prints no data. */
function valueText(d: ContextEvent['detail']): string {
  const type = typeof d['Type'] === 'number' ? `<Unknown: ${d['Type']}>` : String(d['Type']);
  if (d['Type'] === undefined) return `Length: ${grouped(d['Length'])}`;
  const data = d['Type'] === 'REG_QWORD' || typeof d['Type'] === 'number' ? '' : String(d['Data'] ?? '');
  const none = d['Length'] === 0 && (d['Type'] === 'REG_NONE' || typeof d['Type'] === 'number');
  return `Type: ${type}, Length: ${grouped(d['Length'])}${none ? '' : `, Data: ${data}`}`;
}

function keyText(d: ContextEvent['detail'], status: number | null): string {
  const query = `Query: ${String(d['Query'])}`;
  if (d['HandleTags'] !== undefined) return `${query}, HandleTags: 0x${Number(d['HandleTags']).toString(16)}`;
  if (d['UserFlags'] !== undefined) return `${query}, UserFlags: 0x${Number(d['UserFlags']).toString(16)}`;
  if (d['SubKeys'] !== undefined) return `${query}, SubKeys: ${grouped(d['SubKeys'])}, Values: ${grouped(d['Values'])}`;
  if (d['Query'] === 'Name' && status === 0) return query;
  return d['Name'] !== undefined && d['Query'] !== 'Name' ? `${query}, Name: ${String(d['Name'])}` : `${query}, Length: ${grouped(d['Length'])}`;
}

function registryText({ name, detail: d, status }: ContextEvent, row: Row): string {
  switch (name) {
    // Basic information has no data: its own type, and the length asked for.
    case 'RegQueryValue': return d['Name'] !== undefined && d['Data'] === undefined ? `Type: ${String(d['Type'])}` : valueText(d);
    case 'RegSetValue': return valueText(d);
    case 'RegEnumValue': return `Index: ${String(d['Index'])}, ${d['Name'] === undefined ? '' : `Name: ${String(d['Name'])}, `}${valueText(d)}`;
    case 'RegEnumKey': return `Index: ${String(d['Index'])}, ${d['Name'] === undefined ? `Length: ${grouped(d['Length'])}` : `Name: ${String(d['Name'])}`}`;
    case 'RegQueryKey': return keyText(d, status);
    // Procmon prints the size of what it captured, which was nothing.
    case 'RegSetInfoKey': return `KeySetInformationClass: ${String(d['Class'])}, Length: 0`;
    case 'RegLoadKey': return `Hive Path: ${String(d['HivePath'])}`;
    case 'RegCreateKey': return `${row('Detail').replace(/, Disposition: .*/, '')}${d['Disposition'] === undefined ? '' : `, Disposition: ${String(d['Disposition'])}`}`;
    default: return '';
  }
}

/** Equal, or the beginning where the event says that its data is cut, or Procmon's text is itself cut. */
function sameText(event: ContextEvent, expected: string, row: Row): boolean {
  const found = row('Detail');
  return expected === found || ((event.detail['DataCut'] === true || event.name === 'Process Start') && found.startsWith(expected));
}

function differing(trace: CollectedTrace, rows: readonly Row[], text: (event: ContextEvent, row: Row) => string): unknown[] {
  return trace.contextEvents.flatMap((event, i) => {
    const row = assertExists(rows[i]);
    const process = assertExists(trace.processes[assertExists(event.process)]);
    const expected = text(event, row);
    const same =
      event.name === row('Operation') && (event.path ?? '') === row('Path') && process.name === row('Process Name') && String(process.pid) === row('PID') &&
      String(event.tid) === row('TID') && sameText(event, expected, row) && seconds(event.duration) === row('Duration');
    return same ? [] : [{ i, event, expected, found: row('Detail') }];
  });
}

describe.skipIf(reason !== '')(`Process Monitor logs beside Procmon's exports${reason}`, () => {
  it.each([
    { name: 'UTC64Process', events: 3400, text: processText },
    { name: 'UTC64Registry', events: 28240, text: registryText },
  ])('every context event of $name says what Procmon says', ({ name, events, text }) => {
    const trace = load(`${eronnen}${name}PML.zlib`);
    const rows = rowsOf(`${eronnen}${name}CSV.zlib`);
    expect([trace.contextEvents.length, rows.length, trace.summary.damaged]).toEqual([events, events, []]);
    expect(differing(trace, rows, text)).toEqual([]);
  });

  it('reads the raw backing file of version 7 as Procmon 2.8 does, row by row', () => {
    const trace = load(`${noriben}.pml`);
    const rows = rowsOf(`${noriben}.csv`);
    const records = [...trace.operations, ...trace.contextEvents].toSorted((a, b) => a.sourceIndex - b.sourceIndex);
    expect(trace.summary).toMatchObject({ format: 'procmon-pml-7', events: 623, operations: 248, system: { is64Bit: false, windowsVersion: '5.1.2600', highestUserAddress: 0x7ffeffff } });
    expect(trace.summary.skipped.toSorted((a, b) => b.count - a.count)).toEqual([
      { reason: 'registry event', count: 198 }, { reason: 'network event', count: 165 }, { reason: 'process event', count: 12 },
    ]);
    // 328 bytes between the events and their offsets: procmon-formats.md 1.
    expect(trace.summary.damaged).toEqual([]);
    expect(trace.summary.system['note']).toMatch(/^328 bytes among the events/);
    expect([trace.processes.length, trace.modules.length]).toEqual([35, 1440]);
    expect(formatTraceTime(assertExists(trace.summary.firstTime))).toBe('2013-04-10T01:16:14.4778228Z');
    expect(formatTraceTime(assertExists(trace.summary.lastTime))).toBe('2013-04-10T01:16:30.5894584Z');
    const nameOf = (record: OperationRecord | ContextEvent): string => ('operation' in record && 'major' in record ? record.operation : record.name);
    expect(records.length).toBe(rows.length);
    records.forEach((record, i) => {
      const row = assertExists(rows[i]);
      const process = assertExists(trace.processes[assertExists(record.process)]);
      const name = nameOf(record) === 'SetAllocationInformationFile' ? 'SetAllInformationFile' : nameOf(record);
      expect([name, record.path ?? '', process.name, String(process.pid)]).toEqual([row('Operation'), row('Path'), row('Process Name'), row('PID')]);
      if (!('major' in record) && record.contextClass === 'network') expect(`Length: ${String(record.detail['Length'])}`).toBe(row('Detail').replaceAll(',', ''));
    });
  });

  it.each([
    { file: `${eronnen}UTC32FilesystemPML.zlib`, frames: 345_840, modules: 3188 },
    { file: `${eronnen}UTC64FilesystemPML.zlib`, frames: 967_303, modules: 2983 },
  ])('has every stack frame and module of $file', ({ file, frames, modules }) => {
    const trace = load(file);
    expect(trace.operations.reduce((sum, { stack }) => sum + (stack?.frames.length ?? 0), 0)).toBe(frames);
    expect(trace.modules.length).toBe(modules);
    // Equal stacks are one object, but for the few that fell out of the cache.
    const objects = new Set(trace.operations.map(({ stack }) => stack));
    const different = new Set([...objects].map((stack) => stack?.frames.join(' ')));
    expect(objects.size).toBeLessThan(different.size * 1.05);
  });

  it('finds a module of System for every kernel frame, and knows the lazy writer', () => {
    const trace = load('progmboy-openprocmon/CompressedLogFileBench64PML.zlib');
    const system = trace.processes.find((process) => process.pid === 4)?.index;
    const kernel = trace.modules.filter((module) => module.process === system);
    expect(trace.modules.length).toBe(1595);
    const highest = BigInt(trace.summary.system['highestUserAddress'] as number);
    const frames = new Set(trace.operations.slice(0, 20_000).flatMap(({ stack }) => [...(stack?.frames ?? [])]).filter((frame) => frame > highest));
    const unnamed = [...frames].filter((frame) => !kernel.some(({ base, size }) => frame >= base && frame < base + BigInt(size)));
    expect(frames.size).toBeGreaterThan(100);
    expect(unnamed).toEqual([]);
    // Every end of file in this capture is the lazy writer's: paging I/O of System that only advances the valid data length.
    const ends = trace.operations.filter((operation) => operation.operation === 'SetEndOfFileInformationFile');
    expect(ends.map(({ process, irpFlags, detail }) => [process, irpFlags, detail['AdvanceOnly']])).toEqual(Array.from({ length: 17 }, () => [system, 0x42, true]));
  });

  it('reads a backing file the same whatever the source hands out at a time', () => {
    const bytes = bytesOf(`${noriben}.pml`);
    const whole = collectTrace(bytesSource(bytes));
    const pieces = collectTrace(chunkedSource(bytes, 997));
    expect(pieces.operations).toEqual(whole.operations);
    expect(pieces.contextEvents).toEqual(whole.contextEvents);
    expect(countBy(whole.contextEvents, (event) => event.contextClass)).toEqual({ registry: 198, network: 165, process: 12 });
  });
});
