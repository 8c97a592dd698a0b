/** The `<processlist>` of an XML export: processes with their modules. Its times are FILETIME, in UTC. Source: procmon-formats.md 13. */
import type { ImportTally } from '../../importTally.ts';
import type { ProcessIndex, TraceProcess, TraceTime } from '../../record.ts';
import type { XmlReader } from '../../xml/xmlReader.ts';

/** A machine has some hundreds; this bounds what a damaged file can make of it. */
const maximumProcesses = 65_536;

type Values = Map<string, string>;

export class ProcessList {
  readonly #tally: ImportTally;
  /** By Procmon's number of the process. */
  readonly #indexes = new Map<number, ProcessIndex>();
  #count = 0;
  /** The newest time of a start, an end or a module; null where there is none. */
  newestTime: TraceTime | null = null;

  constructor(tally: ImportTally) {
    this.#tally = tally;
  }

  get count(): number {
    return this.#count;
  }

  of(processIndex: number): ProcessIndex | null {
    return processIndex < 0 ? null : (this.#indexes.get(processIndex) ?? null);
  }

  /** Reads up to the end of the process; false where damage came first: what was read of it until then is kept. */
  read(xml: XmlReader): boolean {
    const outside = xml.depth - 1;
    const values: Values = new Map();
    let process: TraceProcess | null = null;
    for (;;) {
      const token = xml.next();
      if (token === 'leaf') {
        values.set(xml.name, xml.text());
      } else if (token === 'open' && xml.name === 'module') {
        process ??= this.#add(values);
        if (!this.#module(xml, process)) return false;
      } else if (token === 'damage' || token === 'end') {
        process ??= this.#add(values);
        return false;
      } else if (token === 'close' && xml.depth <= outside) {
        process ??= this.#add(values);
        return true;
      }
    }
  }

  #add(values: Values): TraceProcess {
    const text = (name: string): string | null => values.get(name) || null;
    const bits = values.get('Is64bit');
    const process: TraceProcess = {
      index: this.#count as ProcessIndex,
      pid: numberOf(values.get('ProcessId')) ?? 0,
      parentPid: numberOf(values.get('ParentProcessId')),
      name: values.get('ProcessName') ?? '',
      imagePath: text('ImagePath'),
      commandLine: text('CommandLine'),
      user: text('Owner'),
      integrity: text('Integrity'),
      is64Bit: bits === '1' ? true : bits === '0' ? false : null,
      startTime: this.#time(values.get('CreateTime')),
      endTime: this.#time(values.get('FinishTime')),
    };
    this.#count += 1;
    const number = numberOf(values.get('ProcessIndex'));
    if (number !== null && this.#indexes.size < maximumProcesses) this.#indexes.set(number, process.index);
    this.#tally.process(process);
    return process;
  }

  #module(xml: XmlReader, process: TraceProcess): boolean {
    const outside = xml.depth - 1;
    const values: Values = new Map();
    for (;;) {
      const token = xml.next();
      if (token === 'leaf') values.set(xml.name, xml.text());
      else if (token === 'damage' || token === 'end') return false;
      else if (token === 'close' && xml.depth <= outside) break;
    }
    const text = (name: string): string | null => values.get(name) || null;
    const base = values.get('BaseAddress') ?? '';
    this.#tally.module({
      process: process.index,
      base: /^0x[0-9a-fA-F]{1,16}$/.test(base) ? BigInt(base) : 0n,
      size: numberOf(values.get('Size')) ?? 0,
      path: values.get('Path') ?? '',
      loadTime: this.#time(values.get('Timestamp')),
      version: text('Version'),
      company: text('Company'),
      description: text('Description'),
    });
    return true;
  }

  /** 0 is no time. */
  #time(text: string | undefined): TraceTime | null {
    const time = text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
    if (time === 0n || time > 0x7fff_ffff_ffff_ffffn) return null;
    if (this.newestTime === null || time > this.newestTime) this.newestTime = time as TraceTime;
    return time as TraceTime;
  }
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff ? Number(text) : null;
}
