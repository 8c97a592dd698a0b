/**
 * Which process and thread a number meant at which moment: both are used again within a trace.
 *
 * Source: etw-formats.md 11.3. Lives are intervals of source indexes. A rundown says that something was there before the recording began, an end rundown that it
 * was there when the recording ended; a circular log may hold nothing but the latter. A number outside every known life means the nearest one.
 */
import { assertExists } from '../../base/assert.ts';
import type { ImportTally } from '../importTally.ts';
import type { ProcessIndex, TraceProcess } from '../record.ts';
import type { EtwProcess, EtwThread } from './kernelEvent.ts';
import { limits } from './limits.ts';

/** What ETW writes for a number it does not know. */
export const unknownId = 0xffff_ffff;

interface Life {
  from: number;
  to: number;
}

interface ProcessLife extends Life {
  process: TraceProcess;
}

interface ThreadLife extends Life {
  readonly pid: number;
}

export class ProcessTable {
  readonly #tally: ImportTally;
  readonly #processes = new Map<number, ProcessLife[]>();
  readonly #threads = new Map<number, ThreadLife[]>();
  #processCount = 0;
  #threadCount = 0;
  /** The last answers: neighbours mostly belong to one process. */
  #lastLife: ProcessLife | null = null;
  #lastThread: ThreadLife | null = null;
  #lastTid = -1;
  /** True where something was not learned because a table was full. */
  full = false;

  constructor(tally: ImportTally) {
    this.#tally = tally;
  }

  learnProcess(event: EtwProcess): void {
    const { life: what, processId, sourceIndex } = event;
    const open = this.#openProcess(processId);
    if (what === 'start') {
      // A merged trace tells of one start twice, by two providers.
      if (open !== null && open.from === -Infinity && open.process.startTime === null && sameImage(open.process.name, event.imageName)) this.#enrich(open, event);
      else if (open !== null && open.from > -Infinity && sameImage(open.process.name, event.imageName)) this.#enrich(open, event);
      else this.#begin(open, event, sourceIndex);
      return;
    }
    const life = open ?? this.#ended(processId, what, event) ?? this.#begin(null, event, -Infinity);
    if (life === null) return;
    this.#enrich(life, event);
    if (what === 'end' && life.to === Infinity) life.to = sourceIndex;
  }

