/** Tells what a file is before it is imported: its format, its parts, and its first records. */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { DetectedTrace, ImportSource, TraceDetection } from '../../src-preload/contract/index.ts';
import { detectTraceFormat } from '../trace/detect.ts';
import type { TraceFormat } from '../trace/traceFormat.ts';
import { openFileSource } from './fileSource.ts';
import { sourceName } from './importPlan.ts';
import { partsBeside } from './logParts.ts';
import { isSessionFile } from './sessionService.ts';
import type { UploadService } from './uploadService.ts';
import type { QueryMap, SourceFile } from './workers/messages.ts';
import type { QueryClient } from './workers/queryClient.ts';

const previewRows = 20;

/** The files of a source before it is taken over; `whole`: all bytes are there. */
interface Candidate {
  readonly files: readonly SourceFile[];
  readonly whole: boolean;
}

export class DetectionService {
  readonly #queries: QueryClient;
  readonly #uploads: UploadService;
  readonly #sampleFile: (name: string) => string;

  constructor(queries: QueryClient, uploads: UploadService, sampleFile: (name: string) => string) {
    this.#queries = queries;
    this.#uploads = uploads;
    this.#sampleFile = sampleFile;
  }

  async detect(source: ImportSource, _member: string | undefined): Promise<TraceDetection> {
    let bytes = 0;
    try {
      const { files, whole } = this.#candidate(source);
      bytes = files.reduce((sum, { file }) => sum + statSync(file).size, 0);
      const [first] = files;
      if (first === undefined) throw new Error('a source without files');
      return isSessionFile(first.file) ? { kind: 'session', name: first.name, bytes } : await this.#trace(files, whole, bytes, first);
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      if (typeof code !== 'string' || typeof message !== 'string') throw error;
      return { kind: 'refused', name: sourceName({ source }, this.#uploads), bytes, code, message };
    }
  }

  async #trace(files: readonly SourceFile[], whole: boolean, bytes: number, first: SourceFile): Promise<DetectedTrace> {
    const format = formatOf(first);
    const found = whole ? await this.#preview(files) : null;
    return {
      kind: 'trace', name: first.name, bytes, format: format.id, formatTitle: format.title, wrapping: 'none', members: [],
      parts: files.length > 1 ? files.map(({ file, name }) => ({ name, bytes: statSync(file).size })) : [],
      asks: asksOf(format, found?.timeAssumed === true),
      preview: found === null ? null : { rows: found.rows, firstTime: found.firstTime, system: found.system },
    };
  }

  #preview([source, ...parts]: readonly SourceFile[]): Promise<QueryMap['preview']['result']> {
    if (source === undefined) throw new Error('a source without files');
    return this.#queries.ask('preview', { source, parts, hashed: [], found: { system: {}, damaged: [] }, rows: previewRows });
  }

  #candidate(source: ImportSource): Candidate {
    if (source.kind === 'upload') {
      const uploads = [source.uploadId, ...(source.parts ?? [])].map((id) => this.#uploads.peek(id));
      return { files: uploads, whole: uploads.every(({ size, received }) => size === received) };
    }
    const file = source.kind === 'sample' ? this.#sampleFile(source.name) : path.resolve(source.path);
    openFileSource(file).close();
    return { files: source.kind === 'path' && source.alone !== true ? partsBeside(file) : [{ file, name: path.basename(file) }], whole: true };
  }
}

function formatOf({ file, name }: SourceFile): TraceFormat {
  const source = openFileSource(file, name);
  try {
    return detectTraceFormat(source);
  } finally {
    source.close();
  }
}

function asksOf(format: TraceFormat, timeAssumed: boolean): DetectedTrace['asks'] {
  const asks: DetectedTrace['asks'][number][] = timeAssumed ? ['assumedDate'] : [];
  return format.localTimes === true ? [...asks, 'utcOffset'] : asks;
}
