import { expect, it } from 'vitest';
import { connectedNames, namesOf, type Rename } from '../../../../src-main/replay/life/fileNames.ts';

/** `5 a>b` is a rename from a to b by operation 5. */
const renames = (text: string): Rename[] => text.split(', ').map((one) => {
  const [, index = '', from = '', to = ''] = /^(\d+) (\w+)>(\w+)$/.exec(one) ?? [];
  return { index: Number(index), from: `C:\\${from}`, to: `C:\\${to}` };
});
/** `a..5 b5..` : named a up to operation 5, b behind it. */
const names = (list: readonly Rename[], path: string, index: number): string => namesOf(list, `C:\\${path}`, index).map(({ path: name, from, until }) => `${name.slice(3)}${from ?? ''}..${until ?? ''}`).join(' ');

it('follows a file through its renames, forward and back', () => {
  const list = renames('5 a>b, 9 b>c');
  expect(names(list, 'a', 2)).toBe('a..5 b5..9 c9..');
  expect(names(list, 'c', 20)).toBe('a..5 b5..9 c9..');
  // The rename itself is still about the old name.
  expect(names(list, 'a', 5)).toBe('a..5 b5..9 c9..');
  expect(names(list, 'B', 6)).toBe('a..5 B5..9 c9..');
});

it('tells the file that is saved by a rename from the one that it replaces', () => {
  const list = renames('5 plan>bak, 6 temp>plan');
  expect(names(list, 'plan', 2)).toBe('plan..5 bak5..');
  expect(names(list, 'plan', 8)).toBe('temp..6 plan6..');
  // Replaced without being renamed away first: it ends there.
  expect(names(renames('6 temp>plan'), 'plan', 2)).toBe('plan..6');
  // Whoever had the name went away with it; this one came behind.
  expect(names(renames('5 plan>bak'), 'plan', 8)).toBe('plan5..');
});

it('finds every name that renames connect', () => {
  expect([...connectedNames(renames('1 a>b, 2 c>b, 3 x>y'), 'C:\\A')].sort()).toEqual(['c:\\a', 'c:\\b', 'c:\\c']);
});
