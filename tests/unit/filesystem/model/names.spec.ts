/** Pathname validity: MS-FSA 2.1.5.1; components and streams: MS-FSCC 2.1.5. */
import { describe, expect, it } from 'vitest';
import { parseName } from '../../../../src-main/filesystem/model/names.ts';
import { STATUS_OBJECT_NAME_INVALID, STATUS_SUCCESS } from '../../../../src-main/nt/values.generated.ts';

const longest = 'n'.repeat(255);

describe('a name', () => {
  it.each([
    ['\\a\\b c\\d.txt', ['a', 'b c', 'd.txt'], false], ['\\', [], false], ['\\a\\', ['a'], true], ['a\\b', ['a', 'b'], false], ['\\\\a', ['a'], false], ['\\.a\\..b\\...', ['.a', '..b', '...'], false], ['\\\u00e4\\\u4e2d', ['\u00e4', '\u4e2d'], false],
    [`\\${longest}`, [longest], false],
  ])('%s has its components', (path, components, wantsDirectory) => {
    const parsed = parseName(path, true);
    expect({ status: parsed.status, components: parsed.components, keys: parsed.keys, stream: parsed.stream, wantsDirectory: parsed.wantsDirectory }).toEqual({ status: STATUS_SUCCESS, components, keys: components.map((one) => one.toUpperCase()), stream: '', wantsDirectory });
    expect([parsed.name, parsed.key]).toEqual([components.at(-1) ?? '', (components.at(-1) ?? '').toUpperCase()]);
  });

  it('may end in a stream', () => {
    expect(parseName('\\a\\b:s', true)).toMatchObject({ status: STATUS_SUCCESS, components: ['a', 'b'], stream: 's' });
    expect(parseName('\\a:b\\c', true).status).toBe(STATUS_OBJECT_NAME_INVALID);
  });

  it.each(['\\a\\.\\b', '\\a\\..', '\\a\\\\b', '\\a*', '\\a\\b?', '\\a\u0001b', '\\a<b', '\\a|b', '\\a/b', `\\${longest}n`])('%s is none', (path) => {
    expect(parseName(path, true).status).toBe(STATUS_OBJECT_NAME_INVALID);
  });
});
