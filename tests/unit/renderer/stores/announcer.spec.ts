import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test } from 'vitest';
import { useAnnouncer } from '../../../../src-renderer/stores/announcer.ts';

beforeEach(() => setActivePinia(createPinia()));

test('the same sentence twice is two announcements; old ones leave the page', () => {
  const announcer = useAnnouncer();
  announcer.say('Run started.');
  announcer.say('Run started.');
  expect(announcer.polite.map(({ text }) => text)).toEqual(['Run started.', 'Run started.']);
  expect(new Set(announcer.polite.map(({ id }) => id)).size).toBe(2);
  for (const text of ['a', 'b', 'c', 'd']) announcer.say(text);
  expect(announcer.polite.map(({ text }) => text)).toEqual(['b', 'c', 'd']);
});

test('errors interrupt, the rest waits; nothing is said of nothing', () => {
  const announcer = useAnnouncer();
  announcer.say('The file cannot be read.', 'assertive');
  announcer.say('');
  expect(announcer.polite).toEqual([]);
  expect(announcer.assertive.map(({ text }) => text)).toEqual(['The file cannot be read.']);
});
