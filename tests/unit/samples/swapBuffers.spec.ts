/** driver-api-usage.md 2.7 */
import { describe, expect, it } from 'vitest';
import type { KBUFFER } from '../../../src-main/driver-api/kbuffer.ts';
import type { LowerCall } from '../../../src-main/engine/index.ts';
import { IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE } from '../../../src-main/nt/values.generated.ts';
import { quiet } from '../../support/scenarios/life.ts';
import { expected, Scenario, textOf } from '../../support/scenarios/scenario.ts';

interface Seen {
  readonly buffer: KBUFFER | null;
  readonly mdl: unknown;
  readonly length: unknown;
}

/** What the file system got, request by request. */
function scenario(): { readonly s: Scenario; readonly seen: Seen[] } {
  const s = new Scenario({ drivers: ['swapBuffers'], files: { '\\f.txt': 'x'.repeat(100) + 'y'.repeat(1900), '\\d\\a': '', '\\d\\b': '' } });
  const seen: Seen[] = [];
  s.onLower = ({ iopb }: LowerCall) => {
    const { Read, Write, DirectoryControl } = iopb.Parameters as unknown as Record<string, Record<string, unknown> & { readonly QueryDirectory: Record<string, unknown> }>;
    const view = iopb.MajorFunction === IRP_MJ_READ ? Read : iopb.MajorFunction === IRP_MJ_WRITE ? Write : iopb.MajorFunction === IRP_MJ_DIRECTORY_CONTROL ? DirectoryControl?.QueryDirectory : undefined;
    if (view !== undefined) seen.push({ buffer: (view['ReadBuffer'] ?? view['WriteBuffer'] ?? view['DirectoryBuffer'] ?? null) as KBUFFER | null, mdl: view['MdlAddress'], length: view['Length'] });
  };
  s.create('A', '\\f.txt', { access: 'rw' });
  s.create('D', '\\d');
  s.lines();
  return { s, seen };
}

