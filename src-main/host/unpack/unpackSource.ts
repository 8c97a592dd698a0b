/** Makes a wrapped file readable: what is inside is unpacked into temporary files, through at most two wrappings. */
import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DamageReport, DetailValue } from '../../trace/record.ts';
import type { TemporaryFiles } from '../temporaryFiles.ts';
import type { SourceFile } from '../workers/messages.ts';
import { runUnpackJob } from '../workers/unpackJob.ts';
import { unpackErrors } from './errors.ts';
import { wrappedContents, type WrappedContents, type WrappedMember } from './wrappedContents.ts';

export interface ReadableFiles {
  readonly files: readonly SourceFile[];
  /** For the report. */
  readonly found: { readonly system: { readonly [key: string]: DetailValue }; readonly damaged: readonly DamageReport[] };
  /** Removes what was unpacked. */
  readonly dispose: () => void;
}

export interface UnpackChoices {
  /** Which member of an archive; null: its largest trace. */
  readonly member: string | null;
  readonly limit: number | null;
}

const deepest = 2;

/** The files to read for `files`: themselves where they are not wrapped. Null where `signal` ended it. */
export async function readableFiles(
  files: readonly SourceFile[], choices: UnpackChoices, temporary: TemporaryFiles, signal: AbortSignal, progress: (done: number, total: number) => void,
): Promise<ReadableFiles | null> {
  const [first] = files;
  // Parts of a log are told by their names, which a wrapped file does not have.
  if (first === undefined || files.length > 1) return asTheyAre(files);
  let current: ReadableFiles = asTheyAre(files);
  let unpacked = 0;
  try {
    for (let depth = 0; ; depth++) {
      const [only] = current.files;
      const contents = only === undefined || current.files.length > 1 ? null : await wrappedContents(only.file, only.name);
      if (contents === null) return current;
      if (depth === deepest) throw unpackErrors.tooDeep(first.name);
      const targets = chooseMember(contents, first.name, depth === 0 ? choices.member : null).streams.map((stream) => ({ ...stream, target: temporary.fresh() }));
      const next = { files: targets.map(({ name, target }) => ({ name, file: target })), dispose: () => remove(targets.map(({ target }) => target)) };
      try {
        const done = await runUnpackJob({ streams: targets, guard: { name: first.name, folder: temporary.folder, limit: choices.limit, before: unpacked } }, signal, progress);
        if (done === null) {
          next.dispose();
          current.dispose();
          return null;
        }
        unpacked = done.bytes;
        const previous = current;
        current = { ...next, found: foundIn(contents, targets, done.damaged, first, previous.found, depth) };
        previous.dispose();
      } catch (error) {
        next.dispose();
        throw error;
      }
    }
  } catch (error) {
    current.dispose();
    throw error;
  }
}

export function chooseMember({ wrapping, members }: WrappedContents, name: string, wanted: string | null): WrappedMember {
  const clean = wanted?.replaceAll('\\', '/').toLowerCase();
  const member = clean === undefined ? members[0] : members.find((candidate) => candidate.name.toLowerCase() === clean || path.posix.basename(candidate.name).toLowerCase() === clean);
  if (member === undefined || (clean !== undefined && wrapping !== 'zip')) throw unpackErrors.noMember(name, wanted ?? '', members.map((candidate) => candidate.name));
  return member;
}

const asTheyAre = (files: readonly SourceFile[]): ReadableFiles => ({ files, found: { system: {}, damaged: [] }, dispose: () => undefined });

function remove(files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
}

function foundIn(
  contents: WrappedContents, streams: readonly { readonly name: string }[], damaged: readonly DamageReport[], first: SourceFile, before: ReadableFiles['found'], depth: number,
): ReadableFiles['found'] {
  const inside = depth === 0 ? '' : ' of what was packed inside';
  const own = damaged.map((report) => ({ ...report, reason: `the ${contents.wrapping} wrapping${inside}: ${report.reason}` }));
  const problem: DamageReport[] = contents.problem === null ? [] : [{ at: 0, unit: 'offset', reason: contents.problem, records: null }];
  return {
    system: {
      ...before.system,
      wrapping: depth === 0 ? contents.wrapping : `${String(before.system['wrapping'])}, ${contents.wrapping}`,
      packedBytes: depth === 0 ? statSync(first.file).size : (before.system['packedBytes'] ?? null),
      ...(contents.wrapping === 'zip' && { member: streams[0]?.name ?? '' }),
    },
    damaged: [...before.damaged, ...problem, ...own],
  };
}
