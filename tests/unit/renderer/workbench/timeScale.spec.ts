import { describe, expect, it } from 'vitest';
import { formatTimeOfDay } from '../../../../src-renderer/formatting/time.ts';
import { TimeScale, tickText } from '../../../../src-renderer/workbench/timeline/timeScale.ts';

const second = 10_000_000n;
/** 2026-03-02T09:15:00Z, in ticks since 1601. */
const start = 116_444_736_000_000_000n + BigInt(Date.UTC(2026, 2, 2, 9, 15)) * 10_000n;
const bounds = { from: start, to: start + 100n * second };

describe('TimeScale', () => {
  it('finds the same time where it put it', () => {
    const scale = new TimeScale(bounds.from, bounds.to, 500);
    expect(scale.x(start + 50n * second)).toBe(250);
    expect(scale.time(250)).toBe(start + 50n * second);
    expect([scale.time(-5), scale.time(900)]).toEqual([start, bounds.to - 1n]);
  });

  it('zooms around what is under the pointer and stays within the trace', () => {
    const scale = new TimeScale(bounds.from, bounds.to, 500);
    const near = scale.zoomed(0.1, 250, bounds);
    expect(near).toEqual({ from: start + 45n * second, to: start + 55n * second });
    expect(new TimeScale(near.from, near.to, 500).zoomed(1000, 3, bounds)).toEqual(bounds);
    expect(new TimeScale(near.from, near.to, 500).panned(-1e9, bounds)).toEqual({ from: start, to: start + 10n * second });
    expect(new TimeScale(near.from, near.to, 500).panned(500, bounds)).toEqual({ from: start + 55n * second, to: start + 65n * second });
    // Down to 20 ticks, 2 µs, and no further.
    expect(scale.zoomed(1e-12, 0, bounds)).toEqual({ from: start, to: start + 20n });
  });

  it.each([
    [100n * second, 550, '09:15:00 09:15:30 09:16:00 09:16:30'],
    [3600n * second * 3n, 400, '10:00 11:00 12:00'],
    [1000n, 330, '09:15:00.00000 09:15:00.00005'],
  ])('has round times on its axis: %i ticks over %i pixels', (span, width, texts) => {
    const { step, times } = new TimeScale(start, start + span, width).ticks();
    expect(times.map((time) => tickText(formatTimeOfDay(time), step)).join(' ')).toBe(texts);
  });

  it('tells neighbouring marks of the axis apart at every zoom', () => {
    for (let span = 30n; span < 864_000_000_000n; span *= 3n) {
      const { step, times } = new TimeScale(start + 1234n, start + 1234n + span, 800).ticks();
      const texts = times.map((time) => tickText(formatTimeOfDay(time), step));
      expect(new Set(texts).size, String(span)).toBe(texts.length);
      expect(texts.length).toBeLessThanOrEqual(9);
    }
  });
});
