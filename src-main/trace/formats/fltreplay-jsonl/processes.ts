/** The processes of JSON Lines: those that lines of their own describe, and those that only stand beside an operation. */
import type { ImportTally } from '../../importTally.ts';
import type { ProcessIndex, TraceProcess } from '../../record.ts';
import * as read from './fields.ts';
import type { JsonObject } from './fields.ts';

/** A machine never has as many; a damaged file may. */
const maximumProcesses = 1_000_000;

export class JsonProcesses {
  readonly #tally: ImportTally;
  /** By the number that the lines give them. */
  readonly #described = new Map<number, ProcessIndex>();
  /** By name, then by pid: as JSON objects of one trace share their names, this is quicker than a key of both. */
  readonly #named = new Map<string, Map<number, ProcessIndex>>();
  #count = 0;

  constructor(tally: ImportTally) {
    this.#tally = tally;
  }

  /** Reads the line of a process; says what is wrong with it. */
  read(value: JsonObject): string | undefined {
    const index = read.count(value['index']);
    const pid = read.word(value['pid']);
    const [startTime, endTime] = [read.time(value['startTime']), read.time(value['endTime'])];
    const [name, imagePath, commandLine] = [read.text(value['name']), read.text(value['imagePath']), read.text(value['commandLine'])];
    const [user, integrity, is64Bit, parentPid] = [read.text(value['user']), read.text(value['integrity']), read.truth(value['is64Bit']), read.word(value['parentPid'])];
    if (typeof index !== 'number' || typeof pid !== 'number' || typeof name !== 'string') return 'process has no index, pid or name';
    if (startTime === undefined || endTime === undefined) return 'startTime or endTime is not ISO 8601 with 7 decimals';
    if (imagePath === undefined || commandLine === undefined || user === undefined || integrity === undefined) return 'imagePath, commandLine, user or integrity is no text';
    if (is64Bit === undefined || parentPid === undefined) return 'is64Bit or parentPid is of another kind';
    const known = this.#described.get(index);
    if (known === undefined && this.#count >= maximumProcesses) return 'there are too many processes';
    const own = known ?? this.#take();
    this.#described.set(index, own);
    this.#name(name, pid, own);
    this.#tally.process({ index: own, pid, parentPid, name, imagePath, commandLine, user, integrity, is64Bit, startTime, endTime });
    return undefined;
  }

  /** The process of a line: by number, else by name and pid. null for a line without any; a text says what is wrong. */
  of(value: JsonObject): ProcessIndex | string | null {
    const { processIndex, process, pid } = value;
    if (typeof processIndex === 'number') {
      const described = this.#described.get(processIndex);
      if (described !== undefined) return described;
    }
    if (typeof process !== 'string') return processIndex === undefined || processIndex === null ? null : 'processIndex is that of no process line before';
    const id = read.word(pid);
    return typeof id === 'number' ? this.#find(process, id) : 'pid is no number';
  }

  #find(name: string, pid: number): ProcessIndex | string {
    const known = this.#named.get(name)?.get(pid);
    if (known !== undefined) return known;
    if (this.#count >= maximumProcesses) return 'there are too many processes';
    const index = this.#take();
    this.#name(name, pid, index);
    const process: TraceProcess = {
      index, pid, parentPid: null, name, imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: null, startTime: null, endTime: null,
    };
    this.#tally.process(process);
    return index;
  }

  #take(): ProcessIndex {
    this.#count += 1;
    return (this.#count - 1) as ProcessIndex;
  }

  #name(name: string, pid: number, index: ProcessIndex): void {
    const namesakes = this.#named.get(name);
    if (namesakes === undefined) this.#named.set(name, new Map([[pid, index]]));
    else namesakes.set(pid, index);
  }
}
