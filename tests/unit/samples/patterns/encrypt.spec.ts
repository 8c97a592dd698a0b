/** driver-api-usage.md 3.4 */
import { describe, expect, it } from 'vitest';
import type { KBUFFER } from '../../../../src-main/driver-api/kbuffer.ts';
import { IRP_MJ_READ, IRP_MJ_WRITE } from '../../../../src-main/nt/values.generated.ts';
import { quiet } from '../../../support/scenarios/life.ts';
import { expected, Scenario, textOf, type Request } from '../../../support/scenarios/scenario.ts';

const xor = (text: string): string => [...text].map((letter) => String.fromCharCode(letter.charCodeAt(0) ^ 0xa5)).join('');
const hello = `HELLO${'.'.repeat(4091)}`;

/** `\enc\f` holds `plain`, encrypted on disk, and is open as A; what is asked of it begins with request 2. */
function scenario(plain = hello, cache = false): Scenario {
  const s = new Scenario({ drivers: ['encrypt'], files: { '\\enc\\f': xor(plain), '\\plain\\': '' }, cache });
  s.create('A', '\\enc\\f', { access: 'rwd' });
  s.lines();
  return s;
}

const received = (request: Request): string => textOf(request.buffer as KBUFFER, 5);
const hex = (text: string | null): string[] => [...(text ?? '').slice(0, 5)].map((letter) => letter.charCodeAt(0).toString(16));
const swapped = (length: number): string[] => expected(`
  2 pre encrypt → SUCCESS_WITH_CALLBACK
  2 FS READ off=0 len=${length} [nocache]
  2 post encrypt
  2 OUT SUCCESS info=${length}
`);

