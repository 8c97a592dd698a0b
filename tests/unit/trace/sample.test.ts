/** The bundled sample tells its whole story, says that it is made up, and is what its script writes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import { collectTrace } from '../../support/trace/collectTrace.ts';

const root = resolve(import.meta.dirname, '../../..');
const bytes = readFileSync(join(root, 'resources/samples/first-light.jsonl'));
const { summary, operations, processes, processOf } = collectTrace(bytesSource(bytes, 'first-light.jsonl'));
const some = (operation: string, status?: number, more: (record: (typeof operations)[number]) => boolean = () => true) =>
  operations.filter((record) => record.operation === operation && (status === undefined || record.status === status) && more(record));
const fsctl = (name: string) => some('FileSystemControl', undefined, (record) => record.detail['Control'] === name);

describe('the bundled sample', () => {
  it('is labelled synthetic and whole', () => {
    expect(summary).toMatchObject({ format: 'fltreplay-jsonl', skipped: [], damaged: [], system: { synthetic: true } });
    expect(operations.length).toBeGreaterThanOrEqual(400);
    expect(operations.length).toBeLessThanOrEqual(1200);
    expect(processes.map((process) => process.name).sort()).toEqual(['System', 'backup.exe', 'indexer.exe', 'notes.exe', 'shell.exe']);
    expect(new Set(operations.map((record) => record.tid)).size).toBeGreaterThan(6);
    expect(Number((summary.lastTime ?? 0n) - (summary.firstTime ?? 0n)) / 1e7).toBeGreaterThan(1);
  });

  it('comes out of its script byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fltreplay-sample-'));
    try {
      execFileSync(process.execPath, [join(root, 'scripts/make-sample.ts'), join(folder, 'sample.jsonl')]);
      expect(readFileSync(join(folder, 'sample.jsonl'), 'utf8')).toBe(bytes.toString('utf8'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('holds creates that fail', () => {
    expect(some('CreateFile', 0xc0000022)).toHaveLength(1);
    expect(some('CreateFile', 0xc0000034)).toHaveLength(1);
  });

  it('holds every way to read, and a fast path refused before its IRP', () => {
    expect(some('ReadFile', 0, (record) => record.kind === 'irp' && (record.irpFlags & 3) === 0).length).toBeGreaterThan(0);
    expect(some('ReadFile', 0, (record) => (record.irpFlags & 3) === 1).length).toBeGreaterThan(0);
    expect(some('ReadFile', 0, (record) => (record.irpFlags & 3) === 3).length).toBeGreaterThan(0);
    expect(some('ReadFile', 0, (record) => record.kind === 'fastio').length).toBeGreaterThan(0);
    const refused = some('ReadFile', 0xc01c0004);
    expect(refused.length).toBeGreaterThan(0);
    for (const record of refused) {
      const next = operations.slice(operations.indexOf(record) + 1).find((other) => other.process === record.process && other.tid === record.tid);
      expect(next).toMatchObject({ operation: 'ReadFile', kind: 'irp', path: record.path, offset: record.offset, length: record.length });
    }
  });

  it('holds writes, end of file, rename, delete, listing, locks, sections and queries by name', () => {
    for (const name of ['WriteFile', 'SetEndOfFileInformationFile', 'SetRenameInformationFile', 'SetDispositionInformationFile', 'QueryOpen', 'LockFile', 'UnlockFileSingle', 'CreateFileMapping', 'FASTIO_RELEASE_FOR_SECTION_SYNCHRONIZATION']) {
      expect(some(name).length, name).toBeGreaterThan(0);
    }
    expect(some('QueryDirectory', 0x80000006).length).toBeGreaterThan(0);
    expect(some('NotifyChangeDirectory', 0x103)).toMatchObject([{ duration: null }]);
    expect(some('WriteFile', 0, (record) => (record.irpFlags & 2) !== 0).length).toBeGreaterThan(0);
  });

  it('holds an oplock that another process breaks, one refused and one that stays', () => {
    const [broken] = fsctl('FSCTL_REQUEST_OPLOCK').filter((record) => record.status === 0);
    expect(broken).toBeDefined();
    const end = (broken?.time ?? 0n) + (broken?.duration ?? 0n);
    const breaker = some('CreateFile', 0, (record) => record.path === broken?.path && record.process !== broken?.process && record.time <= end && end - record.time < 10_000n);
    expect(breaker.map((record) => processOf(record).name)).toEqual(['notes.exe']);
    // The create waits for the acknowledgement.
    const [acknowledged] = fsctl('FSCTL_OPLOCK_BREAK_ACKNOWLEDGE');
    expect((breaker[0]?.time ?? 0n) + (breaker[0]?.duration ?? 0n)).toBeGreaterThan((acknowledged?.time ?? 0n) + (acknowledged?.duration ?? 0n));
    expect(fsctl('FSCTL_REQUEST_BATCH_OPLOCK')).toMatchObject([{ status: 0xc00000e2 }]);
    expect(fsctl('FSCTL_REQUEST_FILTER_OPLOCK')).toMatchObject([{ status: 0x103, duration: null }]);
  });

  it('closes what it opens, in order, except the two handles that pending requests hold', () => {
    const opened = some('CreateFile', 0).length;
    expect(some('CloseFile')).toHaveLength(opened - 2);
    expect(some('IRP_MJ_CLOSE')).toHaveLength(opened - 2);
  });

  it('never has one thread in two synchronous operations at once', () => {
    const busy = new Map<number, bigint>();
    for (const record of operations) {
      if (record.detail['ControlCode'] === 0x90240 || record.status === 0x103) continue;
      expect(record.time >= (busy.get(record.tid) ?? 0n), `${record.sourceIndex} ${record.operation}`).toBe(true);
      if (!(record.irpFlags & 2)) busy.set(record.tid, record.time + (record.duration ?? 0n));
    }
  });
});
