/** Parts of a large capture (`name.PML`, `name-1.PML`) become one trace. */
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { accountedFor, collectTrace } from '../../../../support/trace/collectTrace.ts';
import { fileDetail, writePml } from '../../../../support/trace/writePml.ts';
import type { PmlEvent, PmlFile, PmlProcess } from '../../../../support/trace/writePml.ts';

const start = 132_539_328_000_000_000n;
const notes: PmlProcess = {
  index: 7, pid: 4321, name: 'notes.exe', imagePath: 'C:\\notes.exe', startTime: start - 50n, modules: [{ base: 0x40_0000n, size: 4096, path: 'C:\\notes.exe', loadTime: start - 50n }],
};
/** The same process id, used again later. */
const reused: PmlProcess = { index: 7, pid: 4321, name: 'other.exe', imagePath: 'C:\\other.exe', startTime: start + 1000n };

const close = (processIndex: number, at: number): PmlEvent => ({ processIndex, operation: 38, time: start + BigInt(at), detail: fileDetail({ bits: 64, path: `C:\\${at}` }) });
const part = (processes: readonly PmlProcess[], events: readonly PmlEvent[], more: Partial<PmlFile> = {}) => writePml({ bits: 64, processes, events, ...more });
const source = (written: { readonly bytes: Uint8Array }, name: string) => bytesSource(written.bytes, name);

const first = part([notes], [close(7, 1), close(7, 2)]);
const second = part([{ ...reused, index: 3 }, { ...notes, index: 9, endTime: start + 900n }], [close(9, 3), close(3, 4), close(77, 5)]);

function read(parts: readonly ReturnType<typeof source>[]) {
  const done: number[] = [];
  let total = 0;
  const trace = collectTrace(source(first, 'name.PML'), (at, of) => {
    done.push(at);
    total = of;
    return true;
  }, { parts });
  return { ...trace, done, total };
}

describe('a log of several parts', () => {
  it('is one trace, numbered through, with processes matched by id, start and image', () => {
    const { summary, operations, processes, modules, processOf } = read([source(second, 'name-1.PML')]);
    expect(summary).toMatchObject({ format: 'procmon-pml-9', events: 5, operations: 5, damaged: [], bytes: first.bytes.length + second.bytes.length, system: { parts: ['name.PML', 'name-1.PML'] } });
    expect(operations.map((operation) => operation.sourceIndex)).toEqual([0, 1, 2, 3, 4]);
    expect(operations.map((operation) => processOf(operation).name)).toEqual(['notes.exe', 'notes.exe', 'notes.exe', 'other.exe', '<process 77 missing>']);
    expect(processes.map((process) => process.name)).toEqual(['notes.exe', 'other.exe', '<process 77 missing>']);
    // Both parts list the module.
    expect(modules.map((module) => [module.process, module.path])).toEqual([[0, 'C:\\notes.exe']]);
    // Only the second part knows that it has ended.
    expect(assertExists(processes[0]).endTime).toBe(start + 900n);
  });

  it('counts progress over all parts', () => {
    const { done, total } = read([source(second, 'name-1.PML')]);
    expect(total).toBe(first.bytes.length + second.bytes.length);
    expect(done.at(-1)).toBe(total);
    expect(done.toSorted((a, b) => a - b)).toEqual(done);
  });

  it('names the part in which something is damaged', () => {
    const bytes = second.bytes.slice();
    new DataView(bytes.buffer).setUint32(assertExists(second.eventStarts[1]) + 0x2c, 0x7fff_ffff, true);
    const { summary } = read([bytesSource(bytes, 'name-1.PML')]);
    expect(summary).toMatchObject({ events: 5, operations: 4 });
    expect(accountedFor(summary)).toBe(5);
    expect(summary.damaged).toEqual([{ at: second.eventStarts[1], unit: 'offset', reason: 'name-1.PML: event: its details run out of the file or into the tables', records: 1 }]);
  });

  it('reports parts of another machine or bitness, and reads them all the same', () => {
    const foreign = part([notes], [close(7, 6)], { computer: 'ELSEWHERE' });
    const narrow = writePml({ bits: 32, processes: [notes], events: [{ ...close(7, 7), detail: fileDetail({ bits: 32, path: 'C:\\7' }) }] });
    const { summary } = read([source(foreign, 'a.PML'), source(narrow, 'b.PML')]);
    expect(summary.operations).toBe(4);
    expect(summary.damaged.map(({ reason }) => reason)).toEqual([
      'a.PML: this part is of computer ELSEWHERE, the first of TESTBOX: it may be no part of the same log',
      'b.PML: this part is of a 32-bit system, the first of a 64-bit one: it may be no part of the same log',
    ]);
  });

  it('leaves out a part that is no log, and says so', () => {
    const { summary } = read([bytesSource(first.bytes.subarray(0, 100), 'cut.PML'), source(second, 'name-2.PML')]);
    expect(summary.operations).toBe(5);
    expect(summary.damaged).toMatchObject([{ at: 0, records: 0 }]);
    expect(summary.damaged[0]?.reason).toContain('“cut.PML” is a Process Monitor log that ends inside its header');
  });
});
