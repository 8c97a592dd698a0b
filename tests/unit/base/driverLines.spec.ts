import { expect, it } from 'vitest';
import { driverLine, driverPlaceText, filePlace } from '../../../src-main/base/driverLines.ts';

const files = [{ slot: 1, name: 'names.ts' }, { slot: 3, name: 'util/strings.ts' }];

it('tells places in any file of a driver, those of the entry by their own lines', () => {
  expect([driverPlaceText('guard', [], 12), driverPlaceText('guard', files, 12, 5), driverPlaceText('guard', files, null)]).toEqual(['guard.ts:12', 'guard.ts:12:5', 'guard.ts']);
  expect([driverPlaceText('guard', files, driverLine(1, 7)), driverPlaceText('guard', files, driverLine(3, 99_999), 1)]).toEqual(['names.ts:7', 'util/strings.ts:99999:1']);
  expect(driverPlaceText('guard', files, driverLine(2, 4))).toBe('guard.ts (file 2):4');
});

it('finds file and line again', () => {
  for (const [slot, line] of [[0, 1], [0, 99_999], [1, 1], [7, 42]] as const) expect(filePlace(driverLine(slot, line))).toEqual({ slot, line });
});
