/** A list of ETW events in a short notation, and what the correlator makes of them. Times are microseconds since the start of the trace. */
import { EtwCorrelator } from '../../../src-main/trace/etw/correlator.ts';
import { fileStartTypes } from '../../../src-main/trace/etw/kernelEvent.ts';
import type { EtwEvent, EtwFileName, EtwFileNote, EtwFileStart, EtwLife, EtwLoss, FileParameters } from '../../../src-main/trace/etw/kernelEvent.ts';
import { ImportTally } from '../../../src-main/trace/importTally.ts';
import type { ContextEvent, ImportSummary, OperationRecord, TraceModule, TraceProcess, TraceTime } from '../../../src-main/trace/record.ts';
import { ticksAt } from './etwScenario.ts';

export interface Correlated {
  readonly summary: ImportSummary;
  /** In order of issue, as the session keeps them. */
  readonly operations: readonly OperationRecord[];
  readonly processes: readonly TraceProcess[];
  readonly modules: readonly TraceModule[];
  readonly contextEvents: readonly ContextEvent[];
}

type StartName = keyof typeof fileStartTypes;
interface Where {
  readonly irp?: number;
  readonly fo?: number;
  readonly key?: number;
  readonly pid?: number | null;
  readonly tid?: number | null;
  readonly provider?: 'FileIo' | 'Kernel-File';
}
type Entry = EtwEvent | { readonly kind: 'loss'; readonly loss: EtwLoss };

export class EtwTape {
  readonly #entries: Entry[] = [];
  #index = 0;

  #head(t: number, name: string, where: Where = {}) {
    const { pid = 1234, tid = 1240 } = where;
    return { sourceIndex: this.#index++, time: ticksAt(t) as TraceTime, pid, tid, processor: 0, name, stack: null };
  }

  add(event: EtwEvent): this {
    this.#entries.push(event);
    return this;
  }

  start(t: number, type: StartName, where: Where, parameters: FileParameters, path: string | null = null): this {
    const { irp = 1, fo = 2, key = 0, provider = 'FileIo' } = where;
    const event: EtwFileStart = {
      ...this.#head(t, `${provider}/${type}`, where), kind: 'fileStart', provider, type: fileStartTypes[type], irp, fileObject: fo, fileKey: key, issuingTid: null, path, parameters,
    };
    return this.add(event);
  }

  create(t: number, where: Where, path: string, createOptions = 0x0100_0060): this {
    return this.start(t, 'create', where, { class: 'create', createOptions, fileAttributes: 0, shareAccess: 7 }, path);
  }

  read(t: number, where: Where, offset = 0, ioSize = 4096, ioFlags = 0x60900): this {
    return this.start(t, 'read', where, { class: 'readWrite', offset: BigInt(offset), ioSize, ioFlags, extraFlags: 0 });
  }

  simple(t: number, type: 'cleanup' | 'close' | 'flush', where: Where): this {
    return this.start(t, type, where, { class: 'simple' });
  }

  info(t: number, type: 'setInfo' | 'delete' | 'rename' | 'queryInfo', where: Where, infoClass: number, extraInfo = 0): this {
    return this.start(t, type, where, { class: 'info', infoClass, extraInfo });
  }

  note(t: number, type: EtwFileNote['type'], where: Where, path: string): this {
    const { irp = 1, fo = 2, key = 0, provider = 'FileIo' } = where;
    return this.add({ ...this.#head(t, `FileIo/${type}`, where), kind: 'fileNote', provider, type, irp, fileObject: fo, fileKey: key, path });
  }

  end(t: number, irp = 1, status = 0, information = 0, provider: 'FileIo' | 'Kernel-File' = 'FileIo'): this {
    return this.add({ ...this.#head(t, 'FileIo/OperationEnd', { pid: null, tid: null }), kind: 'fileEnd', provider, irp, information, status });
  }

  name(t: number, nameIs: EtwFileName['nameIs'], fileKey: number, path: string): this {
    return this.add({ ...this.#head(t, `FileIo/${nameIs}`, { pid: null, tid: null }), kind: 'fileName', nameIs, fileKey, path });
  }

  process(t: number, life: EtwLife, processId: number, imageName: string): this {
    return this.add({
      ...this.#head(t, `Process/${life}`, { pid: null, tid: null }), kind: 'process', life, processId, parentId: 4, sessionId: 1, exitStatus: null, user: 'S-1-5-18', imageName,
      imagePath: null, commandLine: null, is64Bit: true, createTime: null, exitTime: null,
    });
  }

  thread(t: number, life: EtwLife, processId: number, threadId: number): this {
    return this.add({ ...this.#head(t, `Thread/${life}`, { pid: null, tid: null }), kind: 'thread', life, processId, threadId, threadName: null });
  }

  volume(ntPath: string, dosPath: string): this {
    return this.add({ ...this.#head(0, 'VolumeMapping', { pid: null, tid: null }), kind: 'volume', ntPath, dosPath });
  }

  masks(...masks: number[]): this {
    return this.add({ ...this.#head(0, 'EventTrace/Extension', { pid: null, tid: null }), kind: 'groupMasks', masks });
  }

  loss(t: number, what: EtwLoss['what'], count: number | null): this {
    this.#entries.push({ kind: 'loss', loss: { what, sourceIndex: this.#index, time: ticksAt(t) as TraceTime, count, processor: 1 } });
    return this;
  }

  /** The head of the next event, for events without a notation of their own. */
  next(t: number, name: string, pid: number | null = null, tid: number | null = null) {
    return this.#head(t, name, { pid, tid });
  }

  play(passes: 'two passes' | 'one pass' = 'two passes'): Correlated {
    const operations: OperationRecord[] = [];
    const processes: TraceProcess[] = [];
    const modules: TraceModule[] = [];
    const contextEvents: ContextEvent[] = [];
    const tally = new ImportTally({
      processes: (batch) => batch.forEach((process) => (processes[process.index] = process)),
      modules: (batch) => void modules.push(...batch),
      contextEvents: (batch) => void contextEvents.push(...batch),
      operations: (batch) => void operations.push(...batch),
      progress: () => true,
    });
    const correlator = new EtwCorrelator(tally);
    if (passes === 'two passes') {
      for (const entry of this.#entries) if (entry.kind !== 'loss') correlator.learn(entry);
      correlator.learned();
    }
    for (const entry of this.#entries) {
      if (entry.kind === 'loss') correlator.lost(entry.loss);
      else correlator.event(entry);
    }
    correlator.finish();
    const summary = tally.summary('test', 0, correlator.system);
    operations.sort((a, b) => a.sourceIndex - b.sourceIndex);
    return { summary, operations, processes, modules, contextEvents };
  }
}
