/** One vector's computer: engine, file system, filters and programs (rules 3 to 5, 9, 15). */
import {
  createEngine, createThread, filterOf, instanceOf, parseName, volumeOf, type Engine, type LowerAnswer, type LowerCall, type LowerDevice, type Operation, type Volume,
} from '../../engine/index.ts';
import {
  FLT_FSTYPE_CDFS, FLT_FSTYPE_EXFAT, FLT_FSTYPE_FAT, FLT_FSTYPE_LANMAN, FLT_FSTYPE_MSFS, FLT_FSTYPE_NPFS, FLT_FSTYPE_NTFS, FLT_FSTYPE_REFS, FLT_FSTYPE_UDFS, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { ModelFileSystem, type ModelVolume, type VolumeDescriptionOfModel } from '../../filesystem/model/index.ts';
import { MDL } from '../../driver-api/kbuffer.ts';
import { resultMatches, showResult } from './compare.ts';
import { filterCall } from './filterCalls.ts';
import { Journal } from './journal.ts';
import { NotationError } from './lineReader.ts';
import { returned, settled, type Outcome } from './outcome.ts';
import type { Pending } from './pending.ts';
import { portCall } from './portCalls.ts';
import { Arguments } from './requests.ts';
import { ScriptedFilter, type Running, type ScriptLine } from './scriptedFilter.ts';
import { systemCall } from './systemCalls.ts';
import { open, Programs, systemIo, userCall } from './userCalls.ts';
import type { Call, Option, SetupLine, Step } from './vector.ts';
import { isTrue, majorWord, needFlags } from './words.ts';
import { World, type Scope } from './world.ts';

export interface SystemOptions {
  readonly assumptions: Readonly<Record<string, string>>;
  readonly traceFileSystem: boolean;
  readonly defaultVolume: boolean;
}

/** Virtual time of step 1: 1 January 2026, 100 ns since 1601. */
const startTime = 134_116_992_000_000_000n;

/** FILE_DEVICE_NETWORK_FILE_SYSTEM */
const fileDeviceNetwork = 20;

/** FILE_DEVICE_* and FLT_FSTYPE_* by the name of a file system. */
const fileSystems: Readonly<Record<string, { readonly model: 'NTFS' | 'ReFS' | 'FAT' | 'exFAT' | 'RDR'; readonly device: number; readonly type: number }>> = {
  NTFS: { model: 'NTFS', device: 8, type: FLT_FSTYPE_NTFS }, FAT: { model: 'FAT', device: 8, type: FLT_FSTYPE_FAT }, EXFAT: { model: 'exFAT', device: 8, type: FLT_FSTYPE_EXFAT }, REFS: { model: 'ReFS', device: 8, type: FLT_FSTYPE_REFS },
  CDFS: { model: 'FAT', device: 2, type: FLT_FSTYPE_CDFS }, UDFS: { model: 'FAT', device: 2, type: FLT_FSTYPE_UDFS }, RDR: { model: 'RDR', device: 20, type: FLT_FSTYPE_LANMAN }, LANMAN: { model: 'RDR', device: 20, type: FLT_FSTYPE_LANMAN },
  NPFS: { model: 'NTFS', device: 17, type: FLT_FSTYPE_NPFS }, MSFS: { model: 'NTFS', device: 12, type: FLT_FSTYPE_MSFS },
};

const no = (options: ReadonlyMap<string, Option>, key: string): boolean => {
  const option = options.get(key);
  return option !== undefined && !isTrue(option.value);
};
const yes = (options: ReadonlyMap<string, Option>, key: string): boolean => {
  const option = options.get(key);
  return option !== undefined && isTrue(option.value);
};

export class VectorSystem {
  readonly engine: Engine;
  readonly journal = new Journal();
  readonly world: World;
  readonly programs: Programs;
  readonly fileSystem: ModelFileSystem;
  readonly filters = new Map<string, ScriptedFilter>();
  /** The first thing a callback's script did not get as it says. */
  problem: string | null = null;
  readonly #options: SystemOptions;
  readonly #models = new Map<string, ModelVolume>();
  readonly #descriptions = new Map<string, VolumeDescriptionOfModel>();

  constructor(options: SystemOptions) {
    this.#options = options;
    let engine: Engine | null = null;
    const completer = createThread({ tid: 16, pid: 4, process: 'System', kind: 'arbitrary', name: 'X' });
    this.fileSystem = new ModelFileSystem({
      is: (id, word) => engine?.assumptions[id] === word,
      now: () => engine?.time ?? startTime,
      complete: (operation: Operation, status: number, information: number) => engine?.completeLower(operation, completer, 0, status, information),
    });
    let mdls = 0;
    engine = createEngine({
      lowerDevice: this.#lowerDevice(), fileSystem: this.fileSystem, assumptions: options.assumptions, observer: this.journal, startTime, reparse: 'all', makeMdl: (buffer) => new MDL(++mdls, buffer as never),
    });
    this.engine = engine;
    this.world = new World(engine, this.journal);
    this.programs = new Programs(this.world);
    if (options.defaultVolume) this.#addVolume('V', []);
  }

  /** The model, seen through `trace fs`. */
  #lowerDevice(): LowerDevice {
    const dispatch = (call: LowerCall): LowerAnswer => {
      if (this.#options.traceFileSystem) this.journal.add({ kind: 'fs', major: majorWord(call.iopb.MajorFunction) });
      return this.fileSystem.dispatch(call);
    };
    return { dispatch, offersFastIo: (volume, major) => this.fileSystem.offersFastIo(volume, major), cancel: (operation) => this.fileSystem.cancel(operation) };
  }

  // -- setup

  setUp(line: SetupLine): void {
    switch (line.kind) {
      case 'trace':
      case 'assume': return;
      case 'volume':
        if (line.name !== 'none') this.#addVolume(line.name, line.options);
        return;
      case 'filter':
        this.#addFilter(line.name, line.options);
        return;
      case 'file':
        this.#addFile(line.path, line.options);
        return;
      case 'start':
        for (const name of line.filters) this.#mustSucceed(systemCall(this, { actor: 'sys', routine: 'load', args: [{ key: null, value: { kind: 'word', value: name, text: name } }], text: `start ${name}` }));
        this.settle();
        return;
      case 'open': {
        const args = new Arguments(line.options);
        this.#mustSucceed(open(this, line.name, line.path, args));
        args.finish('open');
        this.settle();
        return;
      }
      case 'port':
        this.#addPort(line.name, line.options);
        this.settle();
        return;
      case 'script':
        this.#filter(line.event.filter).addScript(line.event, line, null);
        return;
      case 'returns': this.#filter(line.event.filter).addScript(line.event, null, line.result);
    }
  }

  beginSteps(): void {
    this.settle();
    if (this.problem !== null) throw new NotationError(null, this.problem);
    this.journal.recording = true;
  }

  #mustSucceed(outcome: Outcome): void {
    const value = outcome.kind === 'returned' ? outcome.value : undefined;
    if (value !== 0) throw new NotationError(null, `setup must succeed, but this gave ${showResult(outcome, false, this.world)}.`);
  }

  #filter(name: string): ScriptedFilter {
    const filter = this.filters.get(name);
    if (filter === undefined) throw new NotationError(null, `there is no filter ${name}.`);
    return filter;
  }

  #addVolume(name: string, given: readonly Option[]): void {
    const options = new Map(given.map((option) => [option.key, option]));
    const fileSystemName = options.get('fs')?.value.text ?? 'NTFS';
    const kind = fileSystems[fileSystemName.toUpperCase()];
    if (kind === undefined) throw new NotationError(null, `“${fileSystemName}” is no file system: write ${Object.keys(fileSystems).join(', ')}.`);
    const count = this.world.volumes.size + (this.#options.defaultVolume || name === 'V' ? 1 : 2);
    const device = kind.model === 'RDR' ? '\\Device\\Mup' : `\\Device\\HarddiskVolume${count}`;
    const number = (key: string): number | undefined => {
      const option = options.get(key);
      return option === undefined ? undefined : needFlags(option.value, 'number');
    };
    const sectorSize = number('sector');
    const description: VolumeDescriptionOfModel = {
      name: device, fileSystem: kind.model, readOnly: no(options, 'writable'), ...(sectorSize === undefined ? {} : { sectorSize }),
      ...(no(options, 'oplocks') ? { features: { oplocks: false } } : {}),
      contextSupport: { ...(no(options, 'filectx') ? { file: false } : {}), ...(no(options, 'streamctx') ? { stream: false } : {}), ...(no(options, 'handlectx') ? { streamHandle: false } : {}) },
    };
    this.#descriptions.set(name, description);
    this.#models.set(name, this.fileSystem.addVolume(description));
    const mounted = !no(options, 'mounted');
    const stackSize = number('stack');
    const volume: Volume = this.engine.addVolume({
      name: device, deviceType: number('device') ?? number('type') ?? kind.device, filesystemType: kind.type, mounted, detached: yes(options, 'detached'), developer: yes(options, 'dev'),
      trusted: yes(options, 'trusted'), dax: yes(options, 'dax'), writable: !no(options, 'writable'), ...(sectorSize === undefined ? {} : { sectorSize }), ...(stackSize === undefined ? {} : { stackSize }),
    });
    this.world.volumes.set(name, { name, device, volume });
  }

  #addFilter(name: string, options: readonly Option[]): void {
    const filter = new ScriptedFilter(this.world, name, options, (line, scope) => this.#performLine(line, scope));
    this.filters.set(name, filter);
    this.engine.addService({
      name, instances: filter.registered ? filter.instances : [], ...(filter.group === null ? {} : { group: filter.group }),
      entry: () => filter.entry(),
    });
  }

  #addFile(path: string, given: readonly Option[]): void {
    const options = new Map(given.map((option) => [option.key, option.value]));
    const place = this.world.locate(path);
    const size = options.get('size');
    const short = options.get('short');
    const link = options.get('link');
    const junction = options.get('junction');
    const model = this.model(place.volume.name);
    model.makeFile(place.path, {
      ...(size === undefined ? {} : { size: needFlags(size, 'size') }), ...(short === undefined ? {} : { shortName: String(short.value) }),
      ...(link === undefined ? {} : { linkTo: this.world.locate(String(link.value)).path }), ...(junction === undefined ? {} : { junction: this.world.fullPath(String(junction.value)) }),
      ...(options.has('dir') || place.path.endsWith('\\') ? { directory: true } : {}),
    });
  }

  #addPort(name: string, given: readonly Option[]): void {
    const options = new Map(given.map((option) => [option.key, option.value]));
    const owner = options.get('filter');
    if (owner === undefined) throw new NotationError(null, `port ${name} needs filter=.`);
    const args = given.filter(({ key }) => key !== 'filter').map(({ key, value }) => ({ key, value }));
    const call: Call = { actor: owner.text, routine: 'FltCreateCommunicationPort', args, text: `port ${name}` };
    const outcome = this.#ownThread(call, [name]);
    this.#mustSucceed(outcome);
    if (outcome.kind === 'returned') this.assign([name], outcome.results);
  }

  /** Mounts a volume that is known, or again one that is gone. */
  mount(name: string): void {
    const known = this.world.volume(name);
    if (known.volume === null) throw new NotationError(null, `volume ${name} is not known to the engine.`);
    const description = this.#descriptions.get(name);
    if (this.model(name).state === 'gone' && description !== undefined) this.#models.set(name, this.fileSystem.addVolume(description));
    known.volume = this.engine.mountVolume(known.volume);
  }

  model(name: string): ModelVolume {
    const model = this.#models.get(name);
    if (model === undefined) throw new NotationError(null, `there is no volume ${name}.`);
    return model;
  }

  // -- calls

  /** A step's call, from outside every driver. */
  perform(step: Step): Outcome {
    return this.#dispatch(step.call, { filter: null, data: null }) ?? this.#ownThread(step.call, step.names);
  }

  assign(names: readonly string[], results: readonly unknown[]): void {
    for (const [at, name] of names.entries()) this.world.variables.set(name, results[at] ?? null);
  }

  /** The step ends, and this call has not: its end will be told. */
  isBlocked(pending: Pending): void {
    pending.returned = true;
  }

  /** Calls of programs and of the system; undefined for a filter's. */
  #dispatch(call: Call, scope: Scope): Outcome | undefined {
    if (call.actor === 'usr') {
      const outcome = userCall(this, call, scope) ?? portCall(this.world, call);
      if (outcome === undefined) throw new NotationError(null, `programs have no call ${call.routine}.`);
      return outcome;
    }
    if (call.actor !== 'sys') return undefined;
    return systemIo(this, call, scope) ?? systemCall(this, call);
  }

  /** A filter's own code in a system thread outside any callback (rule 9). */
  #ownThread(call: Call, names: readonly string[]): Outcome {
    const filter = this.#filter(call.actor);
    const op = call.args.find(({ key }) => key === 'op')?.value.text ?? null;
    const pending = this.world.pending.begin(op);
    const thread = this.world.threadOfFilter(call.actor);
    const { world } = this;
    let outcome: Outcome | null = null;
    const body = function* (): Running<number> {
      outcome = yield* filterCall(world, filter, call, names, { filter: call.actor, data: null });
      const value = outcome.kind === 'returned' ? outcome.value : undefined;
      world.free(thread);
      world.pending.end(pending, value, { ...world.last });
      return 0;
    };
    const registered = this.engine.filterByName(call.actor);
    if (registered === undefined) this.engine.runDriverEntry({ name: call.actor }, body as never, filter.seat.irql);
    else this.engine.runRoutine(registered, call.routine, thread, filter.seat.irql, null, body);
    if (outcome !== null) return outcome;
    world.occupy(thread);
    return settled({ kind: 'waiting', pending, results: () => [] });
  }

  /** One `on … : call -> result` line, inside a callback. */
  * #performLine(line: ScriptLine, scope: Scope): Running<number | undefined> {
    const { call } = line;
    const outcome = this.#dispatch(call, scope) ?? (yield* filterCall(this.world, this.#filter(call.actor), call, line.names, scope));
    if (outcome.kind === 'waiting') {
      this.isBlocked(outcome.pending);
    } else {
      this.assign(line.names, outcome.results);
    }
    if (!resultMatches(line.result, outcome, false, this.world)) {
      this.problem ??= `Line ${line.line}: expected ${call.text} -> ${line.result.text}, got ${showResult(outcome, false, this.world)}.`;
    }
    return outcome.kind === 'returned' ? outcome.verdict : undefined;
  }

  /** Runs until nothing can run any more (rule 2). */
  settle(): void {
    let moved = true;
    while (moved) {
      this.engine.settle();
      moved = this.fileSystem.runReady() || this.programs.resume();
    }
  }

  // -- states

  filterState(name: string): string {
    return this.engine.filterState(name);
  }

  instanceState(filter: string, volume: string, name: string | null): string {
    const attached = this.world.volume(volume).volume?.instances.find((one) => one.filter.name === filter && (name === null || one.name === name));
    return attached?.state ?? 'none';
  }

  volumeState(name: string): string {
    return this.world.volume(name).volume?.state ?? 'gone';
  }

  #context(object: object): { readonly count: number } | undefined {
    for (const { handle } of this.world.filters.values()) {
      const filter = filterOf(handle.value);
      const found = filter === undefined ? undefined : this.engine.contextsOf(filter).find((context) => context.object === object);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  referenceCount(object: object): number | null {
    return this.engine.referenceCount(object) ?? this.#context(object)?.count ?? null;
  }

  /** Filters, instances and volumes know it; a context is gone when no filter has it any more. */
  isGone(object: object): boolean {
    const known = filterOf(object) ?? instanceOf(object) ?? volumeOf(object);
    return known === undefined ? this.#context(object) === undefined : this.engine.isGone(object);
  }

  /** A record with the text as its name, taken apart as FltParseFileNameInformation would. */
  parseName(name: string): Outcome {
    const redirectors = this.engine.volumes.filter((volume) => volume.deviceType === fileDeviceNetwork).map((volume) => volume.name);
    const own = redirectors.find((device) => name.startsWith(`${device}\\`));
    const parts = own === undefined ? parseName(name) : parseName(name, own, true);
    const record = { Name: name, Volume: parts.volume, Share: parts.share, ParentDir: parts.parentDir, FinalComponent: parts.finalComponent, Extension: parts.extension, Stream: parts.stream };
    return returned(STATUS_SUCCESS, [record]);
  }

  oplockState(path: string): string {
    const place = this.world.locate(path);
    return this.model(place.volume.name).oplockState(place.path);
  }
}

