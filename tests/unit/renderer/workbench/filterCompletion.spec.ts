import { describe, expect, it } from 'vitest';
import { completed, completionPlace, completionWords, typedValue } from '../../../../src-renderer/workbench/filter/filterCompletion.ts';

describe('what may come next in a filter expression', () => {
  it.each([
    ['', 'field', ''], ['pa', 'field', 'pa'], ['not pa', 'field', 'pa'], ['(pa', 'field', 'pa'], ['path ', 'relation', ''], ['path cont', 'relation', 'cont'], ['path = ', 'value', ''],
    ['path ends with .do', 'value', '.do'], ['path ends with "C:\\a b', 'value', '"C:\\a b'], ['status is not AC', 'value', 'AC'], ['pid in (4, 7', 'value', '7'], ['pid = 4 ', 'join', ''],
    ['pid = 4 an', 'join', 'an'], ['pid = 4 and tid ', 'relation', ''], ["path = 'a and b' or ", 'field', ''],
  ])('%s: a %s, of which “%s” is typed', (text, kind, typed) => {
    expect(completionPlace(text, text.length)).toMatchObject({ kind, typed });
  });

  it('offers the words that fit', () => {
    expect(completionWords(completionPlace('pa', 2))).toEqual(['path']);
    expect(completionWords(completionPlace('path e', 6))).toEqual(['ends with', 'excludes']);
    expect(completionWords(completionPlace('pid c', 5))).toEqual([]);
    expect(completionWords(completionPlace('pid = 4 ', 8))).toEqual(['and', 'or']);
  });

  it('puts a value in the quotes it needs, and keeps what follows the caret', () => {
    const text = "path = 'C:\\Pro and pid = 4";
    const place = completionPlace(text, 14);
    expect(typedValue(place.typed)).toBe('C:\\Pro');
    expect(completed(text, 14, place, 'C:\\Program Files')).toEqual({ text: "path = 'C:\\Program Files' and pid = 4", caret: 26 });
  });
});
