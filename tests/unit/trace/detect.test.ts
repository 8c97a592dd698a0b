import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import { readableTraces } from '../../../src-main/trace/errors.ts';
import { detectTraceFormat } from '../../../src-main/trace/detect.ts';
import { traceFormats } from '../../../src-main/trace/formats/index.ts';
import { readHead } from '../../../src-main/trace/traceHead.ts';
import { ByteWriter } from '../../support/trace/byteWriter.ts';
import { generateFileIo } from '../../support/trace/etl/generatedFileIo.ts';
import { fuzzSamples } from '../../support/trace/fuzzSamples.ts';
import { writePml } from '../../support/trace/writePml.ts';
import { writeProcmonCsv } from '../../support/trace/writeProcmonCsv.ts';
import { writeProcmonXml } from '../../support/trace/writeProcmonXml.ts';

const detect = (bytes: Uint8Array, name = 'misleading.jpg') => detectTraceFormat(bytesSource(bytes, name)).id;
const columns = ['Time of Day', 'Process Name', 'PID', 'Operation', 'Path', 'Result', 'Detail'];

describe('detection by content', () => {
  it('knows every format whatever the file is called', () => {
    expect(detect(writePml({ bits: 64, processes: [], events: [] }).bytes)).toBe('procmon-pml');
    for (const encoding of ['utf8', 'utf8-without-bom', 'utf16le'] as const) expect(detect(writeProcmonCsv(columns, [], { encoding }))).toBe('procmon-csv');
    expect(detect(writeProcmonXml([]))).toBe('procmon-xml');
    expect(detect(Buffer.from('{"fltreplay":"trace","version":1}\n'))).toBe('fltreplay-jsonl');
  });

  it.each([
    ['nothing', '', /is empty/],
    ['zip', 'PK\u0003\u0004', /zip archive/],
    ['gzip', '\u001f\u008b', /gzip archive/],
    ['zlib', '\u0078\u009c', /zlib stream/],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1', /Git LFS pointer/],
    ['another XML', '\u00ef\u00bb\u00bf<?xml version="1.0"?>\n<html><body>', /XML or HTML document/],
    ['a session', 'SQLite format 3\u0000', /SQLite database/],
    ['an event log', 'ElfFile\u0000', /event log/],
    ['another CSV', '"a","b"\r\n"1","2"\r\n', /of no format FltReplay knows \(it begins with the bytes 22 61/],
    ['anything else', '\u0000\u0001\u0002', /of no format FltReplay knows \(it begins with the bytes 00 01 02\)/],
  ])('refuses %s in one sentence', (_, text, message) => {
    expect(() => detect(Buffer.from(text, 'latin1'), 'thing.pml')).toThrow(message);
    expect(() => detect(Buffer.from(text, 'latin1'), 'thing.pml')).toThrow(/^“thing\.pml” .*\.$/);
  });

  it.each(fuzzSamples.map((sample) => ({ name: sample.name, sample })))('takes $name for nothing else', ({ name, sample }) => {
    const bytes = sample.bytes();
    const found = traceFormats.filter((format) => format.recognises(readHead(bytesSource(bytes, 'misleading.jpg')))).map(({ id }) => id);
    // Procmon's CSV has any columns: it is asked last.
    expect(found.filter((id, index) => index === 0 || id !== 'procmon-csv')).toEqual([name.split(' ')[0]]);
    expect(detect(bytes)).toBe(found[0]);
  });

  it('names every format where it refuses one', () => {
    const named = ['Process Monitor', 'CSV', 'XML', 'Event Tracing for Windows', 'tracerpt', 'xperf', 'PerfView', 'minispy', 'JSON Lines'];
    for (const word of named) expect(readableTraces).toContain(word);
    for (const { title } of traceFormats) expect(named.some((word) => title.includes(word))).toBe(true);
  });

  it('knows an ETL by its first buffer', () => {
    expect(detect(generateFileIo({ pointerSize: 8, version: 3 }))).toBe('etl');
  });

  it('refuses the cache PerfView makes of an ETL, and names what to open', () => {
    expect(() => detect(new ByteWriter().u32(20).bytes(new TextEncoder().encode('!FastSerialization.1')).u32(0).done())).toThrow(/PerfView .* \(\.etlx\).*open the \.etl/);
  });

  it('says what to do with a boot log that Procmon has not converted', () => {
    expect(() => detect(Uint8Array.from([0, 1, 2, 3]), 'Procmon.PMB')).toThrow(
      '“Procmon.PMB” is a Process Monitor boot log as its driver leaves it, not a trace FltReplay can read; start Procmon on that machine, let it save the boot log, and open the .PML it makes.',
    );
  });
});
