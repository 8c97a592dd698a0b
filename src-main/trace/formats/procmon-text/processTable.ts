/** The processes of an export, as far as its columns and its process events tell of them. */
import type { ImportTally } from '../../importTally.ts';
import type { ProcessIndex, TraceProcess, TraceTime } from '../../record.ts';
import type { Columns } from './columns.ts';
import type { TextRow } from './textRow.ts';

interface Entry {
  process: TraceProcess;
}

/** A machine never has as many; a damaged file may. What is forgotten comes again as another process. */
const maximumKept = 65_536;

export class ProcessTable {
  readonly #columns: Columns;
  readonly #tally: ImportTally;
  /** By pid, then by name: the one seen last. */
  readonly #byPid = new Map<number, Map<string, Entry>>();
  #kept = 0;
  #count: number;

  /** `first` is the first index that is free. */
  constructor(columns: Columns, tally: ImportTally, first = 0) {
    this.#columns = columns;
    this.#tally = tally;
    this.#count = first;
  }

  /** Names the process of a row; one that was not seen before is described by the row. */
  of(row: TextRow, pid: number): ProcessIndex {
    return this.#entry(row, pid).process.index;
  }

  /** A process whose start comes after other events of its pid is another process of that name. */
  started(row: TextRow, pid: number, time: TraceTime): ProcessIndex {
    const entry = this.#add(row, pid, row.text(this.#columns.process));
    this.#change(entry, { startTime: time });
    return entry.process.index;
  }

  ended(row: TextRow, pid: number, time: TraceTime): ProcessIndex {
    const entry = this.#entry(row, pid);
    this.#change(entry, { endTime: time });
    return entry.process.index;
  }

  #entry(row: TextRow, pid: number): Entry {
    const name = row.text(this.#columns.process);
    return this.#byPid.get(pid)?.get(name) ?? this.#add(row, pid, name);
  }

  #change(entry: Entry, changed: Partial<TraceProcess>): void {
    entry.process = { ...entry.process, ...changed };
    this.#tally.process(entry.process);
  }

  #add(row: TextRow, pid: number, name: string): Entry {
    const { imagePath, commandLine, user, integrity, architecture, parentPid } = this.#columns;
    const parent = row.count(parentPid);
    const bits = row.text(architecture);
    const process: TraceProcess = {
      index: this.#count as ProcessIndex,
      pid: Math.max(0, pid),
      parentPid: parent < 0 ? null : parent,
      name,
      imagePath: row.text(imagePath) || null,
      commandLine: row.text(commandLine) || null,
      user: row.text(user) || null,
      integrity: row.text(integrity) || null,
      is64Bit: bits === '64-bit' ? true : bits === '32-bit' ? false : null,
      startTime: null,
      endTime: null,
    };
    this.#count += 1;
    const entry = { process };
    this.#keep(pid, name, entry);
    this.#tally.process(process);
    return entry;
  }

  #keep(pid: number, name: string, entry: Entry): void {
    if (this.#kept >= maximumKept) {
      this.#byPid.clear();
      this.#kept = 0;
    }
    this.#kept += 1;
    const namesakes = this.#byPid.get(pid);
    if (namesakes === undefined) this.#byPid.set(pid, new Map([[name, entry]]));
    else namesakes.set(name, entry);
  }
}
