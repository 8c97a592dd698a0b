/** Real ETL files, where they are at hand. Expectations are transcribed from their MANIFEST.md; counts by type are those of counts.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../../src-main/trace/byteSource.ts';
import { recogniseEtl } from '../../../../../../src-main/trace/formats/etl/container/recogniseEtl.ts';
import { formatTraceTime } from '../../../../../../src-main/trace/record.ts';
import type { TraceTime } from '../../../../../../src-main/trace/record.ts';
import { readHead } from '../../../../../../src-main/trace/traceHead.ts';
import { chunkedSource, countBy } from '../../../../../support/trace/collectTrace.ts';
import { collectEtl } from '../../../../../support/trace/etl/collectEtl.ts';
import type { CollectedRecord } from '../../../../../support/trace/etl/collectEtl.ts';
import { unzipEntry } from '../../../../../support/trace/unzip.ts';

const folder = resolve(import.meta.dirname, '../../../../../../../shared/traces/etw');
const reason = existsSync(folder) ? '' : ' (skipped: ../shared/traces/etw is not here)';

interface Row {
  readonly file: string;
  readonly records: number;
  readonly buffers: number;
  readonly compressed: number;
  readonly os: string;
  readonly pointer: 4 | 8;
  readonly processors: number;
  readonly clock: 'performance counter' | 'system time';
  readonly lost: number;
  readonly first: string;
  readonly last: string;
}

const qpc = 'performance counter';
const row = (file: string, records: number, buffers: number, compressed: number, os: string, pointer: 4 | 8, processors: number, clock: Row['clock'], lost: number, first: string, last: string): Row => ({
  file, records, buffers, compressed, os, pointer, processors, clock, lost, first, last,
});

const manifest: readonly Row[] = [
  row('perfview/net.4.5.2.x64.etl', 179_474, 360, 359, '6.2 9200', 8, 8, qpc, 0, '2020-07-29T00:07:00.6236167Z', '2020-07-29T00:07:13.2051815Z'),
  row('airbus-etl-parser/ShutdownPerfDiagLogger.etl', 17_078, 49, 0, '10.0 18362', 8, 2, qpc, 0, '2020-02-28T09:03:47.7445790Z', '2020-02-28T17:15:51.6538124Z'),
  row('airbus-etl-parser/lxcore_kernel.etl', 4, 3, 0, '10.0 19041', 8, 6, qpc, 0, '2020-07-14T12:04:31.1387363Z', '2020-07-14T12:04:36.9038717Z'),
  row('tx/Process.etl', 10_344, 182, 0, '6.1 7600', 8, 2, qpc, 0, '2010-10-29T19:07:49.6596362Z', '2010-10-29T19:10:20.1203529Z'),
  row('tx/HTTP_Server.etl', 2042, 36, 0, '6.1 7601', 8, 4, qpc, 0, '2011-01-23T22:06:37.4768585Z', '2011-01-23T22:07:56.7378319Z'),
  row('perfview/smallEtlFile.etl', 2, 2, 1, '10.0 10586', 4, 4, qpc, 0, '2016-08-17T23:30:22.0379266Z', '2016-08-17T23:30:22.0688637Z'),
  row('perfview/SelfDescribingSingleEvent.etl', 23, 3, 2, '10.0 22000', 8, 12, qpc, 0, '2022-04-20T21:27:15.2722435Z', '2022-04-20T21:27:18.6377035Z'),
  row('perfview/gcevents.etl.zip', 71, 5, 0, '10.0 19045', 8, 8, qpc, 0, '2023-03-14T00:46:36.6946549Z', '2023-03-14T00:46:48.3035503Z'),
  row('perfview/primitive-types.etl.zip', 7, 2, 0, '10.0 19043', 8, 8, qpc, 0, '2021-09-09T14:59:32.8578510Z', '2021-09-09T14:59:37.4845027Z'),
  row('msbuild/PerfViewData.etl.zip', 5871, 30, 29, '10.0 18363', 4, 8, qpc, 0, '2020-06-02T01:07:19.1690002Z', '2020-06-02T01:07:23.6345171Z'),
  row('s4/CldFlt0-2025-12-21-121418.etlgz', 17, 2, 0, '10.0 26100', 8, 1, 'system time', 0, '2025-12-19T01:28:04.0355567Z', '2025-12-19T01:28:24.4511103Z'),
  row('s4/CldFlt2-2025-12-21-121418.etlgz', 2, 1, 0, '10.0 26100', 8, 1, 'system time', 0, '2025-12-19T01:29:07.9562552Z', '2025-12-19T01:29:07.9562552Z'),
  row('s4/WindowsUpdate.20251008.140245.443.8.etl', 82, 7, 0, '10.0 22631', 8, 1, qpc, 41, '2025-10-08T21:02:45.4479919Z', '2025-10-08T21:13:28.9936350Z'),
  row('s4/waasmedic.20251005_113019_195.etl', 21, 2, 0, '10.0 22631', 8, 1, qpc, 0, '2025-10-05T11:30:19.2015908Z', '2025-10-05T11:31:19.3848833Z'),
  row('sawbuck/image_data_32_v0.etl', 27, 3, 0, '6.1 7600', 4, 16, qpc, 0, '2011-05-02T12:56:39.4691628Z', '2011-05-02T12:56:41.4722013Z'),
  row('sawbuck/process_data_32_v2.etl', 9, 3, 0, '6.1 7600', 4, 16, qpc, 0, '2011-05-02T12:56:52.9264653Z', '2011-05-02T12:56:53.9300658Z'),
  row('sawbuck/process_data_64_v3.etl', 9, 2, 0, '6.1 7600', 4, 16, qpc, 0, '2011-05-02T12:56:56.1145771Z', '2011-05-02T12:56:57.1175758Z'),
  row('generated/gen-fileio-v3-64.etl', 56, 3, 0, '10.0 19041', 8, 2, qpc, 0, '2024-01-17T21:20:00.0000000Z', '2024-01-17T21:20:00.0095100Z'),
  row('generated/gen-fileio-v3-64-lz.etl', 56, 3, 2, '10.0 19041', 8, 2, qpc, 0, '2024-01-17T21:20:00.0000000Z', '2024-01-17T21:20:00.0095100Z'),
  row('generated/gen-fileio-v2-32.etl', 54, 3, 0, '10.0 19041', 4, 2, qpc, 0, '2024-01-17T21:20:00.0000000Z', '2024-01-17T21:20:00.0095100Z'),
];

function bytesOf(file: string): Buffer {
  const packed = readFileSync(join(folder, file));
  if (file.endsWith('.zip')) return unzipEntry(packed, '.etl');
  return file.endsWith('.etlgz') ? gunzipSync(packed) : packed;
}

type Collected = ReturnType<typeof collectEtl>;
const collected = new Map<string, Collected>();

/** Each file is read once for all that is asked of it. */
function collectFile(file: string): Collected {
  const known = collected.get(file);
  if (known !== undefined) return known;
  const made = collectEtl(bytesOf(file));
  collected.set(file, made);
  return made;
}

