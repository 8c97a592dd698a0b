/** Refuses in one sentence, before anything is done for it, a file that cannot be imported. */
import { detectTraceFormat } from '../trace/detect.ts';
import { hostErrors } from './errors.ts';
import { openFileSource } from './fileSource.ts';
import { isSessionFile } from './sessionService.ts';
import { chooseMember } from './unpack/unpackSource.ts';
import { wrappedContents } from './unpack/wrappedContents.ts';
import type { SourceFile } from './workers/messages.ts';

/** `member`: which one of an archive is wanted. */
export async function checkImportable({ file, name }: SourceFile, member: string | null): Promise<void> {
  if (isSessionFile(file)) throw hostErrors.sessionAmongTraces(name);
  const contents = await wrappedContents(file, name);
  if (contents !== null) {
    chooseMember(contents, name, member);
    return;
  }
  const source = openFileSource(file, name);
  try {
    detectTraceFormat(source);
  } finally {
    source.close();
  }
}
