/**
 * Writes resources/samples/first-light.jsonl: a made-up session in which an editor saves a document by rename, an indexer reads it under an
 * oplock, and a backup copies the folder. Nothing in it was captured.
 *
 * Usage: node scripts/make-sample.ts [FILE]
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { assertExists } from '../src-main/base/assert.ts';
import type { JsonLinesHeader } from '../src-main/trace/formats/fltreplay-jsonl/writer.ts';
import { parseTraceTime } from '../src-main/trace/record.ts';
import { sampleLine } from './sample/sampleLine.ts';
import { irp, SessionBuilder, status, ticksPerMillisecond } from './sample/sessionBuilder.ts';
import type { Actor, Handle } from './sample/sessionBuilder.ts';

const documents = 'C:\\Users\\sample\\Documents';
const appData = 'C:\\Users\\sample\\AppData\\Local\\Notes';
/** Nothing changes here while the session lasts, so that its watch stays pending. */
const templates = 'C:\\Users\\sample\\Templates';
const plan = `${documents}\\plan.md`;
const backupFolder = 'D:\\Backup\\Documents';
const files: readonly (readonly [name: string, size: number])[] = [
  ['agenda.md', 3_210], ['budget.csv', 18_744], ['garden.jpg', 412_160], ['letter.txt', 2_048], ['minutes.md', 9_871], ['plan.md', 24_576], ['recipes.md', 14_005],
  ['roof.pdf', 188_416], ['shopping.txt', 612], ['skizze.png', 96_310], ['todo.md', 1_337], ['travel.ics', 4_400],
];
const requestOplock = 0x90240;
const requestBatchOplock = 0x90008;
const requestFilterOplock = 0x9005c;
const oplockBreakAcknowledge = 0x9000c;
const queryAllocatedRanges = 0x940cf;
/** 2026-02-03 08:00 UTC: the files' age. */
const fileTime = assertExists(parseTraceTime('2026-02-03T08:00:00.0000000Z'));

const session = new SessionBuilder(assertExists(parseTraceTime('2026-03-02T09:15:00.0000000Z')));
const system = session.process('System', 4);
const notes = session.process('notes.exe', 4120);
const indexer = session.process('indexer.exe', 2288);
const backup = session.process('backup.exe', 6032);
const shell = session.process('shell.exe', 3344);

/** The memory manager fills or empties the cache: paging I/O by a thread of System. */
function paging(major: 0x03 | 0x04, path: string, milliseconds: number, size: number): void {
  const pager = session.actor(system, major === 0x03 ? 188 : 212, milliseconds);
  const handle = { actor: pager, path };
  if (major === 0x04) session.operation(pager, 0xfb, path, { kind: 'fsfilter' });
  for (let offset = 0; offset < size; offset += 65_536) {
    const length = Math.min(65_536, Math.ceil((size - offset) / 4096) * 4096);
    if (major === 0x03) session.read(handle, offset, length, { irpFlags: irp.paging, got: Math.min(length, size - offset) });
    else session.write(handle, offset, length, { irpFlags: irp.paging });
  }
  if (major === 0x04) session.operation(pager, 0xfa, path, { kind: 'fsfilter' });
}

const basic = { CreationTime: fileTime, LastAccessTime: fileTime, LastWriteTime: fileTime, ChangeTime: fileTime, FileAttributes: 0x20 };
const sizes = (size: number) => ({ AllocationSize: Math.ceil(size / 4096) * 4096, EndOfFile: size });

/** NETWORK_QUERY_OPEN: refused, so that the create follows; or answered, and no create is needed. */
function queryOpen(actor: Actor, path: string, size?: number): void {
  if (size === undefined) session.operation(actor, 0xf2, path, { kind: 'fastio', status: status.fastIoDisallowed });
  else session.operation(actor, 0xf2, path, { kind: 'fastio', information: 56, detail: { ...basic, ...sizes(size) } });
}

function notesStarts(): void {
  const main = session.actor(notes, 4124, 3);
  const image = session.create(main, `${appData}\\notes-core.dll`, { access: 0x1200a9, share: 5 });
  session.section(image, 0x20);
  paging(0x03, image.path, 8, 180_224);
  session.close(image);
  queryOpen(main, `${appData}\\settings.json`);
  const settings = session.create(main, `${appData}\\settings.json`);
  session.query(settings, 5, 24, { ...sizes(2_900), NumberOfLinks: 1, DeletePending: false, Directory: false });
  session.read(settings, 0, 4096, { got: 2_900 });
  paging(0x03, settings.path, main.now / ticksPerMillisecond - 0.2, 2_900);
  session.read(settings, 2_900, 4096, { kind: 'fastio', status: status.endOfFile });
  session.close(settings);
  // Two opens that fail: a plug-in list that was never written, and a log where an ordinary user may not write.
  session.create(main, `${appData}\\plugins.json`, { status: status.nameNotFound });
  session.create(main, 'C:\\Windows\\System32\\config\\notes.log', { access: 0x120116, disposition: 3, status: status.accessDenied });
}

