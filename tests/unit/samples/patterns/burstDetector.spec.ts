/** driver-api-usage.md 3.1 */
import { describe, expect, it } from 'vitest';
import { FILE_OVERWRITE_IF } from '../../../../src-main/nt/values.generated.ts';
import { quiet } from '../../../support/scenarios/life.ts';
import { expected, Scenario } from '../../../support/scenarios/scenario.ts';

/** Every byte value twice: 8 bits a byte. */
const random = Array.from({ length: 512 }, (_, at) => String.fromCharCode(at & 0xff)).join('');
const names = ['1', '2', '3', '4', '5'].map((name) => `\\docs\\${name}.doc`);

function scenario(values: Record<string, string | number> = {}): Scenario {
  const s = new Scenario({ drivers: ['burstDetector'], files: { ...Object.fromEntries(names.map((name) => [name, 'plain text'])), '\\x': 'x', '\\else\\': '', '\\docs\\6.doc': '6' }, values });
  s.serve('burstDetector', 500);
  s.lines();
  return s;
}

/** Opens and writes the five files, so many seconds apart. */
function attack(s: Scenario, process: number, apart = 1, data: string | null = random): void {
  names.forEach((name, at) => {
    s.at(at * apart);
    s.create(`${process} ${name}`, name, { access: 'rwd', process });
    s.write(`${process} ${name}`, data ?? 512, { process, ...(data === null ? { buffer: s.unknown(512) } : {}) });
  });
}

const flags = (s: Scenario): string[] => s.lines().filter((line) => line.startsWith('DBG'));
const outcome = (s: Scenario): string | undefined => s.lines().filter((line) => line.includes(' OUT ')).at(-1)?.replace(/^\d+ OUT (\w+).*$/, '$1');

