/** Logs above 4 GiB: offsets of events have 40 bits. The file is made of two pieces with nothing between them but distance. */
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import type { ByteSource } from '../../../../../src-main/trace/byteSource.ts';
import { accountedFor, collectTrace } from '../../../../support/trace/collectTrace.ts';
import { fileDetail, writePml } from '../../../../support/trace/writePml.ts';

const start = 132_539_328_000_000_000n;
const distance = 5 * 2 ** 30;
const event = (at: number) => ({ processIndex: 7, operation: 38, time: start + BigInt(at), detail: fileDetail({ bits: 64, path: `C:\\${at}` }) });
const written = writePml({ bits: 64, processes: [{ index: 7, pid: 4321, name: 'notes.exe' }], events: [event(1), event(2), event(3)] });

/** Everything behind the first event moved up by `distance`; bytes read are counted. */
function movedLog(): { readonly source: ByteSource; read: number } {
  const cut = assertExists(written.eventStarts[1]);
  const bytes = written.bytes.slice();
  const view = new DataView(bytes.buffer);
  for (const at of [0x248, 0x250, 0x258, 0x260, 0x3a0]) view.setBigUint64(at, view.getBigUint64(at, true) + BigInt(distance), true);
  for (const index of [1, 2]) {
    const at = written.eventOffsets + index * 5;
    const offset = view.getUint32(at, true) + distance;
    view.setUint32(at, offset % 2 ** 32, true);
    view.setUint8(at + 4, Math.floor(offset / 2 ** 32));
  }
  const log = { read: 0, source: { size: bytes.length + distance, name: 'large.PML', read } };
  function read(offset: number, length: number): Uint8Array {
    const piece = new Uint8Array(Math.min(length, bytes.length + distance - offset));
    log.read += piece.length;
    const copy = (from: number, to: number, place: number): void => {
      const [first, last] = [Math.max(offset, place), Math.min(offset + piece.length, place + to - from)];
      if (first < last) piece.set(bytes.subarray(from + first - place, from + last - place), first - offset);
    };
    copy(0, cut, 0);
    copy(cut, bytes.length, cut + distance);
    return piece;
  }
  return log;
}

describe('a log above 4 GiB', () => {
  it('is read through its 40-bit offsets, and only where something is', () => {
    const log = movedLog();
    const { summary, operations, processOf } = collectTrace(log.source);
    expect(operations.map((operation) => operation.path)).toEqual(['C:\\1', 'C:\\2', 'C:\\3']);
    expect(processOf(assertExists(operations[2])).name).toBe('notes.exe');
    expect(summary).toMatchObject({ events: 3, operations: 3, bytes: written.bytes.length + distance });
    expect(accountedFor(summary)).toBe(3);
    expect(log.read).toBeLessThan(4 * 2 ** 20);
  });
});
