import { describe, expect, test } from 'vitest';
import type { DetectedTrace, LostMark, RecordedFrame } from '../../../../src-preload/contract/index.ts';
import { detectionText } from '../../../../src-renderer/formatting/detection.ts';
import { lossesText, lostBadge, lostText } from '../../../../src-renderer/formatting/lostText.ts';
import { frameText, stackText } from '../../../../src-renderer/formatting/stackText.ts';
import { formatDate, parseDate } from '../../../../src-renderer/formatting/time.ts';
import { formatUtcOffset, utcOffsets } from '../../../../src-renderer/formatting/utcOffset.ts';

const plain = (text: string): string => text.replace(/[\u00a0\u2009\u202f]/g, ' ');

describe('what a file is', () => {
  const trace: DetectedTrace = { kind: 'trace', name: 'a.PML.gz', bytes: 1, format: 'procmon-pml', formatTitle: 'Process Monitor log', wrapping: 'gzip', members: [], parts: [{ name: 'a.PML', bytes: 1 }, { name: 'a-1.PML', bytes: 1 }], asks: [], preview: null };

  test('is its format, its wrapping and its parts', () => {
    expect(detectionText(trace)).toBe('Process Monitor log · gzip · 2 parts');
  });

  test('or the sentence that refuses it', () => {
    expect(detectionText({ kind: 'refused', name: 'a.png', bytes: 1, code: 'x', message: 'a.png is no trace.' })).toBe('a.png is no trace.');
  });
});

describe('lost events', () => {
  const mark = (count: number | null, name = 'EventsLost'): LostMark => ({ time: 0n, count, name, before: 7 });

  test('are told with their number and the recorder\'s word for them', () => {
    expect(plain(lostText([mark(1204)]))).toBe('1 204 events were lost here, before this operation (EventsLost).');
    expect(lostText([mark(1)], true)).toBe('1 event was lost here, after this operation (EventsLost).');
    expect(lostText([mark(3), mark(null, 'BuffersLost')])).toBe('At least 3 events were lost here, before this operation (EventsLost, BuffersLost).');
    expect(lostText([mark(null)])).toBe('An unknown number of events was lost here, before this operation (EventsLost).');
  });

  test('are summed up without claiming more than is known', () => {
    expect([lostBadge({ events: 5, places: 1, isExact: true }), lostBadge({ events: 5, places: 2, isExact: false }), lostBadge({ events: 0, places: 2, isExact: false })]).toEqual(['5 lost', '5+ lost', 'lost']);
    expect(lossesText({ events: 5, places: 2, isExact: false })).toBe('at least 5 events at 2 places');
  });
});

describe('a recorded stack', () => {
  const kernel: RecordedFrame = { address: 0xfffff80226f34b3cn, kernel: true, module: 'FLTMGR.SYS', modulePath: 'C:\\Windows\\FLTMGR.SYS', offset: 0x4b3c, location: null };
  const user: RecordedFrame = { address: 0x7ffa2d2dc1a4n, kernel: false, module: null, modulePath: null, offset: null, location: null };

  test('names the place by module and offset, or as the source did', () => {
    expect([frameText(kernel), frameText({ ...kernel, location: 'FLTMGR.SYS!FltpDispatch + 0x1c' }), frameText(user)]).toEqual(['FLTMGR.SYS + 0x4b3c', 'FLTMGR.SYS!FltpDispatch + 0x1c', '(no module known here)']);
  });

  test('is copied line by line with addresses of full width', () => {
    expect(stackText([kernel, user])).toBe('0\tK\tFLTMGR.SYS + 0x4b3c\t0xFFFFF80226F34B3C\tC:\\Windows\\FLTMGR.SYS\n1\tU\t(no module known here)\t0x00007FFA2D2DC1A4');
  });
});

describe('days and zones', () => {
  test('a day is read strictly and written back the same', () => {
    const day = parseDate('2021-01-01');
    expect(day).toBe((1_609_459_200n + 11_644_473_600n) * 10_000_000n);
    expect(day === null ? '' : formatDate(day)).toBe('2021-01-01');
    expect(['2021-02-30', '21-01-01', '01/02/2021', ''].map(parseDate)).toEqual([null, null, null, null]);
  });

  test('zones begin with UTC and the one of this computer', () => {
    expect(utcOffsets(330).slice(0, 2).map(({ minutes }) => minutes)).toEqual([0, 330]);
    expect(utcOffsets(0).filter(({ minutes }) => minutes === 0)).toHaveLength(1);
    expect([formatUtcOffset(-210), formatUtcOffset(765)]).toEqual(['-03:30', '+12:45']);
  });
});
