/** From files to imports: what the user chose is looked at, and asked about where that is needed. */
import type { UploadFile } from '../backend/upload.ts';
import { useCandidates } from '../stores/candidates.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useImports } from '../stores/imports.ts';
import { useNotices } from '../stores/notices.ts';
import type { RecentFile } from '../stores/recent.ts';
import { useSession } from '../stores/session.ts';

/** A dialog that would be closed again at once is not opened: most files are known sooner than this. */
const patienceMilliseconds = 250;

/** Traces and sessions are opened; the files of a driver, with its manifest, become one. */
export async function openFiles(files: readonly (File & UploadFile)[]): Promise<void> {
  if (!files.some(({ name }) => name.endsWith('.ts'))) return consider(() => useCandidates().addFiles(files));
  const dialogs = useDialogs();
  dialogs.droppedFiles = files;
  dialogs.show('addDriver');
}

export async function openPaths(paths: readonly string[]): Promise<void> {
  await consider(() => useCandidates().addPaths(paths));
}

/** Opens what was open before: a session at once, a trace as if it had been chosen anew. */
export async function openRecent(file: RecentFile): Promise<void> {
  try {
    if (file.kind === 'session') await useSession().open(file.path);
    else await openPaths([file.path]);
  } catch (error) {
    useNotices().report(error);
  }
}

async function consider(add: () => void): Promise<void> {
  const candidates = useCandidates();
  const dialogs = useDialogs();
  add();
  if (candidates.list.length === 0) return;
  await Promise.race([candidates.looked(), new Promise((resolve) => setTimeout(resolve, patienceMilliseconds))]);
  if (dialogs.open === 'import') return;
  const only = candidates.list.length === 1 ? candidates.list[0] : undefined;
  const { detection } = only ?? {};
  // A session is opened and not imported: nothing has to be asked.
  if (detection?.kind === 'session') await useImports().start(candidates.accept('session'), 'new');
  else if (detection?.kind === 'refused') {
    // Nothing can be chosen about it: the window says why, and stays as it is.
    candidates.clear();
    useNotices().add('error', detection.message);
  } else dialogs.show('import');
}