/** A watch on a folder that no change completes before the session ends. */
function notesWatches(): void {
  const watcher = session.actor(notes, 4131, 120);
  const folder = session.create(watcher, templates, { access: 0x100001, options: 0x4021 });
  session.operation(watcher, 0x0c, folder.path, {
    sub: 2, status: status.pending, duration: null, irpFlags: 0x800, length: 2048, detail: { CompletionFilter: 0x1b, OperationFlags: 1 },
  });
  watcher.now += 40 * ticksPerMillisecond;
  const listing = session.create(watcher, documents, { access: 0x100001, options: 0x21 });
  session.enumerate(listing, ['.', '..', ...files.map(([name]) => name)]);
  session.close(listing);
  // The watched folder's handle stays open.
  session.operation(watcher, 0x05, folder.path, { sub: 9, length: 520, information: 50, detail: { Class: 'FileNameInformation', FileInformationClass: 9, Name: '\\Users\\sample\\Templates' } });
}

/** The indexer holds an oplock on plan.md; the editor's create for writing at 2 s breaks it and waits for the acknowledgement. */
function indexerReads(): void {
  const crawler = session.actor(indexer, 2304, 400);
  const folder = session.create(crawler, documents, { access: 0x100001, options: 0x21 });
  session.enumerate(folder, ['.', '..', ...files.map(([name]) => name)]);
  for (const [name, size] of files) if (name !== 'plan.md') indexOne(crawler, `${documents}\\${name}`, size);
  session.close(folder);

  const careful = session.actor(indexer, 2310, 1200);
  queryOpen(careful, plan);
  const held = session.create(careful, plan, { access: 0x120089, options: 0x10060 });
  const granted = careful.now;
  const broken = 2000 * ticksPerMillisecond;
  session.control(held, requestOplock, { input: 12, output: 24, duration: broken - granted });
  paging(0x03, plan, careful.now / ticksPerMillisecond, 24_576);
  session.read(held, 0, 4096);
  for (let offset = 4096; offset < 24_576; offset += 4096) session.read(held, offset, 4096, { kind: 'fastio' });
  // The break arrives; two milliseconds later the indexer gives way.
  careful.now = broken + 2 * ticksPerMillisecond;
  session.control(held, oplockBreakAcknowledge, { duration: 150 });
  careful.now += 2_000;
  session.close(held);
}

function indexOne(crawler: Actor, path: string, size: number): void {
  queryOpen(crawler, path, size);
  const file = session.create(crawler, path);
  session.query(file, 4, 40, basic);
  session.query(file, 5, 24, { ...sizes(size), NumberOfLinks: 1, DeletePending: false, Directory: false });
  paging(0x03, path, crawler.now / ticksPerMillisecond - 0.1, Math.min(size, 65_536));
  const end = Math.min(size, 32_768);
  session.refusedFastRead(file, 0, Math.min(8_192, end));
  for (let offset = 8_192; offset < end; offset += 8_192) session.read(file, offset, Math.min(8_192, end - offset), { kind: 'fastio' });
  // Each file also tries an oplock of its own, and gives it up by closing.
  if (size > 100_000) session.control(file, requestOplock, { input: 12, output: 24, status: status.oplockHandleClosed, duration: 3 * ticksPerMillisecond });
  session.close(file);
}

/** Save by rename: write a temporary file, make it durable, move it over the document, delete the one before last. */
function notesSaves(): void {
  const saver = session.actor(notes, 4124, 2000);
  // This create breaks the indexer's oplock and waits until that is acknowledged.
  const original = session.create(saver, plan, { access: 0x12019f, share: 1, duration: 2 * ticksPerMillisecond + 190 });
  session.query(original, 5, 24, { ...sizes(24_576), NumberOfLinks: 1, DeletePending: false, Directory: false });
  for (let offset = 0; offset < 24_576; offset += 8_192) session.read(original, offset, 8_192, { kind: 'fastio' });

  const temporary = session.create(saver, `${plan}.tmp`, { access: 0x12019f, disposition: 2, share: 0 });
  session.write(temporary, 0, 4_096);
  for (let offset = 4_096; offset < 26_624; offset += 4_096) session.write(temporary, offset, Math.min(4_096, 26_624 - offset), { kind: offset === 12_288 ? 'irp' : 'fastio' });
  session.set(temporary, 20, 8, { EndOfFile: 26_000 });
  session.operation(saver, 0x09, temporary.path, { irpFlags: 0x800 });
  paging(0x04, temporary.path, saver.now / ticksPerMillisecond - 0.3, 26_000);
  session.close(temporary);

  saver.now = Math.max(saver.now, 2_700 * ticksPerMillisecond);
  session.close(original);
  const old = session.create(saver, `${plan}.bak`, { access: 0x10080, options: 0x40 });
  session.set(old, 13, 1, { DeleteFile: true });
  session.close(old);
  const moved = session.create(saver, `${plan}.tmp`, { access: 0x110080, options: 0x20 });
  const target = `\\??\\${plan}`;
  // FILE_RENAME_INFORMATION: 20 bytes before the name on 64-bit Windows.
  session.set(moved, 10, 20 + target.length * 2, { ReplaceIfExists: true, TargetName: target, FileName: plan });
  session.close(moved);
}

