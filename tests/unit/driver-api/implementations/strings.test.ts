import { describe, expect, it } from 'vitest';
import { STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../../../src-main/nt/values.generated.ts';
import { ref, testDriver } from '../../../support/driver-api/driver.ts';

interface Text {
  Buffer: string;
  Length: number;
  MaximumLength: number;
}

const driver = testDriver();
const text = (value: string, maximum?: number): Text => driver.make<Text>('UNICODE_STRING', value, maximum);

describe('UNICODE_STRING routines', () => {
  it('count bytes, two a character, and two more for the end of a text', () => {
    const box = ref<Text>();
    driver.call('RtlInitUnicodeString', box, 'file');
    expect([box.value.Buffer, box.value.Length, box.value.MaximumLength]).toEqual(['file', 8, 10]);
    const string = text('x', 20);
    driver.call('RtlInitUnicodeString', string, null);
    expect([string.Length, string.MaximumLength]).toEqual([0, 0]);
    driver.call('RtlInitEmptyUnicodeString', string, null, 12);
    expect([string.Length, string.MaximumLength]).toEqual([0, 12]);
  });

  it('append only what fits, and copy as much as fits', () => {
    const string = text('ab', 8);
    expect(driver.call('RtlAppendUnicodeToString', string, 'cd')).toBe(STATUS_SUCCESS);
    expect(driver.call('RtlAppendUnicodeStringToString', string, text('e'))).toBe(STATUS_BUFFER_TOO_SMALL);
    expect(string.Buffer).toBe('abcd');
    driver.call('RtlCopyUnicodeString', string, 'longer than that');
    expect(string.Buffer).toBe('long');
    expect(driver.call('RtlUnicodeStringCatString', string, 'x')).toBe(STATUS_BUFFER_OVERFLOW);
  });

  it.each<[string, string, boolean, boolean, boolean]>([
    ['\\Dir', '\\dir', true, true, true], ['\\Dir', '\\dir', false, false, false], ['\\dir', '\\directory', true, false, true], ['ä', 'Ä', true, true, true], ['straße', 'STRASSE', true, false, false], ['', 'a', true, false, true],
  ])('compare %s with %s, ignoring case: %s', (a, b, ignore, equal, prefix) => {
    expect(driver.call('RtlEqualUnicodeString', text(a), text(b), ignore)).toBe(equal);
    expect(driver.call('RtlCompareUnicodeString', text(a), text(b), ignore) === 0).toBe(equal);
    expect(driver.call('RtlPrefixUnicodeString', text(a), text(b), ignore)).toBe(prefix);
  });

  it('order by code units, a prefix before what it begins', () => {
    expect(driver.call<number>('RtlCompareUnicodeString', 'a', 'b', false)).toBeLessThan(0);
    expect(driver.call<number>('RtlCompareUnicodeString', 'ab', 'a', false)).toBeGreaterThan(0);
    expect(driver.call<number>('RtlCompareUnicodeString', 'a', 'B', false)).toBeGreaterThan(0);
  });

  it.each<[string, string, boolean]>([
    ['*.TXT', 'note.txt', true], ['*.txt', 'note.txt', false], ['N?TE.TXT', 'note.txt', true], ['*', 'anything', true], ['<.TXT', 'a.b.txt', true], ['NOTE', 'note.txt', false],
  ])('FsRtlIsNameInExpression: %s takes %s: %s (the expression must be in upper case)', (expression, name, expected) => {
    expect(driver.call('FsRtlIsNameInExpression', text(expression), text(name), true, null)).toBe(expected);
  });

  it('hash equal names alike: the X65599 polynomial', () => {
    const hash = (value: string, ignore: boolean): number => {
      const out = ref<number>();
      expect(driver.call('RtlHashUnicodeString', value, ignore, 1, out)).toBe(STATUS_SUCCESS);
      return out.value;
    };
    // 97 * 65599 + 98
    expect(hash('ab', false)).toBe(6_363_201);
    expect(hash('AB', true)).toBe(hash('ab', true));
    expect(driver.call('RtlHashUnicodeString', 'a', true, 5, ref())).toBe(STATUS_INVALID_PARAMETER);
  });

  it('convert numbers both ways', () => {
    const string = text('', 20);
    expect(driver.call('RtlIntegerToUnicodeString', 0xdeadbeef, 16, string)).toBe(STATUS_SUCCESS);
    expect(string.Buffer).toBe('DEADBEEF');
    expect(driver.call('RtlIntegerToUnicodeString', 1, 7, string)).toBe(STATUS_INVALID_PARAMETER);
    expect(driver.call('RtlIntegerToUnicodeString', 123_456, 10, text('', 4))).toBe(STATUS_BUFFER_OVERFLOW);
    const number = (value: string, base: number): number => {
      const out = ref<number>();
      expect(driver.call('RtlUnicodeStringToInteger', text(value), base, out)).toBe(STATUS_SUCCESS);
      return out.value;
    };
    expect([number('0x1F', 0), number(' -1', 10), number('777', 8), number('12ab', 10), number('x', 0)]).toEqual([31, 0xffffffff, 511, 12, 0]);
  });

  it('make strings of their own that RtlFreeUnicodeString gives back', () => {
    const target = ref<Text>();
    expect(driver.call('RtlUpcaseUnicodeString', target, text('name'), true)).toBe(STATUS_SUCCESS);
    expect(target.value.Buffer).toBe('NAME');
    expect(driver.ledger.report()).toEqual(['UNICODE_STRING "NAME"']);
    driver.call('RtlFreeUnicodeString', target.value);
    expect(driver.ledger.report()).toEqual([]);
    expect(driver.call('RtlUpcaseUnicodeString', text('', 2), text('name'), false)).toBe(STATUS_BUFFER_OVERFLOW);
  });

  it('say in words that text needs no memory', () => {
    const buffer = driver.call('ExAllocatePool2', 0x40n, 16, 'Test');
    expect(() => {
      text('', 16).Buffer = buffer as string;
    }).toThrow(/needs no memory/);
    expect(() => driver.call('ExFreePool', 'text')).toThrow(/ExFreePool: P is "text"; a buffer or a UNICODE_STRING is wanted here.*nothing to allocate/);
    driver.call('ExFreePool', buffer);
  });
});

describe('counted text', () => {
  it('is cut off at the room there is, with its end, and says so', () => {
    const out = ref<string>();
    expect(driver.call('RtlStringCbPrintfW', out, 12, '%d-%ws', 42, 'abc')).toBe(STATUS_BUFFER_OVERFLOW);
    expect(out.value).toBe('42-ab');
    expect(driver.call('RtlStringCchPrintfW', out, 12, '%d-%ws', 42, 'abc')).toBe(STATUS_SUCCESS);
    expect(out.value).toBe('42-abc');
    expect(driver.call('RtlStringCbCopyW', out, 1, 'a')).toBe(STATUS_INVALID_PARAMETER);
  });

  it('is written into buffers with a NUL behind it', () => {
    const buffer = driver.call<{ wstr(offset: number, bytes: number): string; u8(offset: number): number }>('ExAllocatePoolZero', 1, 32, 'Text');
    driver.call('RtlStringCbCopyW', buffer, 32, 'one');
    driver.call('RtlStringCbCatW', buffer, 32, 'two');
    expect(buffer.wstr(0, 14)).toBe('onetwo\0');
    const length = ref<number>();
    expect(driver.call('RtlStringCbLengthW', buffer, 32, length)).toBe(STATUS_SUCCESS);
    expect(length.value).toBe(12);
    driver.call('RtlStringCbCopyA', buffer, 32, 'Z');
    expect([buffer.u8(0), buffer.u8(1)]).toEqual([0x5a, 0]);
    driver.call('ExFreePoolWithTag', buffer, 'Text');
  });
});
