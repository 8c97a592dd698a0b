/** Tells what a file is before it is imported: its format, how it is wrapped, its parts, and its first records. */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { DetectedTrace, ImportSource, TraceDetection, Wrapping } from '../../src-preload/contract/index.ts';
import { assertExists } from '../base/assert.ts';
import { detectTraceFormat } from '../trace/detect.ts';
import type { UnknownTime } from '../trace/record.ts';
import type { TraceFormat } from '../trace/traceFormat.ts';
import { openFileSource } from './fileSource.ts';
import { sourceName } from './importPlan.ts';
import { partsBeside } from './logParts.ts';
import { isSessionFile } from './sessionService.ts';
import type { TemporaryFiles } from './temporaryFiles.ts';
import { chooseMember, readableFiles } from './unpack/unpackSource.ts';
import { wrappedContents, type WrappedMember } from './unpack/wrappedContents.ts';
import type { UploadService } from './uploadService.ts';
import type { QueryMap, SourceFile } from './workers/messages.ts';
import type { QueryClient } from './workers/queryClient.ts';

const previewRows = 20;
/** Wrapped files up to this size are unpacked for their preview, as far as they do not become larger than the second. */
const previewPackedBytes = 16 * 2 ** 20;
const previewUnpackedBytes = 256 * 2 ** 20;

type Preview = QueryMap['preview']['result'];

/** The files of a source before it is taken over; `whole`: all bytes are there. */
interface Candidate {
  readonly files: readonly SourceFile[];
  readonly bytes: number;
  readonly whole: boolean;
}

/** What can be told without reading records. */
interface Told {
  readonly wrapping: Wrapping;
  readonly members: readonly WrappedMember[];
  /** Null where only unpacking tells. */
  readonly format: TraceFormat | null;
}

export class DetectionService {
  readonly #queries: QueryClient;
  readonly #uploads: UploadService;
  readonly #temporaryFiles: TemporaryFiles;
  readonly #sampleFile: (name: string) => string;

  constructor(queries: QueryClient, uploads: UploadService, temporaryFiles: TemporaryFiles, sampleFile: (name: string) => string) {
    this.#queries = queries;
    this.#uploads = uploads;
    this.#temporaryFiles = temporaryFiles;
    this.#sampleFile = sampleFile;
  }

  async detect(source: ImportSource, member: string | undefined): Promise<TraceDetection> {
    let bytes = 0;
    try {
      const candidate = this.#candidate(source);
      bytes = candidate.bytes;
      const first = firstOf(candidate);
      return isSessionFile(first.file) ? { kind: 'session', name: first.name, bytes } : await this.#trace(candidate, member ?? null);
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      if (typeof code !== 'string' || typeof message !== 'string') throw error;
      return { kind: 'refused', name: sourceName({ source }, this.#uploads), bytes, code, message };
    }
  }

  async #trace(candidate: Candidate, member: string | null): Promise<DetectedTrace> {
    const { name } = firstOf(candidate);
    const told = await tell(firstOf(candidate), member);
    const unpacked = candidate.whole ? await this.#preview(candidate, told, member) : null;
    const format = unpacked?.format ?? told.format;
    const preview = unpacked?.preview ?? null;
    const parts = candidate.files.length > 1 ? candidate.files.map((part) => ({ name: part.name, bytes: statSync(part.file).size })) : [];
    return {
      kind: 'trace', name, bytes: candidate.bytes, parts, wrapping: told.wrapping,
      // Wrapped twice and not unpacked: all that is known is the wrapping.
      format: format?.id ?? '', formatTitle: format?.title ?? '',
      members: told.wrapping === 'zip' ? told.members.map((one) => ({ name: one.name, bytes: one.bytes ?? 0, format: one.format?.id ?? '', formatTitle: one.format?.title ?? '' })) : [],
      asks: asksOf(preview?.unknownTimes ?? format?.mayLackTimes ?? []),
      preview: preview === null ? null : { rows: preview.rows, firstTime: preview.firstTime, system: preview.system },
    };
  }

  /** The first records, and the format once it is unpacked; null where that would take too long. */
  async #preview(candidate: Candidate, told: Told, member: string | null): Promise<{ preview: Preview; format: TraceFormat } | null> {
    const isWrapped = told.wrapping !== 'none';
    if (isWrapped && candidate.bytes > previewPackedBytes) return null;
    try {
      const signal = AbortSignal.timeout(10_000);
      const readable = await readableFiles(candidate.files, { member, limit: previewUnpackedBytes }, this.#temporaryFiles, signal, () => undefined);
      if (readable === null) return null;
      try {
        const [source, ...parts] = readable.files;
        const first = assertExists(source, 'a source has files');
        const format = formatOf(first);
        return { format, preview: await this.#queries.ask('preview', { source: first, parts, hashed: [], found: { system: {}, damaged: [] }, rows: previewRows }) };
      } finally {
        readable.dispose();
      }
    } catch (error) {
      if ((error as { code?: unknown }).code === 'unpack-limit') return null;
      throw error;
    }
  }

  #candidate(source: ImportSource): Candidate {
    if (source.kind === 'upload') {
      const uploads = [source.uploadId, ...(source.parts ?? [])].map((id) => this.#uploads.peek(id));
      return { files: uploads, bytes: uploads.reduce((sum, { size }) => sum + size, 0), whole: uploads.every(({ size, received }) => size === received) };
    }
    const file = source.kind === 'sample' ? this.#sampleFile(source.name) : path.resolve(source.path);
    openFileSource(file).close();
    const files = source.kind === 'path' && source.alone !== true ? partsBeside(file) : [{ file, name: path.basename(file) }];
    return { files, bytes: files.reduce((sum, part) => sum + statSync(part.file).size, 0), whole: true };
  }
}

const firstOf = ({ files }: Candidate): SourceFile => assertExists(files[0], 'a source has files');

async function tell(file: SourceFile, member: string | null): Promise<Told> {
  const contents = await wrappedContents(file.file, file.name);
  if (contents === null) return { wrapping: 'none', members: [], format: formatOf(file) };
  const chosen = chooseMember(contents, file.name, member);
  return { wrapping: contents.wrapping, members: contents.members, format: chosen.format };
}

function formatOf({ file, name }: SourceFile): TraceFormat {
  const source = openFileSource(file, name);
  try {
    return detectTraceFormat(source);
  } finally {
    source.close();
  }
}

const choiceOf = { date: 'assumedDate', zone: 'utcOffset' } as const;

const asksOf = (unknown: readonly UnknownTime[]): DetectedTrace['asks'] => unknown.map((what) => choiceOf[what]);
