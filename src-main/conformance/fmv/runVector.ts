/** Runs one vector from a fresh state: scripted filters over the engine's public interface. Source: filter-manager-core.md 9.1. */
import { irpMajor } from '../../nt/tables.generated.ts';
import { IRP_MJ_SHUTDOWN, IRP_NOCACHE, IRP_PAGING_IO, IRP_SYNCHRONOUS_API, IRP_SYNCHRONOUS_PAGING_IO, STATUS_SUCCESS, STATUS_UNSUCCESSFUL } from '../../nt/values.generated.ts';
import {
  BugCheck, compareAltitudes, createEngine, DriverException, type Engine, type FLT_CALLBACK_DATA, type FLT_OPERATION_REGISTRATION, type FLT_REGISTRATION, type FLT_RELATED_OBJECTS, type IoRequest,
  type LowerAnswer, type LowerCall, type Operation, type PFLT_FILTER, type Ref,
} from '../../engine/index.ts';
import { assertExists } from '../../base/assert.ts';
import { initialParameters } from './defaults.ts';
import { VectorLog } from './vectorLog.ts';
import { ScriptRunner } from './scriptRunner.ts';
import type { EventLine, OperationLine, StackLine, Vector } from './vector.ts';
import { postValues, preValues, statusWord, VectorError } from './words.ts';
import { VectorWorld } from './vectorWorld.ts';

export interface VectorOutcome {
  readonly log: readonly string[];
  readonly final: string;
  readonly violations: readonly string[];
  /** What the vector did that it must not, e.g. reached a lower driver it has not. */
  readonly problem: string | null;
}

class VectorRun {
  readonly #vector: Vector;
  readonly #log = new VectorLog();
  readonly #engine: Engine;
  readonly #world: VectorWorld;
  readonly #script: ScriptRunner;
  #problem: string | null = null;

  constructor(vector: Vector, assumptions: Readonly<Record<string, string>>) {
    this.#vector = vector;
    const { options } = vector;
    this.#engine = createEngine({
      assumptions, observer: this.#log, cancelOpenCleanup: options.cancelclean, reparse: 'none',
      lowerDevice: { dispatch: (call) => this.#dispatch(call) },
      allocate: (routine) => routine !== 'FltRequestOperationStatusCallback' || !this.#script.noMemory,
      makeMdl: (buffer) => `lk_${String(buffer)}`,
      ...(options.reissue ? { fallback: (refused: Operation, major: number) => this.#fallback(refused, major) } : {}),
    });
    this.#world = new VectorWorld(vector, this.#engine);
    this.#script = new ScriptRunner(this.#engine, this.#world, this.#log);
    this.#world.onCanceled = (filter, data) => this.#script.canceled(filter, data);
  }

  run(): VectorOutcome {
    for (const stack of this.#vector.stacks) this.#build(stack);
    let bugChecked = false;
    try {
      for (const line of this.#vector.timeline) this.#happen(line);
      this.#engine.finish();
    } catch (error) {
      // What a script could not do is the vector's fault, wherever it happened.
      if (error instanceof DriverException && error.cause instanceof Error) throw error.cause;
      if (!(error instanceof BugCheck)) throw error;
      bugChecked = true;
    }
    return { log: this.#log.lines, final: bugChecked ? 'BUGCHECK' : this.#final(), violations: this.#log.violations, problem: this.#problem };
  }

  // -- the stack

  #build({ volume: name, frames }: StackLine): void {
    const floors = frames.slice(0, -1).map((frame) => frame.map(({ altitude }) => altitude).reduce((low, one) => (compareAltitudes(one, low) < 0 ? one : low)));
    const volume = this.#engine.addVolume({ name, legacyFiltersBelow: floors });
    for (const { filter, altitude } of frames.flat()) this.#attach(filter, altitude, volume.name);
  }

  #attach(filterName: string, altitude: string, volumeName: string): void {
    const engine = this.#engine;
    if (engine.filterByName(filterName) === undefined) this.#load(filterName);
    const volume = assertExists(engine.volumes.find(({ name }) => name === volumeName));
    engine.attach(assertExists(engine.filterByName(filterName)), volume, altitude, `${filterName}${volumeName.slice(1)}`);
  }

  #load(name: string): void {
    const { routines } = this.#engine;
    this.#engine.runDriverEntry({ name }, () => {
      const filter: Ref<PFLT_FILTER | null> = { value: null };
      const status = Number(routines['FltRegisterFilter']?.(null, this.#registration(name), filter));
      routines['FltStartFiltering']?.(filter.value);
      return status;
    });
  }

  #registered(filter: string, major: number): { pre: boolean; post: boolean; flags: number } {
    const lines = this.#vector.registrations.filter((line) => line.filter === filter);
    const line = lines.findLast((one) => one.major === major) ?? lines.findLast((one) => one.major === null) ?? { pre: true, post: true, flags: 0 };
    // A post for SHUTDOWN cannot be registered.
    return { pre: line.pre, post: line.post && major !== IRP_MJ_SHUTDOWN, flags: line.flags };
  }

