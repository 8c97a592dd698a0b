/** Lives of files and file objects, found by a look through the whole trace; only operations with one of their names are unpacked. */
import { addressOf } from '../replay/handles/addressedHandles.ts';
import { FileLifeBuilder, type FileLife } from '../replay/life/fileLife.ts';
import { connectedNames, namesOf, type NameSpan, type Rename } from '../replay/life/fileNames.ts';
import { targetPath } from '../replay/fileObjects.ts';
import { operationFlags, operationOf, operationSchema } from '../replay/operationPage.ts';
import { pathKey } from '../replay/recordedPaths.ts';
import { ntSuccess, type NTSTATUS } from '../nt/ntStatus.ts';
import { FileRenameInformation, FileRenameInformationEx, IRP_MJ_SET_INFORMATION } from '../nt/values.generated.ts';
import type { Database } from './database.ts';
import { pageKinds, PageReader } from './pageStore.ts';
import type { TraceReader } from './traceReader.ts';
import type { StoredOperationPage } from './whereMask.ts';

export interface LifeOf {
  readonly of: 'handle' | 'file';
  readonly index: number;
  readonly path: string | null;
}

export interface StoredLife extends FileLife {
  readonly names: readonly NameSpan[];
}

const renamePattern = new RegExp(`"FileInformationClass":(?:${FileRenameInformation}|${FileRenameInformationEx})(?!\\d)`);

export class LifeReader {
  readonly #traces: TraceReader;
  readonly #pages: PageReader<typeof operationSchema>;
  readonly #db: Database;

  constructor(db: Database, traces: TraceReader) {
    this.#db = db;
    this.#traces = traces;
    this.#pages = new PageReader(db, pageKinds.operations, operationSchema);
  }

  /** Null where there is no such operation. */
  life(trace: number, { of, index, path }: LifeOf): StoredLife | null {
    return this.#db.transaction(() => {
      const own = this.#traces.operation(trace, index);
      if (own === undefined) return null;
      const name = path ?? own.path ?? '';
      const renames = this.#renames(trace);
      const names = namesOf(renames, name, index);
      const builder = new FileLifeBuilder(of, index, names);
      const processes = new Map(this.#traces.processes(trace).map((process) => [Number(process.index), process.pid]));
      const wanted = wantedRows(connectedNames(renames, name), of === 'handle' ? addressOf(own) : null);
      for (const entry of this.#pages.entries(trace)) {
        const page = this.#pages.open(entry);
        for (const row of wanted(page)) {
          const op = operationOf(page, row, entry.first + row);
          builder.add(op, processes.get(op.process) ?? 0);
        }
      }
      return { ...builder.end(), names };
    }).deferred();
  }

  #renames(trace: number): Rename[] {
    const renames: Rename[] = [];
    for (const entry of this.#pages.entries(trace)) {
      const page = this.#pages.open(entry);
      const major = page.column('major');
      if (!major.includes(IRP_MJ_SET_INFORMATION)) continue;
      const renaming = new Set(page.details.flatMap((text, at) => (renamePattern.test(text) ? [at + 1] : [])));
      if (renaming.size === 0) continue;
      const [detail, status, flags] = [page.column('detail'), page.column('status'), page.column('flags')];
      for (let row = 0; row < page.count; row++) {
        if (major[row] !== IRP_MJ_SET_INFORMATION || !renaming.has(detail[row] ?? 0)) continue;
        if (((flags[row] ?? 0) & operationFlags.hasStatus) === 0 || !ntSuccess((status[row] ?? 0) as NTSTATUS)) continue;
        const op = operationOf(page, row, entry.first + row);
        const to = targetPath(op);
        if (op.path !== null && to !== null) renames.push({ index: op.index, from: op.path, to });
      }
    }
    return renames;
  }
}

/** Rows of a page with one of the names, or with the address of the file object in their details. */
function wantedRows(keys: ReadonlySet<string>, address: number | bigint | string | null): (page: StoredOperationPage) => number[] {
  const mark = address === null ? null : `"FileObject":${typeof address === 'bigint' ? `{"$bigint":"${address}"}` : JSON.stringify(address)}`;
  return (page) => {
    const named = new Set(page.texts.flatMap((text, at) => (keys.has(pathKey(text)) ? [at + 1] : [])));
    const addressed = mark === null ? none : new Set(page.details.flatMap((text, at) => (text.includes(mark) ? [at + 1] : [])));
    const rows: number[] = [];
    if (named.size === 0 && addressed.size === 0 && !keys.has('')) return rows;
    const [path, detail] = [page.column('path'), addressed.size === 0 ? null : page.column('detail')];
    for (let row = 0; row < page.count; row++) {
      const number = path[row] ?? 0;
      if ((number === 0 ? keys.has('') : named.has(number)) || (detail !== null && addressed.has(detail[row] ?? 0))) rows.push(row);
    }
    return rows;
  };
}

const none: ReadonlySet<number> = new Set();
