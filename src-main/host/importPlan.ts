/** Where the bytes of an import come from: a path with the other parts beside it, uploads, or a bundled sample. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ImportRequest, ImportSource } from '../../src-preload/contract/index.ts';
import { hostErrors } from './errors.ts';
import { openFileSource } from './fileSource.ts';
import { inPartOrder, partsAmong, partsBeside } from './logParts.ts';
import type { UploadService } from './uploadService.ts';
import type { SourceFile } from './workers/messages.ts';

/** The files of one trace, as the user has them. */
export interface ImportPlan {
  /** What the trace is called. */
  readonly name: string;
  /** Null where the file came over the network. */
  readonly sourcePath: string | null;
  /** Parts of one log in their order; nearly always one. */
  readonly files: readonly SourceFile[];
  /** Removes files that are ours. */
  readonly dispose: () => void;
}

/** What a source is made of. Takes uploads over: from now on they are the plan's. */
export function planImport(source: ImportSource, uploads: UploadService, sampleFile: (name: string) => string): ImportPlan {
  if (source.kind === 'upload') return planUploads([source.uploadId, ...(source.parts ?? [])].map((id) => uploads.take(id)));
  const file = source.kind === 'sample' ? existingSample(source.name, sampleFile) : path.resolve(source.path);
  checkReadable(file);
  const files = source.kind === 'path' && source.alone !== true ? partsBeside(file) : [{ file, name: path.basename(file) }];
  const [first] = files;
  return { name: first?.name ?? path.basename(file), sourcePath: first?.file ?? file, files, dispose: () => undefined };
}

/** What a source is called before anything of it is known. */
export function sourceName({ source }: ImportRequest, uploads: UploadService): string {
  if (source.kind === 'path') return path.basename(source.path);
  return source.kind === 'sample' ? source.name : (uploads.nameOf(source.uploadId) ?? `upload ${source.uploadId}`);
}

/** Uploads that are parts of one log become one source, where the first of them stands. */
export function joinUploads(requests: readonly ImportRequest[], uploads: UploadService): ImportRequest[] {
  const idByName = new Map<string, number>();
  for (const { source } of requests) if (source.kind === 'upload' && source.parts === undefined) idByName.set(uploads.nameOf(source.uploadId) ?? '', source.uploadId);
  const joined = new Set<number>();
  return requests.flatMap((request) => {
    const { source } = request;
    if (source.kind !== 'upload' || source.parts !== undefined) return [request];
    if (joined.has(source.uploadId)) return [];
    const [first = source.uploadId, ...parts] = partsAmong(uploads.nameOf(source.uploadId) ?? '', [...idByName.keys()]).flatMap((name) => idByName.get(name) ?? []);
    for (const id of [first, ...parts]) joined.add(id);
    return [parts.length === 0 ? request : { ...request, source: { kind: 'upload', uploadId: first, parts } }];
  });
}

function planUploads(taken: readonly SourceFile[]): ImportPlan {
  const files = inPartOrder(taken);
  return {
    name: files[0]?.name ?? '', sourcePath: null, files,
    dispose: () => {
      for (const { file } of files) rmSync(file, { force: true });
    },
  };
}

function existingSample(name: string, sampleFile: (name: string) => string): string {
  const file = sampleFile(name);
  if (!/^[\w-]+$/.test(name) || !existsSync(file)) throw hostErrors.fileMissing(name);
  return file;
}

/** Refuses a file that is missing, a folder, or may not be read, in one sentence. */
function checkReadable(file: string): void {
  openFileSource(file).close();
}