  /** A second end (of another provider), or the object a process leaves behind, belongs to the life that ended. */
  #ended(pid: number, what: string, event: EtwProcess): ProcessLife | null {
    if (what !== 'end' && what !== 'defunct') return null;
    const last = this.#processes.get(pid)?.at(-1);
    return last !== undefined && (event.imageName === '' || sameImage(last.process.name, event.imageName)) ? last : null;
  }

  #begin(open: ProcessLife | null, event: EtwProcess, from: number): ProcessLife | null {
    if (open !== null) open.to = event.sourceIndex;
    return this.#add(event.processId, from, nameOf(event), event);
  }

  #add(pid: number, from: number, name: string, event: EtwProcess | null): ProcessLife | null {
    if (this.#processCount >= limits.processes) {
      this.full = true;
      return null;
    }
    const process: TraceProcess = {
      index: this.#processCount++ as ProcessIndex, pid, parentPid: null, name, imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: null,
      startTime: null, endTime: null,
    };
    const life: ProcessLife = { from, to: Infinity, process };
    const lives = this.#processes.get(pid);
    if (lives === undefined) this.#processes.set(pid, [life]);
    else lives.push(life);
    this.#lastLife = null;
    if (event === null) this.#tally.process(process);
    else this.#enrich(life, event);
    return life;
  }

  #openProcess(pid: number): ProcessLife | null {
    const last = this.#processes.get(pid)?.at(-1);
    return last !== undefined && last.to === Infinity ? last : null;
  }

  #enrich(life: ProcessLife, event: EtwProcess): void {
    const known = life.process;
    life.process = {
      ...known,
      name: event.imageName !== '' && isPlaceholder(known) ? event.imageName : known.name,
      parentPid: known.parentPid ?? event.parentId,
      imagePath: known.imagePath ?? event.imagePath,
      commandLine: known.commandLine ?? event.commandLine,
      user: known.user ?? event.user,
      is64Bit: known.is64Bit ?? event.is64Bit,
      startTime: known.startTime ?? event.createTime ?? (event.life === 'start' ? event.time : null),
      endTime: known.endTime ?? event.exitTime ?? (event.life === 'end' ? event.time : null),
    };
    this.#tally.process(life.process);
  }

  /** The first image of a process that is called as the process tells where it lies. */
  learnImage(pid: number, path: string, sourceIndex: number): void {
    const life = this.#lifeAt(pid, sourceIndex);
    if (life === null || life.process.imagePath !== null || !sameImage(life.process.name, baseName(path))) return;
    life.process = { ...life.process, imagePath: path };
    this.#tally.process(life.process);
  }

  learnName(pid: number, imageName: string): void {
    const last = this.#processes.get(pid)?.at(-1);
    if (last === undefined) {
      this.#add(pid, -Infinity, imageName, null);
    } else if (isPlaceholder(last.process)) {
      last.process = { ...last.process, name: imageName };
      this.#tally.process(last.process);
    }
  }

  learnThread(event: EtwThread): void {
    const { life: what, threadId, processId, sourceIndex } = event;
    if (what === 'named') return;
    const lives = this.#threads.get(threadId);
    const last = lives?.at(-1);
    const open = last !== undefined && last.to === Infinity ? last : null;
    if (what === 'end' && open?.pid === processId) {
      open.to = sourceIndex;
      return;
    }
    // Told twice, or an end or end rundown of a thread that is known.
    if (last !== undefined && last.pid === processId && (open !== null || what !== 'start')) return;
    if (this.#threadCount >= limits.threads) {
      this.full = true;
      return;
    }
    this.#threadCount += 1;
    this.#lastThread = null;
    if (open !== null) open.to = sourceIndex;
    const from = what === 'start' ? sourceIndex : (last?.to ?? -Infinity);
    const life: ThreadLife = { from, to: what === 'end' ? sourceIndex : Infinity, pid: processId };
    if (lives === undefined) this.#threads.set(threadId, [life]);
    else lives.push(life);
  }

  /** The process a thread belonged to; null for a thread that no event tells of. */
  processOfThread(tid: number, sourceIndex: number): number | null {
    const known = this.#lastThread;
    if (known !== null && this.#lastTid === tid && sourceIndex >= known.from && sourceIndex <= known.to) return known.pid;
    const life = lifeAt(this.#threads.get(tid), sourceIndex);
    if (life === null) return null;
    this.#lastThread = life;
    this.#lastTid = tid;
    return life.pid;
  }

  /** Never fails: a process nothing is known of is called `pid NNN`. */
  indexOf(pid: number, sourceIndex: number): ProcessIndex {
    const known = this.#lastLife;
    if (known !== null && known.process.pid === pid && sourceIndex >= known.from && sourceIndex <= known.to) return known.process.index;
    const life = this.#lifeAt(pid, sourceIndex) ?? this.#add(pid, -Infinity, placeholder(pid), null) ?? this.#overflow();
    this.#lastLife = life;
    return life.process.index;
  }

  #lifeAt(pid: number, sourceIndex: number): ProcessLife | null {
    return lifeAt(this.#processes.get(pid), sourceIndex);
  }

  #overflow(): ProcessLife {
    return assertExists(this.#processes.values().next().value?.[0]);
  }
}

/** The life that holds `sourceIndex`, else the nearest one. */
function lifeAt<T extends Life>(lives: readonly T[] | undefined, sourceIndex: number): T | null {
  if (lives === undefined) return null;
  if (lives.length === 1) return lives[0] ?? null;
  // The last life that began by then; lives do not overlap and stand in order.
  let low = 0;
  let high = lives.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (assertExists(lives[middle]).from <= sourceIndex) low = middle + 1;
    else high = middle;
  }
  const before = lives[low - 1];
  const after = lives[low];
  if (before === undefined) return after ?? null;
  if (after === undefined || sourceIndex <= before.to) return before;
  return sourceIndex - before.to <= after.from - sourceIndex ? before : after;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);

/** Windows before 8 cuts image names to 14 characters. */
function sameImage(name: string, other: string): boolean {
  const [a, b] = [name.toLowerCase(), other.toLowerCase()];
  return a === b || (a.length === 14 && b.startsWith(a)) || (b.length === 14 && a.startsWith(b));
}

function placeholder(pid: number): string {
  if (pid === unknownId) return '<unknown process>';
  return pid === 0 ? 'Idle' : pid === 4 ? 'System' : `pid ${pid}`;
}

const isPlaceholder = (process: TraceProcess): boolean => process.name === placeholder(process.pid);

const nameOf = (event: EtwProcess): string => (event.imageName === '' ? placeholder(event.processId) : event.imageName);