describe('swapBuffers', () => {
  it('SWAP-1: a cached read goes into another buffer with its own MDL, and the data arrives', () => {
    const { s, seen } = scenario();
    const read = s.read('A', 100);
    expect(s.lines()).toEqual(['3 pre swapBuffers → SUCCESS_WITH_CALLBACK', '3 FS READ off=0 len=100', '3 post swapBuffers', '3 OUT SUCCESS info=100']);
    expect(seen[0]?.buffer).not.toBe(read.buffer);
    expect(seen[0]?.mdl).not.toBeNull();
    expect(seen[0]?.buffer?.freed).toBe(true);
    expect(textOf(read.buffer as KBUFFER)).toBe('x'.repeat(100));
  });

  it('SWAP-2: a non-cached read has room for whole sectors and copies what was read', () => {
    const { s, seen } = scenario();
    const read = s.read('A', 700, { nocache: true });
    expect(seen[0]).toMatchObject({ length: 700 });
    expect(seen[0]?.buffer?.length).toBe(1024);
    // The model refuses lengths that are no whole number of sectors; what matters here is what it was sent.
    expect(s.lines().at(-1)).toBe('3 OUT INVALID_PARAMETER');
    const whole = s.read('A', 1024, { nocache: true });
    expect(textOf(whole.buffer as KBUFFER).slice(98, 102)).toBe('xxyy');
    expect(read.buffer?.u8(0)).toBe(0);
  });

  it('SWAP-3: paging I/O that completes at DISPATCH_LEVEL is copied through the MDL, nothing is put off', () => {
    const { s } = scenario();
    s.hold(IRP_MJ_READ);
    const read = s.read('A', 100, { paging: true });
    s.lines();
    s.release(read, 2);
    expect(s.lines()).toEqual(['3 post swapBuffers', '3 OUT SUCCESS info=100']);
    expect(textOf(read.buffer as KBUFFER)).toBe('x'.repeat(100));
  });

  it('SWAP-4: a user buffer at DISPATCH_LEVEL waits for a worker', () => {
    const { s } = scenario();
    s.hold(IRP_MJ_READ);
    const read = s.read('A', 100);
    s.lines();
    s.release(read, 2);
    expect(s.lines()).toEqual(['3 post swapBuffers → MORE_PROCESSING_REQUIRED', '3 WI swapBuffers safe routine', '3 OUT SUCCESS info=100']);
    expect(textOf(read.buffer as KBUFFER)).toBe('x'.repeat(100));
  });

  it('SWAP-5: fast I/O has no MDL and is copied at once', () => {
    const { s, seen } = scenario();
    const read = s.read('A', 100, { fast: true });
    expect(seen[0]?.mdl).toBeNull();
    expect(seen[0]?.buffer).not.toBe(read.buffer);
    expect(textOf(read.buffer as KBUFFER)).toBe('x'.repeat(100));
  });

  it('SWAP-6: an empty read is left alone', () => {
    const { s } = scenario();
    s.read('A', 0);
    expect(s.lines()).toEqual(['3 pre swapBuffers → SUCCESS_NO_CALLBACK', '3 FS READ off=0 len=0', '3 OUT SUCCESS']);
  });

  it('SWAP-7: a failed read copies nothing', () => {
    const { s, seen } = scenario();
    const read = s.read('A', 100, { offset: 5000 });
    expect(s.lines()).toEqual(['3 pre swapBuffers → SUCCESS_WITH_CALLBACK', '3 FS READ off=5000 len=100 → END_OF_FILE', '3 post swapBuffers', '3 OUT END_OF_FILE']);
    expect(seen[0]?.buffer?.freed).toBe(true);
    expect(textOf(read.buffer as KBUFFER)).toBe('\0'.repeat(100));
  });

  it('SWAP-8: a write sends the same bytes in another buffer', () => {
    const { s, seen } = scenario();
    const write = s.write('A', 'abcdefghij');
    expect(seen[0]?.buffer).not.toBe(write.buffer);
    expect(textOf(write.buffer as KBUFFER)).toBe('abcdefghij');
    expect(s.onDisk('\\f.txt')?.slice(0, 12)).toBe('abcdefghijxx');
    expect(s.lines()).toEqual(expected(`
      3 pre swapBuffers → SUCCESS_WITH_CALLBACK
      3 FS WRITE off=0 len=10
      3 post swapBuffers
      3 OUT SUCCESS info=10
    `));
  });

  it('SWAP-9: a listing comes back whole', () => {
    const { s, seen } = scenario();
    const plain = new Scenario({ drivers: [], files: { '\\d\\a': '', '\\d\\b': '' } });
    plain.create('D', '\\d');
    const list = s.queryDirectory('D');
    expect(seen[0]?.buffer).not.toBe(list.buffer);
    expect(list.operation.information).toBe(plain.queryDirectory('D').operation.information);
    expect(list.buffer?.u32(0)).not.toBe(0);
  });

  it('SWAP-10: a swapped read is waited for, not drained', () => {
    const { s } = scenario();
    s.hold(IRP_MJ_READ);
    const read = s.read('A', 100);
    s.lines();
    const detached = s.detach('swapBuffers');
    if (detached === 'waiting') s.release(read);
    const lines = s.lines();
    expect(lines.filter((line) => line.includes('post'))).not.toContain('3 post swapBuffers DRAIN');
    expect(lines.at(-1)).toBe('LIFE swapBuffers teardown complete');
    expect(lines.some((line) => line.startsWith('3 OUT'))).toBe(true);
  });

  it('fails a write whose buffer cannot be read, and leaves nothing behind', () => {
    const { s } = scenario();
    s.read('A', 10);
    s.lines();
    s.write('A', 100, { buffer: s.buffer('user', 10) });
    expect(s.lines()).toEqual(['4 pre swapBuffers → COMPLETE', '4 OUT ACCESS_VIOLATION']);
    expect(s.unload('swapBuffers')).toBe('SUCCESS');
    expect(quiet(s, 'swapBuffers')).toEqual([]);
  });
});