/** The editor's little database: byte-range locks around each read and write. */
function notesDatabase(): void {
  const worker = session.actor(notes, 4140, 700);
  const database = session.create(worker, `${appData}\\index.db`, { access: 0x12019f, disposition: 3, share: 3 });
  paging(0x03, database.path, worker.now / ticksPerMillisecond, 65_536);
  const other = session.actor(shell, 3360, 1500);
  const reader = session.create(other, database.path, { share: 3 });
  for (let round = 0; round < 14; round++) {
    session.lock(database, 1, 0x4000_0000, 1, { exclusive: round % 3 === 2 });
    session.read(database, 24, 16, { kind: 'fastio' });
    session.read(database, round * 4096, 4096, { kind: 'fastio' });
    if (round % 3 === 2) {
      session.write(database, round * 4096, 4096, { kind: 'fastio' });
      session.set(database, 20, 8, { EndOfFile: (round + 1) * 4096 });
    }
    session.lock(database, 2, 0x4000_0000, 1);
    worker.now += session.random.between(40, 160) * ticksPerMillisecond;
  }
  session.operation(worker, 0x09, database.path, { irpFlags: 0x800 });
  paging(0x04, database.path, worker.now / ticksPerMillisecond, 57_344);
  session.close(database);
  session.lock(reader, 1, 0x4000_0000, 1, { status: status.lockNotGranted, exclusive: true });
  session.lock(reader, 1, 0x4000_0002, 510);
  session.read(reader, 0, 100);
  session.lock(reader, 2, 0x4000_0002, 510);
  session.close(reader);
}

function backupCopies(): void {
  const copier = session.actor(backup, 6040, 2_150);
  const folder = session.create(copier, documents, { access: 0x100001, options: 0x21 });
  session.enumerate(folder, ['.', '..', ...files.map(([name]) => name)]);
  const target = session.create(copier, backupFolder, { access: 0x100001, disposition: 3, options: 0x21 });
  for (const [name, size] of files) copyOne(copier, name, size);
  session.close(target);
  session.close(folder);
  guard();
}

function copyOne(copier: Actor, name: string, size: number): void {
  const source = session.create(copier, `${documents}\\${name}`, { access: 0x120089, share: 7, options: 0x68 });
  // The editor has plan.md open, so that no exclusive oplock can be had.
  if (name === 'plan.md') session.control(source, requestBatchOplock, { status: status.oplockNotGranted, duration: 90 });
  session.query(source, 4, 40, basic);
  session.control(source, queryAllocatedRanges, { input: 16, output: 64 });
  session.operation(copier, 0x14, source.path, { kind: 'irp', irpFlags: 0x800, status: status.bufferOverflow, detail: { SecurityInformation: 7 } });
  const copy = session.create(copier, `${backupFolder}\\${name}`, { access: 0x120196, disposition: 5, share: 0, options: 0x68 });
  session.set(copy, 19, 8, { AllocationSize: Math.ceil(size / 4096) * 4096 });
  for (let offset = 0; offset < size; offset += 131_072) copyBlock(source, copy, offset, Math.min(131_072, size - offset));
  session.read(source, Math.ceil(size / 4096) * 4096, 4096, { irpFlags: irp.noCacheRead, status: status.endOfFile });
  session.set(copy, 20, 8, { EndOfFile: size });
  session.set(copy, 4, 40, basic);
  session.close(copy);
  session.close(source);
}

/** Not cached: whole sectors, past the end of the file where it has none. */
function copyBlock(source: Handle, copy: Handle, offset: number, size: number): void {
  const length = Math.ceil(size / 4096) * 4096;
  session.read(source, offset, length, { irpFlags: irp.noCacheRead, got: size });
  session.write(copy, offset, length, { irpFlags: irp.noCacheWrite });
}

/** A filter oplock that nobody breaks: the backup guards the catalogue until after the session's end. */
function guard(): void {
  const watcher = session.actor(backup, 6044, 2_180);
  const catalogue = session.create(watcher, `${backupFolder}\\catalogue.dat`, { access: 0x100080, share: 7, options: 0x100040 });
  session.control(catalogue, requestFilterOplock, { status: status.pending, duration: null });
  session.query(catalogue, 5, 24, { ...sizes(4_096), NumberOfLinks: 1, DeletePending: false, Directory: false });
}

notesStarts();
notesWatches();
notesDatabase();
indexerReads();
notesSaves();
backupCopies();

const header: JsonLinesHeader = {
  fltreplay: 'trace',
  version: 1,
  synthetic: true,
  description: 'Made by scripts/make-sample.ts, captured nowhere: an editor saves a document by rename, an indexer reads it under an oplock, a backup copies the folder.',
};
const lines = session.sorted().map((record, at) => sampleLine(session, record, at));
const output = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../resources/samples/first-light.jsonl'));
writeFileSync(output, [JSON.stringify(header), ...lines, ''].join('\n'));
console.log(`${output}: ${lines.length} operations`);