/** What counts.json says behind the names: the names of events are not the container's. */
function keyOf(record: CollectedRecord): string {
  if (record.kind === 'message') return 'WPP';
  if (record.kind === 'event') return `{${record.guid}} id${record.id} v${record.version}`;
  if (record.guid !== null) return `{${record.guid}} op${record.opcode} v${record.version}`;
  return `0x${record.hook.toString(16).padStart(4, '0')}, v${record.version}`;
}

function expectedCounts(file: string): { [key: string]: number } {
  const all = JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8')) as { [file: string]: { readonly counts: { [name: string]: number } } };
  const counts: { [key: string]: number } = {};
  for (const [name, count] of Object.entries(all[file]?.counts ?? {})) {
    const key = shortName(name);
    counts[key] = (counts[key] ?? 0) + count;
  }
  return counts;
}

function shortName(name: string): string {
  if (name.startsWith('WPP')) return 'WPP';
  const kernel = /\((0x[0-9a-f]{4}, v\d+)\)$/.exec(name);
  if (kernel !== null) return kernel[1] ?? '';
  const manifestOrClassic = /(\{[0-9a-f-]+\}).*? ((?:id|op)\d+ v\d+)$/.exec(name);
  return manifestOrClassic === null ? name : `${manifestOrClassic[1]} ${manifestOrClassic[2]}`;
}

