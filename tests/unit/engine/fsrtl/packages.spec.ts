/** Share access, byte-range locks, name patterns, tunneling, change notification. Expectations: the documentation of the FsRtl and Io routines. */
import { describe, expect, test } from 'vitest';
import {
  DirectoryNotify, fileAction, FileLock, isNameInExpression, ShareAccess, shareTerms, TunnelCache, tunnelLifetime, type LockOwner, type NotifyAnswer,
} from '../../../../src-main/engine/index.ts';
import {
  DELETE, FILE_NOTIFY_CHANGE_DIR_NAME, FILE_NOTIFY_CHANGE_FILE_NAME, FILE_NOTIFY_CHANGE_SIZE, FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_WRITE_DATA, STATUS_NOTIFY_CLEANUP, STATUS_NOTIFY_ENUM_DIR,
  STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';

describe('share access', () => {
  const r = FILE_READ_DATA;
  const w = FILE_WRITE_DATA;
  const [R, W, D] = [1, 2, 4];

  test.each([
    ['a reader beside a reader who shares reading', r, R, r, R, true],
    ['a writer where writing is not shared', r, R, w, R | W, false],
    ['a reader who does not share the writing that is going on', w, R | W, r, R, false],
    ['a reader who shares it', w, R | W, r, R | W, true],
    ['deletion where it is not shared', r, R | W, DELETE, 7, false],
    ['deletion where it is', r, D, DELETE, 7, true],
    ['attributes, whatever is shared', w, 0, FILE_READ_ATTRIBUTES, 0, true],
    ['beside attributes, whatever they share', FILE_READ_ATTRIBUTES, 0, w, 0, true],
  ] as const)('%s', (_name, access, share, secondAccess, secondShare, allowed) => {
    const shares = new ShareAccess();
    const first = shareTerms(access, share);
    shares.add(first);
    expect(shares.allows(shareTerms(secondAccess, secondShare))).toBe(allowed);
    shares.remove(first);
    expect(shares.allows(shareTerms(secondAccess, secondShare))).toBe(true);
  });
});

describe('byte-range locks', () => {
  const owner = (name: string, key = 0): LockOwner => ({ fileObject: name, process: 1, key }) as unknown as LockOwner;
  const range = (name: string, offset: number, length: number, exclusive: boolean) => ({ ...owner(name), offset: BigInt(offset), length: BigInt(length), exclusive });

  test('exclusive excludes everybody, shared excludes exclusive', () => {
    const locks = new FileLock();
    expect(locks.tryLock(range('a', 0, 10, false))).toBe(true);
    expect(locks.tryLock(range('b', 5, 10, false))).toBe(true);
    expect(locks.tryLock(range('b', 9, 1, true))).toBe(false);
    expect(locks.tryLock(range('b', 15, 1, true))).toBe(true);
  });

  test('others read around an exclusive lock, the owner through it; a shared lock stops every writer', () => {
    const locks = new FileLock();
    locks.tryLock(range('a', 10, 10, true));
    expect(locks.allowsRead(owner('b'), 0n, 10n)).toBe(true);
    expect(locks.allowsRead(owner('b'), 0n, 11n)).toBe(false);
    expect(locks.allowsWrite(owner('a'), 10n, 10n)).toBe(true);
    expect(locks.allowsRead(owner('a', 7), 10n, 1n)).toBe(false);
    locks.tryLock(range('a', 30, 10, false));
    expect(locks.allowsWrite(owner('a'), 30n, 1n)).toBe(false);
    expect(locks.allowsRead(owner('b'), 30n, 10n)).toBe(true);
  });

  test('waiting locks are granted first come first served', () => {
    const locks = new FileLock();
    const log: string[] = [];
    locks.tryLock(range('a', 0, 10, true));
    locks.wait(range('b', 0, 5, true), () => log.push('b'));
    locks.wait(range('c', 3, 5, true), () => log.push('c'));
    const giveUp = locks.wait(range('d', 8, 1, true), () => log.push('d'));
    expect(giveUp()).toBe(true);
    expect(locks.unlock(owner('a'), 0n, 9n)).toBe(false);
    expect(locks.unlock(owner('a'), 0n, 10n)).toBe(true);
    expect(log).toEqual(['b']);
    locks.cleanup(owner('b').fileObject);
    expect(log).toEqual(['b', 'c']);
  });
});

describe('names in expressions', () => {
  test.each([
    ['*', 'anything.at.all', true], ['', '', true], ['', 'a', false], ['a*', 'ABC', true], ['*.txt', 'a.txt', true], ['*.txt', 'a.txt.bak', false], ['?', 'a', true], ['?', '', false],
    ['a?c', 'abc', true], ['a?c', 'ac', false], ['*.*', 'README', false],
    // What Win32 makes of *.*, and of a DOS pattern: < up to the last dot, > one or none before a dot, " a dot or the end.
    ['<.txt', 'a.b.txt', true], ['<.txt', 'a.b', false], ['<"*', 'README', true], ['<"*', 'a.b', true], ['>>>>', 'ab', true], ['>>>>', 'abcde', false], ['a>"b', 'ax.b', true], ['foo"', 'foo', true],
    ['foo"', 'foo.', true], ['foo"', 'food', false], ['ß*', 'ßa', true],
  ] as const)('%s and %s: %s', (expression, name, matches) => {
    expect(isNameInExpression(expression, name)).toBe(matches);
  });

  test('case counts only when asked', () => {
    expect(isNameInExpression('A*', 'abc')).toBe(true);
    expect(isNameInExpression('A*', 'abc', false)).toBe(false);
  });
});

test('NAM-036 a removed name is remembered for its directory and for a while', () => {
  const cache = new TunnelCache();
  const [here, there] = [{}, {}];
  cache.remember(here, 'TEXTFI~1.TXT', { longName: 'Text file.txt', shortName: 'TEXTFI~1.TXT', creationTime: 7n }, 1000n);
  expect(cache.find(here, 'textfi~1.txt', 1000n + tunnelLifetime)?.longName).toBe('Text file.txt');
  expect(cache.find(here, 'TEXTFI~1.TXT', 1001n + tunnelLifetime)).toBeNull();
  expect(cache.find(there, 'TEXTFI~1.TXT', 1000n)).toBeNull();
  cache.forgetDirectory(here);
  expect(cache.find(here, 'TEXTFI~1.TXT', 1000n)).toBeNull();
  expect(tunnelLifetime).toBe(15n * 10_000_000n);
});

describe('directory notification', () => {
  const root = {};
  const sub = {};
  const change = (name: string, filter = FILE_NOTIFY_CHANGE_FILE_NAME, inSub = false) => ({
    action: fileAction.added, filter, name, ancestors: inSub ? [{ directory: sub, name: 'sub' }, { directory: root, name: '' }] : [{ directory: root, name: '' }],
  });
  const watch = (notify: DirectoryNotify, log: NotifyAnswer[], options: { filter?: number; tree?: boolean; length?: number } = {}, owner: object = root): NotifyAnswer | null =>
    notify.request(owner, root, { completionFilter: options.filter ?? FILE_NOTIFY_CHANGE_FILE_NAME, tree: options.tree ?? false, length: options.length ?? 1024, end: (answer) => void log.push(answer) });

  test('a waiting request ends with the change, a change that nobody waits for is kept', () => {
    const notify = new DirectoryNotify();
    const log: NotifyAnswer[] = [];
    expect(watch(notify, log)).toBeNull();
    notify.report(change('a'));
    notify.report(change('b'));
    expect(log).toEqual([{ status: STATUS_SUCCESS, records: [{ action: 1, name: 'a' }] }]);
    expect(watch(notify, log)).toEqual({ status: STATUS_SUCCESS, records: [{ action: 1, name: 'b' }] });
  });

  test('filter and tree decide; names are relative to the watched directory', () => {
    const notify = new DirectoryNotify();
    const log: NotifyAnswer[] = [];
    watch(notify, log, { filter: FILE_NOTIFY_CHANGE_DIR_NAME | FILE_NOTIFY_CHANGE_FILE_NAME, tree: true });
    const flat: NotifyAnswer[] = [];
    watch(notify, flat, {}, {});
    notify.report(change('x', FILE_NOTIFY_CHANGE_SIZE));
    notify.report(change('y', FILE_NOTIFY_CHANGE_FILE_NAME, true));
    expect(log.map(({ records }) => records[0]?.name)).toEqual(['sub\\y']);
    expect(flat).toEqual([]);
  });

  test('what does not fit is told as STATUS_NOTIFY_ENUM_DIR, the end of the handle as STATUS_NOTIFY_CLEANUP', () => {
    const notify = new DirectoryNotify();
    const log: NotifyAnswer[] = [];
    watch(notify, log, { length: 15 });
    notify.report(change('long name'));
    expect(log[0]?.status).toBe(STATUS_NOTIFY_ENUM_DIR);
    watch(notify, log);
    notify.cleanup(root);
    expect(log[1]?.status).toBe(STATUS_NOTIFY_CLEANUP);
  });
});
