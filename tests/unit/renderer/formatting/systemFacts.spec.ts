import { describe, expect, test } from 'vitest';
import { reportFacts, systemFacts, systemNotes } from '../../../../src-renderer/formatting/systemFacts.ts';

const plain = (text: string): string => text.replace(/[\u00a0\u2009\u202f]/g, ' ');
const lines = (facts: readonly { readonly name: string; readonly text: string }[]): string[] => facts.map(({ name, text }) => plain(`${name}: ${text}`));

const procmon = {
  computer: 'DESKTOP-1', systemRoot: 'C:\\Windows', is64Bit: true, windowsVersion: '10.0.19045', windowsBuild: 19045, servicePack: '', productType: 'workstation', processors: 8, physicalMemory: 17_179_869_184,
  highestUserAddress: 140_737_488_289_791n,
};

describe('what a trace says of itself', () => {
  test('a Process Monitor log: the computer in words, nothing else', () => {
    expect(lines(systemFacts(procmon))).toEqual(['Computer: DESKTOP-1', 'Windows: 10.0.19045, 64-bit, workstation', 'Processors: 8', 'Memory: 16 GB']);
    expect(lines(reportFacts(procmon))).toEqual(lines(systemFacts(procmon)));
  });

  test('an ETW log: its session, what was recorded, what was lost', () => {
    const etw = {
      windows: '10.0 build 19041', processors: 4, pointerSize: 8, sessionName: 'NT Kernel Logger', logFileName: 'C:\\kernel.etl', clock: 'performance counter', startTime: 133n, endTime: 134n, timeZoneBias: -60,
      buffers: 12, compressedBuffers: 0, eventsLost: 1204, buffersLost: 0, recorded: 'FILE_IO, PROC_THREAD', note: 'no file operations were recorded',
    };
    expect(lines(systemFacts(etw))).toEqual([
      'Windows: 10.0.19041, 64-bit', 'Processors: 4', 'Session: NT Kernel Logger', 'Recorded: FILE_IO, PROC_THREAD', 'Log file: C:\\kernel.etl', 'Lost: 1 204 events',
      'Times: recorded where local time was UTC+01:00',
    ]);
    expect(lines(reportFacts(etw))).toEqual(lines(systemFacts(etw)));
  });

  test('a text export: what is not known of its times', () => {
    expect(lines(systemFacts({ columns: ['Operation'], timeZone: 'not recorded; UTC is assumed', date: 'recorded' }))).toEqual(['Times: time zone not recorded; UTC is assumed']);
  });

  test('a report tells the wrapping, and keeps what other tools said under their own names', () => {
    expect(lines(reportFacts({ wrapping: 'gzip', packedBytes: 2048, recorder: 'mytool 3', parts: ['a.PML', 'a-1.PML'] }))).toEqual(['Wrapped: gzip · 2.0 KB', 'Parts: a.PML, a-1.PML', 'recorder: mytool 3']);
  });

  test('notes are sentences', () => {
    expect(systemNotes({ note: 'no file operations were recorded: record again; 2 operations have no path' })).toEqual(['No file operations were recorded: record again.', '2 operations have no path.']);
    expect(systemNotes({})).toEqual([]);
  });
});