describe.skipIf(reason !== '')(`real ETL files${reason}`, () => {
  it.each(manifest)('$file: records, buffers, session and times are those of the manifest', (expected) => {
    const bytes = bytesOf(expected.file);
    expect(recogniseEtl(readHead(bytesSource(bytes)))).toBe(true);
    const { file, pass, records, damages } = collectFile(expected.file);
    const [session] = file.sessions;
    expect({
      records: records.length, buffers: file.buffers.total, compressed: file.buffers.compressed, os: `${session.osVersion} ${session.osBuild}`,
      pointer: session.pointerSize, processors: session.processors, clock: session.clockType, lost: session.eventsLost,
      first: formatTraceTime(records[0]?.time as TraceTime), last: formatTraceTime(records.at(-1)?.time as TraceTime), file: expected.file,
    }).toEqual(expected);
    expect(pass.records).toBe(expected.records);
    // Section 7: no inversions on any real file, inside buffers or behind the merge.
    expect(pass.inversions).toBe(0);
    expect(damages).toEqual([]);
    expect(file.buffers.skipped).toEqual([]);
  });

  it.each(manifest)('$file: every record is counted under its type', ({ file }) => {
    const { records } = collectFile(file);
    expect(countBy(records, keyOf)).toEqual(expectedCounts(file));
  });

  it.each(manifest)('$file: read a few bytes at a time it is the same', ({ file }) => {
    const bytes = bytesOf(file);
    const whole = collectFile(file).records;
    // A few hundred reads of the file, however long it is.
    const pieces = collectEtl(chunkedSource(bytes, 777 + (bytes.length >>> 8))).records;
    expect(pieces.length).toBe(whole.length);
    for (const [i, record] of pieces.entries()) {
      if (i % 97 === 0) expect(record).toEqual(whole[i]);
    }
  });

  it('32- and 64-bit records of one merged file keep their own pointer size', () => {
    const sizes = countBy(collectFile('perfview/net.4.5.2.x64.etl').records, (record) => String(record.pointerSize));
    expect(Object.keys(sizes).sort()).toEqual(['4', '8']);
  });

  it('the processor of a file from before Windows 8 is one byte', () => {
    const processors = new Set(collectFile('tx/HTTP_Server.etl').records.map((record) => record.processor));
    expect(Math.max(...processors)).toBeLessThan(4);
  });

  it('related activities, TraceLogging names and provider names come from extended items', () => {
    const http = collectFile('tx/HTTP_Server.etl').records;
    expect(http.filter((record) => record.relatedActivityId !== null).length).toBe(291);
    const lxcore = collectFile('airbus-etl-parser/lxcore_kernel.etl').records.filter((record) => record.kind === 'event');
    expect(lxcore.map((record) => record.channel)).toEqual([11, 11]);
    expect(new Set(lxcore.map((record) => record.providerName))).toEqual(new Set(['Microsoft.Windows.Subsystem.LxCore']));
    expect(lxcore.map((record) => record.schemaName)).toEqual(['BreakPoint', 'BreakPoint']);
  });

  it('buffers that are missing in a log are told with their number: Process.etl lacks two, a circular log of which the beginning is gone lacks none', () => {
    const process = collectFile('tx/Process.etl').losses;
    expect(process.map(({ kind, count }) => ({ kind, count }))).toEqual([{ kind: 'gap', count: 1 }, { kind: 'gap', count: 1 }]);
    expect(collectFile('s4/WindowsUpdate.20251008.140245.443.8.etl').losses).toEqual([]);
  });

  it('the worked example of the format page reads as it says', () => {
    const { file, records } = collectFile('perfview/smallEtlFile.etl');
    expect(file.sessions[0]).toMatchObject({
      bufferSize: 65_536, osVersion: '10.0', osBuild: 10_586, processors: 4, logFileMode: 0x04011001, pointerSize: 4, perfFreq: 3_117_777n, firstRawTime: 185_227_195_741n,
    });
    expect(records[0]).toMatchObject({ kind: 'system', hook: 0, tid: 2256, pid: 2092, pointerSize: 4, rawTime: 185_227_195_741n });
    expect(records[1]).toMatchObject({ kind: 'event', pointerSize: 4, bufferOffset: 0x200 });
    expect((records[1]?.payload.length ?? 0) + 0x50).toBeLessThanOrEqual(0x298);
  });
});
