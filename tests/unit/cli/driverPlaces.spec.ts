/** Lines of drivers as the command line prints them. */
import { expect, it } from 'vitest';
import { DriverPlaces } from '../../../src-main/cli/driverPlaces.ts';

const places = new DriverPlaces(new Map([['guard', [{ slot: 1, name: 'names.ts' }, { slot: 3, name: 'util/tags.ts' }]]]));

it('names the file, and the driver where the file does not', () => {
  expect(places.text('guard', 12)).toBe('guard.ts:12');
  expect(places.text('guard', 100_012, 5)).toBe('names.ts:12:5 of guard');
  expect(places.text('guard', 300_001)).toBe('util/tags.ts:1 of guard');
  expect(places.text('other', 7)).toBe('other.ts:7');
  expect([places.text('guard', null), places.text(null, 7)]).toEqual(['guard', '']);
  expect([places.words('guard', 12), places.words('guard', 100_012)]).toEqual(['line 12', 'line 12 of names.ts']);
});

it('prints the file beside each line of a driver of several files, and other lines as they are', () => {
  const stop = {
    type: 'stop', point: { operation: 4, sequence: 2, line: 100_003 }, driver: 'guard', stackFrames: [{ driver: 'guard', line: 100_003 }, { driver: 'other', line: 9 }, { driver: null, line: null }],
    iopb: { changes: [{ by: 'guard', line: 5, bytes: new Uint8Array([1]), at: 7n }] },
  };
  expect(places.json(stop)).toEqual({
    type: 'stop', point: { operation: 4, sequence: 2, file: 'names.ts', line: 3 }, driver: 'guard',
    stackFrames: [{ driver: 'guard', file: 'names.ts', line: 3 }, { driver: 'other', line: 9 }, { driver: null, line: null }],
    iopb: { changes: [{ by: 'guard', file: 'guard.ts', line: 5, bytes: new Uint8Array([1]), at: 7n }] },
  });
  expect(new DriverPlaces(new Map()).json(stop)).toBe(stop);
});
