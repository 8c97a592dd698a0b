/** driver-api-usage.md 3.4 */
import { describe, expect, it } from 'vitest';
import type { KBUFFER } from '../../../../src-main/driver-api/kbuffer.ts';
import { IRP_MJ_READ, IRP_MJ_WRITE } from '../../../../src-main/nt/values.generated.ts';
import { quiet } from '../../../support/scenarios/life.ts';
import { Scenario, textOf } from '../../../support/scenarios/scenario.ts';

const xor = (text: string): string => [...text].map((letter) => String.fromCharCode(letter.charCodeAt(0) ^ 0xa5)).join('');

/** The file holds `plain`, encrypted on disk. */
function scenario(plain = `HELLO${'.'.repeat(4091)}`): Scenario {
  const s = new Scenario({ drivers: ['encrypt'], files: { '\\enc\\f': xor(plain), '\\plain\\': '' } });
  s.create('A', '\\enc\\f', { access: 'rwd' });
  s.lines();
  return s;
}

const pre = (s: Scenario): string | undefined => s.lines().find((line) => line.includes('pre'))?.replace(/^.*→ /, '');

describe('encryption by buffer swap', () => {
  it('ENC-1: a paging write sends cipher text and leaves the page alone', () => {
    const s = scenario('');
    s.setEndOfFile('A', 4096);
    const page = s.text('system', `HELLO${'.'.repeat(4091)}`);
    s.write('A', 4096, { paging: true, buffer: page });
    expect(textOf(page, 5)).toBe('HELLO');
    expect([...(s.onDisk('\\enc\\f') ?? '').slice(0, 5)].map((letter) => letter.charCodeAt(0).toString(16))).toEqual(['ed', 'e0', 'e9', 'e9', 'ea']);
    expect(s.lines().at(-1)).toMatch(/OUT SUCCESS info=4096$/);
  });

  it('ENC-2, ENC-5: a read that is not cached gets plain text, at DISPATCH_LEVEL too', () => {
    const s = scenario();
    expect(textOf(s.read('A', 512, { nocache: true }).buffer as KBUFFER, 5)).toBe('HELLO');
    s.hold(IRP_MJ_READ);
    const read = s.read('A', 512, { paging: true });
    s.release(read, 2);
    expect(textOf(read.buffer as KBUFFER, 5)).toBe('HELLO');
  });

  it('ENC-3, ENC-4: cached and fast reads are left alone', () => {
    const s = scenario();
    s.read('A', 512);
    expect(pre(s)).toBe('SUCCESS_NO_CALLBACK');
    s.read('A', 512, { fast: true });
    expect(pre(s)).toBe('SUCCESS_NO_CALLBACK');
  });

  it('ENC-6: a lazy write after the cleanup finds the stream, not the handle', () => {
    const s = scenario();
    s.cleanup('A');
    s.write('A', 'world', { paging: true });
    expect(s.onDisk('\\enc\\f')?.slice(0, 5)).toBe(xor('world'));
  });

  it('ENC-7, ENC-8: what fails below copies nothing and frees everything', () => {
    const s = scenario();
    s.fail(IRP_MJ_WRITE, 'DISK_FULL');
    const page = s.text('system', 'HELLO');
    s.write('A', 5, { paging: true, buffer: page });
    expect(textOf(page)).toBe('HELLO');
    const read = s.read('A', 512, { nocache: true, offset: 8192 });
    expect(textOf(read.buffer as KBUFFER, 5)).toBe('\0\0\0\0\0');
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

  it('ENC-10: a detach does not drain a swapped read', () => {
    const s = scenario();
    s.hold(IRP_MJ_READ);
    const read = s.read('A', 512, { nocache: true });
    if (s.detach('encrypt') === 'waiting') s.release(read);
    expect(s.lines().some((line) => line.includes('DRAIN'))).toBe(false);
  });
});
