/** A story that a sample tells: what its file is called and says of itself, and what happens in it. */
import { assertExists } from '../../src-main/base/assert.ts';
import type { JsonLinesHeader } from '../../src-main/trace/formats/fltreplay-jsonl/writer.ts';
import { parseTraceTime } from '../../src-main/trace/record.ts';
import { sampleLine } from './sampleLine.ts';
import { irp, SessionBuilder } from './sessionBuilder.ts';
import type { Handle } from './sessionBuilder.ts';

export interface Story {
  /** Name of the file, and of the session that is made of it. */
  readonly name: string;
  /** What happens, in the file's first line. */
  readonly description: string;
  tell(session: SessionBuilder): void;
}

/** The file's text: a header that says that nothing in it was captured, and a line an operation. */
export function storyText({ description, tell }: Story): { readonly text: string; readonly operations: number } {
  const session = new SessionBuilder(assertExists(parseTraceTime('2026-03-02T09:15:00.0000000Z')));
  tell(session);
  const header: JsonLinesHeader = { fltreplay: 'trace', version: 1, synthetic: true, description: `Made by scripts/make-samples.ts, captured nowhere: ${description}` };
  const records = session.sorted();
  const lines = records.map((record, at) => sampleLine(session, record, at));
  return { text: [JSON.stringify(header), ...lines, ''].join('\n'), operations: records.length };
}

/** Access masks that programs usually ask for. */
export const access = { read: 0x120089, readWrite: 0x12019f, write: 0x120196, delete: 0x10080, rename: 0x110080 } as const;

export const sizes = (size: number): { readonly AllocationSize: number; readonly EndOfFile: number } => ({ AllocationSize: Math.ceil(size / 4096) * 4096, EndOfFile: size });

/** FILE_RENAME_INFORMATION: 20 bytes before the name on 64-bit Windows. */
export function rename(session: SessionBuilder, handle: Handle, target: string, replace = false): void {
  const name = `\\??\\${target}`;
  session.set(handle, 10, 20 + name.length * 2, { ReplaceIfExists: replace, TargetName: name, FileName: target });
}

/** A read that the memory manager makes for the cache, in the thread that caused it. */
export function fillCache(session: SessionBuilder, handle: Handle, length: number, got = length): void {
  session.read(handle, 0, length, { irpFlags: irp.paging, got });
}
