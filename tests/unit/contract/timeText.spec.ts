import { expect, it } from 'vitest';
import { parseTimeText } from '../../../src-preload/contract/timeText.ts';

/** 2026-11-21 and a time of day, in ticks, by JavaScript's own clock. */
const at = (time: string, day = '2026-11-21'): bigint => BigInt(Date.parse(`${day}T${time}Z`)) * 10_000n + 116_444_736_000_000_000n;
const span = { first: at('09:14:02'), last: at('09:20:00') };
const overNight = { first: at('23:50:00'), last: at('00:20:00', '2026-11-22') };

it.each<[string, bigint | null]>([
  ['09:14:02.8812419', at('09:14:02') + 8_812_419n],
  ['09:15:00', at('09:15:00')],
  [' 2026-11-21 09:15:00.5 UTC ', at('09:15:00') + 5_000_000n],
  ['2026-11-22T01:02:03Z', at('01:02:03', '2026-11-22')],
  ['08:00:00', at('08:00:00')],
  ['+12.5', span.first + 125_000_000n],
  ['3 s', span.first + 30_000_000n],
  ['2026-02-30 10:00:00', null],
  ['24:00:00', null],
  ['12:60:01', null],
  ['18204', null],
  ['18204:7', null],
  ['18204:7:29.3', null],
  ['12:30', null],
  ['tomorrow', null],
])('%s', (text, expected) => expect(parseTimeText(text, span)).toBe(expected));

it('takes what may be an execution point too for a time where the trace was at it then', () => {
  expect(parseTimeText('20:12:45', span)).toBeNull();
  expect(parseTimeText('20:12:45.2', span)).toBeNull();
  expect(parseTimeText('20:12:45.200', span)).toBe(at('20:12:45') + 2_000_000n);
  expect(parseTimeText('12:15:16', { first: at('12:00:00'), last: at('13:00:00') })).toBe(at('12:15:16'));
  expect(parseTimeText('#12:15:16', { first: at('12:00:00'), last: at('13:00:00') })).toBeNull();
});

it('a time without a day is the first of its kind in the trace', () => {
  expect(parseTimeText('00:05:00', overNight)).toBe(at('00:05:00', '2026-11-22'));
  expect(parseTimeText('23:55:00', overNight)).toBe(at('23:55:00'));
  expect(parseTimeText('09:00:00', overNight)).toBe(at('09:00:00'));
});
