/* The table of open files. */

export interface OpenFile {
  readonly Name: string;
  Handles: number;
  /* At a time. */
  Most: number;
}

const Files = new Map<string, OpenFile>();
/* Guards the table. Nothing is asked of the file system while it is held. */
const Lock = {} as PFAST_MUTEX;

export function initializeTable(): void {
  ExInitializeFastMutex(Lock);
}

export function countOpened(Name: string): OpenFile {
  ExAcquireFastMutex(Lock);
  const key = Name.toLowerCase();
  const file = Files.get(key) ?? { Name, Handles: 0, Most: 0 };
  Files.set(key, file);
  file.Handles++;
  file.Most = Math.max(file.Most, file.Handles);
  ExReleaseFastMutex(Lock);
  return file;
}

export function countClosed(file: OpenFile): void {
  ExAcquireFastMutex(Lock);
  file.Handles--;
  ExReleaseFastMutex(Lock);
}

/* Those that had the most handles first. */
export const filesOfTable = (): OpenFile[] => [...Files.values()].sort((a, b) => b.Most - a.Most || (a.Name < b.Name ? -1 : 1));