describe('burst detector', () => {
  it('EDR-1: the fifth file flags the process; its write passes, and the service is told afterwards', () => {
    const s = scenario();
    attack(s, 100);
    const lines = s.lines();
    expect(lines.filter((line) => line.startsWith('DBG'))).toEqual(['DBG "burst: 100 flagged files=5"']);
    expect(lines.slice(lines.indexOf('DBG "burst: 100 flagged files=5"'))).toEqual(expected(`
      DBG "burst: 100 flagged files=5"
      10 pre burstDetector → SUCCESS_NO_CALLBACK
      10 FS WRITE off=0 len=512
      10 OUT SUCCESS info=512
      WI burstDetector TellService
      SVC "process 100 (P100) changed 5 files in a burst"
    `));
  });

  it('EDR-2: a flagged process is refused what changes files, and may read', () => {
    const s = scenario();
    attack(s, 100);
    s.lines();
    s.write(`100 ${names[0]}`, random);
    expect(s.lines()).toEqual(['11 pre burstDetector → COMPLETE', '11 OUT ACCESS_DENIED']);
    s.create('W', '\\x', { access: 'w' });
    expect(s.lines()).toEqual(['12 pre burstDetector → COMPLETE', '12 OUT ACCESS_DENIED']);
    s.create('R', '\\x');
    expect(s.lines()).toEqual(['13 pre burstDetector → SUCCESS_NO_CALLBACK', '13 FS CREATE \\x', '13 OUT SUCCESS info=1']);
    s.rename(`100 ${names[0]}`, '\\docs\\a');
    s.setDisposition(`100 ${names[0]}`, true);
    expect(s.lines().filter((line) => line.includes('OUT'))).toEqual(['14 OUT ACCESS_DENIED', '15 OUT ACCESS_DENIED']);
  });

  it('EDR-3: the same over a minute is no burst', () => {
    const s = scenario();
    attack(s, 200, 15);
    expect(flags(s)).toEqual([]);
  });

  it('EDR-4: many writes to one file are one file', () => {
    const s = scenario();
    s.create('A', names[0] ?? '', { access: 'rw', process: 300 });
    for (let count = 0; count < 50; count++) s.write('A', random, { process: 300, offset: count * 512 });
    expect(flags(s)).toEqual([]);
  });

  it('EDR-5: a rename counts by its extension, and when it has succeeded', () => {
    const s = scenario();
    s.file(`${names[2]}.enc`, 'in the way');
    const rename = (name: string): void => {
      s.create(name, name, { access: 'd', process: 400 });
      s.rename(name, `${name}.enc`, { process: 400 });
    };
    names.forEach(rename);
    expect(s.lines().filter((line) => line.startsWith('DBG') || (line.includes('OUT') && line.includes('COLLISION')))).toEqual(['6 OUT OBJECT_NAME_COLLISION']);
    rename('\\docs\\6.doc');
    expect(flags(s)).toEqual(['DBG "burst: 400 flagged files=5"']);
  });

  it('EDR-6: the service may', () => {
    const s = scenario();
    attack(s, 500);
    expect(flags(s)).toEqual([]);
    s.write(`500 ${names[0]}`, random, { process: 500 });
    expect(outcome(s)).toBe('SUCCESS');
  });

  it('EDR-7: paging I/O of the system is not looked at', () => {
    const s = scenario();
    names.forEach((name) => {
      s.create(name, name, { access: 'rw' });
      s.setEndOfFile(name, 512);
      s.write(name, random, { paging: true });
    });
    const lines = s.lines();
    expect(lines.filter((line) => line.includes('[paging]'))).toHaveLength(5);
    expect(lines.filter((line) => line.startsWith('DBG'))).toEqual([]);
  });

  it('EDR-8: bytes that nobody recorded have no entropy', () => {
    const s = scenario();
    attack(s, 100, 1, null);
    expect(flags(s)).toEqual(names.map(() => 'DBG "burst: data unknown"'));
    s.write(`100 ${names[0]}`, random);
    expect(outcome(s)).toBe('SUCCESS');
  });

  it('EDR-9: the next process of that id starts clean', () => {
    const s = scenario();
    attack(s, 100);
    s.endProcess(100);
    s.lines();
    s.create('W', '\\x', { access: 'w' });
    s.write('W', random);
    expect(outcome(s)).toBe('SUCCESS');
  });

  it('counts a deletion once a handle, an open that empties a file, and a move out of the protected folder', () => {
    const s = scenario({ Limit: 3, Protected: '\\docs\\' });
    s.create('A', names[0] ?? '', { access: 'd' });
    s.setDisposition('A', true);
    s.setDisposition('A', false);
    s.setDisposition('A', true);
    s.create('B', names[1] ?? '', { access: 'w', disposition: FILE_OVERWRITE_IF });
    s.create('N', '\\docs\\new', { access: 'w', disposition: FILE_OVERWRITE_IF });
    s.create('C', names[2] ?? '', { access: 'd' });
    s.rename('C', '\\docs\\other.doc');
    expect(flags(s)).toEqual([]);
    s.rename('C', '\\else\\other.doc');
    expect(flags(s)).toEqual(['DBG "burst: 100 flagged files=3"']);
  });

  it('does not count a file that was as random before', () => {
    const s = scenario({ Limit: 1 });
    s.file('\\picture.jpg', random);
    s.create('A', '\\picture.jpg', { access: 'rw' });
    s.read('A', 512);
    s.write('A', random);
    expect(flags(s)).toEqual([]);
    s.create('B', names[0] ?? '', { access: 'rw' });
    s.read('B', 512);
    s.write('B', random);
    expect(flags(s)).toEqual(['DBG "burst: 100 flagged files=1"']);
  });

  it('leaves nothing behind', () => {
    const s = scenario();
    attack(s, 100);
    for (const name of names) s.closeHandle(`100 ${name}`);
    expect(s.unload('burstDetector')).toBe('SUCCESS');
    expect(quiet(s, 'burstDetector')).toEqual([]);
  });
});
