/** Tours point at controls that there are, and say little at a time. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { paneIds } from '../../../../src-renderer/stores/layout.ts';
import { tours } from '../../../../src-renderer/tours/tours.ts';
import { placeCard } from '../../../../src-renderer/workbench/tours/placement.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const page = readdirSync(path.join(root, 'src-renderer'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.vue')).map((file) => readFileSync(path.join(root, 'src-renderer', file), 'utf8')).join('\n');
const commands = readFileSync(path.join(root, 'src-renderer/commands/command.ts'), 'utf8');
const bundled = readdirSync(path.join(root, 'resources/drivers')).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
const samples = readdirSync(path.join(root, 'resources/samples')).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));

/** Whether some component carries that test id, as it stands or put together. */
function exists(target: string): boolean {
  if (page.includes(`data-testid="${target}"`)) return true;
  if (target.startsWith('tool-')) return commands.includes(`'${target.slice('tool-'.length).replace('-', '.')}'`);
  if (target.startsWith('tab-')) return paneIds.some((id) => target === `tab-${id}`);
  return target.startsWith('driver-open-') && bundled.includes(target.slice('driver-open-'.length));
}

describe('the tours', () => {
  it('are one for each sample', () => {
    expect(tours.map(({ sample }) => sample).sort()).toEqual(samples.sort());
  });

  it.each(tours.map((tour) => [tour.sample, tour] as const))('%s points at what there is, in steps that are read at a glance', (_, { steps }) => {
    expect(steps.length).toBeGreaterThanOrEqual(5);
    expect(steps.length).toBeLessThanOrEqual(9);
    for (const { title, text, target, source } of steps) {
      if (target !== null) expect(exists(target), target).toBe(true);
      if (source !== undefined) expect(bundled, source).toContain(source);
      expect(title).toMatch(/^[A-Z0-9].*[^.]$/);
      expect(text).toMatch(/\.$/);
      expect(text.length, title).toBeLessThan(330);
    }
    expect(steps.some(({ advance }) => advance === 'stop')).toBe(true);
  });
});

describe('the card of a tour', () => {
  const room = { width: 1280, height: 800 };
  const card = { width: 380, height: 200 };
  const overlap = (a: { left: number; top: number; width: number; height: number }, b: typeof a): boolean => a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

  it('lies beside its control and inside the window, wherever the control is', () => {
    for (let left = 0; left <= 1240; left += 40) {
      for (let top = 0; top <= 760; top += 40) {
        const target = { left, top, width: 40, height: 40 };
        const place = { ...placeCard(target, card, room), ...card };
        expect(overlap(place, target), `${left} ${top}`).toBe(false);
        expect(place.left >= 0 && place.top >= 0 && place.left + place.width <= room.width && place.top + place.height <= room.height, `${left} ${top}`).toBe(true);
      }
    }
  });

  it('lies in the corner where there is no control, or none that leaves room', () => {
    const corner = { left: 1280 - 380 - 12, top: 800 - 200 - 12 };
    expect(placeCard(null, card, room)).toEqual(corner);
    expect(placeCard({ left: 0, top: 0, width: 1280, height: 800 }, card, room)).toEqual(corner);
  });
});