describe('encryption by buffer swap', () => {
  it('ENC-1: a paging write sends cipher text and leaves the page alone', () => {
    const s = scenario('.'.repeat(4096));
    const page = s.text('system', hello);
    let sent: unknown = page;
    s.onLower = ({ iopb }) => void (sent = iopb.Parameters.Write['WriteBuffer']);
    s.write('A', 4096, { paging: true, buffer: page });
    expect(s.lines()).toEqual(expected(`
      2 pre encrypt → SUCCESS_WITH_CALLBACK
      2 FS WRITE off=0 len=4096 [paging]
      2 post encrypt
      2 OUT SUCCESS info=4096
    `));
    expect(sent).not.toBe(page);
    expect(textOf(page, 5)).toBe('HELLO');
    expect(hex(s.onDisk('\\enc\\f'))).toEqual(['ed', 'e0', 'e9', 'e9', 'ea']);
  });

  it('ENC-2: a read that is not cached gets plain text', () => {
    const s = scenario();
    expect(received(s.read('A', 512, { nocache: true }))).toBe('HELLO');
    expect(s.lines()).toEqual(swapped(512));
  });

  it('ENC-3: a cached read is left alone; the paging read that it misses the cache for is not', () => {
    const s = scenario(hello, true);
    expect(received(s.read('A', 512))).toBe('HELLO');
    expect(s.lines()).toEqual(expected(`
      2 pre encrypt → SUCCESS_NO_CALLBACK
      2.1 pre encrypt → SUCCESS_WITH_CALLBACK
      2.1 FS READ off=0 len=4096 [paging]
      2.1 post encrypt
      2.1 OUT SUCCESS info=4096
      2 FS READ off=0 len=512
      2 OUT SUCCESS info=512
    `));
  });

  it('ENC-4: a fast read from the cache is untouched', () => {
    const s = scenario(hello, true);
    s.read('A', 512);
    s.lines();
    expect(received(s.read('A', 100, { fast: true }))).toBe('HELLO');
    expect(s.lines()).toEqual(expected(`
      3 pre encrypt → SUCCESS_NO_CALLBACK
      3 FS READ off=0 len=100 [fast]
      3 OUT SUCCESS info=100
    `));
  });

  it('ENC-5: a paging read is decrypted at DISPATCH_LEVEL, through the MDL', () => {
    const s = scenario();
    s.hold(IRP_MJ_READ);
    const read = s.read('A', 512, { paging: true });
    s.release(read, 2);
    expect(received(read)).toBe('HELLO');
    expect(s.lines().filter((line) => line.startsWith('WI') || line.startsWith('VIOL'))).toEqual([]);
  });

  it('ENC-6: a lazy write after the cleanup finds the stream, not the handle', () => {
    const s = scenario();
    s.cleanup('A');
    s.write('A', 'world', { paging: true });
    expect(s.onDisk('\\enc\\f')?.slice(0, 5)).toBe(xor('world'));
    // The same through the cache: the lazy writer brings what was written before the cleanup.
    const cached = scenario(hello, true);
    cached.write('A', 'world');
    expect(cached.onDisk('\\enc\\f')?.slice(0, 5)).toBe(xor('HELLO'));
    cached.cleanup('A');
    cached.lines();
    cached.lazyWrite();
    expect(cached.lines()).toEqual(expected(`
      4 pre encrypt → SUCCESS_WITH_CALLBACK
      4 FS WRITE off=0 len=4096 [paging]
      4 post encrypt
      4 OUT SUCCESS info=4096
    `));
    expect(cached.onDisk('\\enc\\f')).toBe(xor(`world${'.'.repeat(4091)}`));
  });

  it('ENC-7: a write that fails below leaves the page alone', () => {
    const s = scenario();
    s.fail(IRP_MJ_WRITE, 'DISK_FULL');
    const page = s.text('system', 'HELLO');
    s.write('A', 5, { paging: true, buffer: page });
    expect(s.lines().slice(-2)).toEqual(['2 post encrypt', '2 OUT DISK_FULL']);
    expect(textOf(page)).toBe('HELLO');
    s.closeHandle('A');
    s.unload('encrypt');
    expect(quiet(s, 'encrypt')).toEqual([]);
  });

  it('ENC-8: a read behind the end copies nothing', () => {
    const s = scenario();
    const read = s.read('A', 512, { nocache: true, offset: 8192 });
    expect(s.lines().slice(-2)).toEqual(['2 post encrypt', '2 OUT END_OF_FILE']);
    expect(received(read)).toBe('\0\0\0\0\0');
    s.closeHandle('A');
    s.unload('encrypt');
    expect(quiet(s, 'encrypt')).toEqual([]);
  });

  it('ENC-9: an encrypted file does not leave its folder', () => {
    const s = scenario();
    s.rename('A', '\\plain\\f');
    expect(s.lines()).toEqual(['2 pre encrypt → COMPLETE', '2 OUT ACCESS_DENIED']);
    s.rename('A', '\\enc\\g');
    expect(s.lines().at(-1)).toBe('3 OUT SUCCESS');
  });

  it('ENC-10: a detach cancels a swapped read where that is possible, else waits for it; it does not drain it', () => {
    const posts = (s: Scenario): string[] => s.lines().filter((line) => line.startsWith('2'));
    const cancelled = scenario();
    cancelled.hold(IRP_MJ_READ);
    cancelled.read('A', 512, { nocache: true });
    cancelled.lines();
    expect(cancelled.detach('encrypt')).toBe('SUCCESS');
    expect(posts(cancelled)).toEqual(['2 post encrypt', '2 OUT CANCELLED']);

    const waiting = scenario();
    waiting.hold(IRP_MJ_READ, false);
    const read = waiting.read('A', 512, { nocache: true });
    waiting.lines();
    expect(waiting.detach('encrypt')).toBe('waiting');
    expect(posts(waiting)).toEqual([]);
    waiting.release(read);
    expect(posts(waiting)).toEqual(['2 post encrypt', '2 OUT SUCCESS info=512']);
    expect(received(read)).toBe('HELLO');
    expect(waiting.instance('encrypt')).toBeNull();
  });

  it('a cached and an uncached handle see the same: what is newer in the cache goes to the disk first, and what is overwritten there leaves it', () => {
    const s = scenario(hello, true);
    s.create('B', '\\enc\\f', { access: 'rw' });
    s.write('A', 'world');
    s.lines();
    expect(received(s.read('B', 512, { nocache: true }))).toBe('world');
    expect(s.lines().filter((line) => line.includes('FS'))).toEqual(['4.1 FS WRITE off=0 len=4096 [paging]', '4 FS READ off=0 len=512 [nocache]']);
    s.write('B', 'again'.padEnd(512, '.'), { nocache: true });
    expect(received(s.read('A', 5))).toBe('again');
    expect(s.lines().filter((line) => line.includes('FS READ'))).toEqual(['6.1 FS READ off=0 len=4096 [paging]', '6 FS READ off=0 len=5']);
  });
});