  #registration(filter: string): FLT_REGISTRATION {
    const rows: FLT_OPERATION_REGISTRATION[] = [];
    for (const { value: major, registrable } of irpMajor) {
      const { pre, post, flags } = this.#registered(filter, major);
      if (!registrable || (!pre && !post)) continue;
      rows.push({
        MajorFunction: major, Flags: flags,
        PreOperation: pre ? (data, objects, context) => this.#pre(filter, data, objects, context, post) : null,
        PostOperation: post ? (data, objects, _context, postFlags) => this.#post(filter, data, objects, postFlags) : null,
      });
    }
    return {
      OperationRegistration: rows,
      InstanceSetupCallback: (objects) => {
        this.#script.setUp(filter, objects.Instance);
        return STATUS_SUCCESS;
      },
      InstanceTeardownStartCallback: () => this.#teardownStart(filter),
    };
  }

  // -- callbacks

  #pre(filter: string, data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, context: Ref<unknown>, hasPost: boolean): number {
    const operation = this.#engine.activation?.operation ?? null;
    const script = this.#world.script(filter, 'pre', operation);
    return this.#script.run(script, this.#script.context(filter, operation, data, objects, null, context), preValues, hasPost ? 'WITH_CB' : 'NO_CB');
  }

  #post(filter: string, data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, flags: number): number {
    const operation = this.#engine.activation?.operation ?? null;
    const script = (flags !== 0 ? this.#world.script(filter, 'drain', operation) : undefined) ?? this.#world.script(filter, 'post', operation);
    return this.#script.run(script, this.#script.context(filter, operation, data, objects), postValues, 'FINISHED');
  }

  #teardownStart(filter: string): void {
    const operation = this.#operationFor(filter);
    this.#script.freeRoutine(filter, 'tstart', this.#script.context(filter, operation, operation?.data ?? null));
  }

  /** The lowest-numbered operation that the filter holds pended in pre, else in post; else operation 1. */
  #operationFor(filter: string): Operation | null {
    const held = this.#engine.pendingOperations().filter(({ hold }) => hold?.pended === true && hold.instance.filter.name === filter);
    return held.find(({ hold }) => hold?.phase === 'pre') ?? held[0] ?? this.#log.operations[0] ?? null;
  }

  // -- the lower driver

  #dispatch({ operation }: LowerCall): LowerAnswer {
    const line = this.#vector.fsd.get(operation.index);
    if (line === undefined || line.kind === 'none') {
      this.#problem ??= `Operation ${operation.index} reached the lower driver, which it must not.`;
      return { kind: 'complete', status: STATUS_UNSUCCESSFUL, information: 0 };
    }
    return line.kind === 'pend-early' ? { ...line, thread: this.#world.thread(line.thread) } : line;
  }

  // -- the timeline

  #happen(line: EventLine): void {
    const engine = this.#engine;
    const world = this.#world;
    switch (line.kind) {
      case 'op':
        engine.issue(this.#request(line.operation));
        return;
      case 'complete': {
        const operation = this.#operation(line.operation);
        engine.completeLower(operation, world.thread(line.thread), line.irql, line.status, line.information);
        return;
      }
      case 'work': {
        const item = world.queuedItem(line.filter, line.name);
        if (item === undefined) throw new VectorError(`No work item ${line.filter}.${line.name} is queued.`);
        engine.runWorkItem(item, world.thread(line.thread));
        return;
      }
      case 'run': {
        const { filter, name } = line;
        const operation = this.#operationFor(filter);
        engine.runRoutine(world.filter(filter), name, world.thread(line.thread), line.irql, operation, () =>
          this.#script.freeRoutine(filter, name, this.#script.context(filter, operation, operation?.data ?? null)));
        return;
      }
      case 'cancel':
        engine.cancel(this.#operation(1), world.thread(line.thread), line.irql);
        return;
      case 'teardown': {
        const [instance] = world.filter(line.filter).instances;
        engine.teardown(assertExists(instance, `filter ${line.filter} has no instance`), world.thread(line.thread), 1);
        return;
      }
      case 'attach':
        this.#attach(line.filter, line.altitude, 'V1');
    }
  }

  #operation(index: number): Operation {
    const operation = this.#log.operations.find((one) => one.index === index);
    if (operation === undefined) throw new VectorError(`There is no operation ${index}.`);
    return operation;
  }

  #request(line: OperationLine): IoRequest {
    const { flags } = line;
    const { minor, member, values } = initialParameters(line.major, line.sub);
    const irpFlags = (flags.has('PAGING') || flags.has('SYNCPAGING') ? IRP_PAGING_IO : 0) | (flags.has('SYNCPAGING') ? IRP_SYNCHRONOUS_PAGING_IO : 0)
      | (flags.has('NOCACHE') ? IRP_NOCACHE : 0) | (flags.has('SYNCAPI') ? IRP_SYNCHRONOUS_API : 0);
    return {
      kind: line.kind, major: line.major, minor, irpFlags, operationFlags: 0, fileObject: this.#world.requestFileObject(line), member, values,
      thread: this.#world.thread(line.thread), irql: line.irql, requestorMode: 1, volume: assertExists(this.#engine.volumes[0]), systemBuffer: flags.has('SYSBUF'),
      topLevelIrp: flags.has('TOP'), canceled: flags.has('CANCELED'),
    };
  }

  /** Same thread, IRQL and flags; the same SUB when the major is the same. */
  #fallback(refused: Operation, major: number): IoRequest {
    const request = assertExists(refused.request);
    const same = request.major === major;
    const { minor, member, values } = initialParameters(major, this.#world.defaultSub(major));
    const { index: _index, ...rest } = request;
    return { ...rest, kind: 'irp', major, ...(same ? {} : { minor, member, values }) };
  }

  #final(): string {
    const own = this.#log.operations.filter(({ request }) => request !== null);
    return own.map((operation) => {
      const status = operation.state === 'completed' ? `${statusWord(operation.status, operation.kind === 'fsfilter')}/${operation.information}` : 'PENDED';
      return operation.index > 1 ? `#${operation.index} ${status}` : status;
    }).join(' ; ');
  }
}

/** Runs a parsed vector under the given readings of the assumptions. */
export function runVector(vector: Vector, assumptions: Readonly<Record<string, string>> = {}): VectorOutcome {
  return new VectorRun(vector, assumptions).run();
}
