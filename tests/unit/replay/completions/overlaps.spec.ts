/** Recorded overlaps stay overlaps: what was under way when the next request was issued completes at its recorded end. Source: driver-api-usage.md 5.6. */
import { describe, expect, it } from 'vitest';
import type { NumberedOperation } from '../../../../src-main/trace/record.ts';
import { create, operation, read } from '../../../support/engine-host/runs.ts';
import { runHere } from '../../../support/engine-host/runHere.ts';
import { toldBy, watching } from '../../../support/engine-host/watching.ts';

/** IRP_NOCACHE, IRP_PAGING_IO, IRP_SYNCHRONOUS_PAGING_IO (wdm.h) */
const [noCache, pagingIo, synchronousPaging] = [0x1, 0x2, 0x40];
/** FILE_NON_DIRECTORY_FILE, and with FILE_SYNCHRONOUS_IO_NONALERT. */
const [overlappedHandle, synchronousHandle] = [0x40, 0x60];
const open = (index: number, options: number, fields: Parameters<typeof create>[1] = {}): NumberedOperation => create(index, { detail: { DesiredAccess: 0x120089, CreateDisposition: 1, CreateOptions: options, ShareAccess: 3 }, ...fields });

function told(operations: readonly NumberedOperation[]): string[] {
  const log = runHere({ drivers: [watching()], operations });
  expect(log.problems).toEqual([]);
  expect(log.summary?.violations).toBe(0);
  return toldBy(log);
}

describe('a request that was under way when the next one was issued', () => {
  it('on a synchronous handle, its thread stays inside the file system and completes it there at its end', () => {
    // Issued at 20000 for 15000 ticks; another thread reads another file at 30000.
    const lines = told([open(1, synchronousHandle), read(2, { duration: 15_000n }), operation(3, { tid: 9, path: 'C:\\b', length: 1, information: 1 })]);
    expect(lines.slice(2)).toEqual([
      '2 pre READ thread 7 irql 0 at 20000', '3 pre READ thread 9 irql 0 at 30000', '3 post READ thread 9 irql 0 at 30000', '2 post READ thread 7 irql 0 at 35000',
    ]);
  });

  it('ends before what is issued at the time of its end', () => {
    const lines = told([open(1, synchronousHandle), read(2, { duration: 10_000n }), operation(3, { tid: 9, path: 'C:\\b' })]);
    expect(lines.slice(2).map((line) => line.slice(0, 6))).toEqual(['2 pre ', '2 post', '3 pre ', '3 post']);
  });

  it('on a handle for overlapped I/O, it is pended and completes in another thread', () => {
    const lines = told([open(1, overlappedHandle), read(2, { duration: 15_000n }), operation(3, { tid: 9, path: 'C:\\b' })]);
    expect(lines.at(-1)).toBe('2 post READ thread 8 irql 0 at 35000');
  });

  it('past the cache on such a handle, at DISPATCH_LEVEL', () => {
    const lines = told([open(1, overlappedHandle), read(2, { duration: 15_000n, irpFlags: noCache }), operation(3, { tid: 9, path: 'C:\\b' })]);
    expect(lines.at(-1)).toBe('2 post READ thread 8 irql 2 at 35000');
  });

  it('a create, and what the I/O manager waits for on any handle, stays in its thread', () => {
    const lines = told([open(1, overlappedHandle, { duration: 15_000n }), operation(2, { tid: 9, path: 'C:\\b' }), operation(3, { major: 5, detail: { FileInformationClass: 5 }, length: 24, duration: 15_000n }), operation(4, { tid: 9, path: 'C:\\b' })]);
    expect(lines.filter((line) => /^[13] post/.test(line))).toEqual(['1 post CREATE thread 7 irql 0 at 25000', '3 post QUERY_INFORMATION thread 7 irql 0 at 45000']);
  });

  it('synchronous paging I/O waits in its thread, asynchronous paging I/O completes in another', () => {
    const lines = told([
      open(1, synchronousHandle), read(2, { irpFlags: noCache | pagingIo | synchronousPaging, duration: 25_000n }), read(3, { tid: 9, irpFlags: noCache | pagingIo, duration: 25_000n }), operation(4, { tid: 11, path: 'C:\\b' }),
    ]);
    expect(lines.filter((line) => line.includes('post READ'))).toEqual([
      '4 post READ thread 11 irql 0 at 40000', '2 post READ thread 7 irql 1 at 45000', '3 post READ thread 8 irql 2 at 55000',
    ]);
  });

  it('the same thread that goes on shows that it was asynchronous, although nobody saw the handle opened', () => {
    const part = told([read(1, { duration: 15_000n }), read(2, { duration: 1000n })]);
    expect(part.at(-1)).toBe('1 post READ thread 7 irql 0 at 25000');
    const gone = told([read(1, { duration: 15_000n }), read(2, { duration: 30_000n })]);
    expect(gone.find((line) => line.startsWith('1 post'))).toBe('1 post READ thread 8 irql 0 at 25000');
  });

  it('fast I/O and section calls stay inside too', () => {
    const lines = told([
      operation(1, { kind: 'fastio', duration: 15_000n }), operation(2, { kind: 'fsfilter', major: 255, tid: 9, path: 'C:\\b', duration: 15_000n }), operation(3, { tid: 11, path: 'C:\\c' }),
    ]);
    expect(lines.map((line) => line.replace(/ irql.*$/, ''))).toEqual([
      '1 pre READ thread 7', '2 pre ACQUIRE_FOR_SECTION_SYNCHRONIZATION thread 9', '1 post READ thread 7', '3 pre READ thread 11', '3 post READ thread 11', '2 post ACQUIRE_FOR_SECTION_SYNCHRONIZATION thread 9',
    ]);
  });

  it('a page fault inside a cached read is issued in the same thread, under a top-level IRP', () => {
    const lines = told([
      open(1, synchronousHandle), read(2, { duration: 30_000n }), read(3, { irpFlags: noCache | pagingIo | synchronousPaging, duration: 5000n }), operation(4, { tid: 9, path: 'C:\\b' }), read(6, { irpFlags: noCache | pagingIo | synchronousPaging }),
    ]);
    expect(lines.slice(2)).toEqual([
      '2 pre READ thread 7 irql 0 at 20000', '3 pre READ thread 7 irql 1 at 30000 top', '3 post READ thread 7 irql 1 at 30000 top', '4 pre READ thread 9 irql 0 at 40000', '4 post READ thread 9 irql 0 at 40000',
      '2 post READ thread 7 irql 0 at 50000', '6 pre READ thread 7 irql 1 at 60000', '6 post READ thread 7 irql 1 at 60000',
    ]);
  });

  it('thousands under way at a time come to their end in order, and the rest after the last record', () => {
    const count = 3000;
    // All end within one millisecond after the last was issued, the later ones earlier.
    const operations = Array.from({ length: count }, (_, at) => operation(at + 1, { tid: 100 + at, path: `C:\\${at}`, duration: BigInt(count - at) * 10_000n + BigInt(count - at) }));
    const ends = told(operations).filter((line) => line.includes('post')).map((line) => Number(line.split(' ')[0]));
    expect(ends).toEqual(Array.from({ length: count }, (_, at) => count - at));
  });
});
