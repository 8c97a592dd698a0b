/**
 * Looks after the parameter blocks that drivers hold: lifetimes (R-1.10, FV-069), views of another shape, and the history of writes.
 *
 * Asked only when a block is closed or a field is not the operation's own, so that none of it costs a well-behaved driver anything.
 */
import { irpMjName, hex } from '../../nt/names.ts';
import { LARGE_INTEGER } from '../kernel/largeInteger.ts';
import type { CallSite } from '../observer.ts';
import type { ActivationRecord } from './activation.ts';
import type { Core } from './core.ts';
import { Operation } from './operation.ts';
import { fieldsUnder, memberForBlock } from './parameterShapes.ts';
import type { IopbState, IopbWatcher, ViewField, WriteHook } from './parameters.ts';
import { PointerNumbers } from './pointerNumbers.ts';

/** Looks at the driver's line cost microseconds: a field that is misread this often has shown its lines. */
const looksPerField = 64;

/** Whether the filter whose routine is running controls the operation, and so may use its callback data. */
export function controls(operation: Operation, activation: ActivationRecord): boolean {
  const { hold } = operation;
  return hold !== null && hold.instance.filter === activation.filter && hold.early === null;
}

export class EngineIopbWatcher implements IopbWatcher {
  readonly changed: WriteHook | null;
  readonly #core: Core;
  readonly #numbers = new PointerNumbers();
  readonly #looks = new Map<string, number>();

  constructor(core: Core) {
    this.#core = core;
    this.changed = core.trackWrites ? (iopb, path, from, to) => this.#changed(iopb, path, from, to) : null;
  }

  /** Snapshots, draining copies and allocated data are no operation's own block. */
  #changed(iopb: IopbState, path: string, from: unknown, to: unknown): void {
    const core = this.#core;
    if (iopb.owner instanceof Operation) core.recordChange(iopb.owner, path, from, to, core.activation?.filter.name ?? 'requestor', core.site());
  }

  /** No event: a write of IoStatus shows in what follows from it. */
  ioStatusWritten({ owner, writtenAt }: IopbState, field: string, from: number, to: number): void {
    const core = this.#core;
    if (this.changed === null || !core.driverRuns || !(owner instanceof Operation)) return;
    const { issued, sequence } = core.observer?.point ?? { issued: 0, sequence: 0 };
    owner.ioStatusHistory = [...owner.ioStatusHistory, { field, from, to, by: core.activation?.filter.name ?? 'Filter Manager', site: field === 'IoStatus.Status' ? writtenAt : core.siteOfDriver(), issued, sequence }];
  }

  writer(): CallSite | null {
    return this.changed === null ? null : this.#core.siteOfDriver();
  }

  refuses(owner: object | null): boolean {
    const core = this.#core;
    const { activation } = core;
    if (activation === null || !core.driverRuns) return false;
    const operation = owner instanceof Operation ? owner : null;
    if (operation !== null && controls(operation, activation)) {
      this.#checkQueued(operation, activation);
      return false;
    }
    const site = core.site();
    // A debugger that looks at a variable is no driver.
    if (site === null && core.options.callSite !== undefined) return false;
    core.violate('FV-069', { filter: activation.filter, instance: activation.instance, operation }, { cbd: operation === null ? 'callback data or a parameter block' : `the callback data of operation ${operation.index} (${irpMjName(operation.major)})` }, site);
    return true;
  }

  /** queued, but the callback that queued it goes on. */
  #checkQueued(operation: Operation, activation: ActivationRecord): void {
    const { hold } = operation;
    if (hold === null || hold.pended || activation.operation !== operation || activation.kind !== 'pre') return;
    const queued = operation.queue !== null || (operation.workItems?.some((item) => item.kind === 'deferred' && item.instance === hold.instance) ?? false);
    if (queued) this.#core.hint('A-08', { filter: activation.filter, instance: activation.instance, operation });
  }

  foreign(iopb: IopbState, field: ViewField, access: 'read' | 'written', value: unknown): void {
    const { major, site, activation } = this.#look(iopb, field.path);
    if (activation === null) return;
    const own = fieldsUnder(memberForBlock(iopb.block, this.isFastIo(iopb.owner)), field.place);
    const under = own.length === 0 ? '' : ` of ${own.join(', ')}`;
    const words = { path: field.path, access, major, value: rawText(value, this.#numbers), under };
    this.#core.hint('U-01', { filter: activation.filter, instance: activation.instance, operation: activation.operation }, words, site);
  }

  cut(iopb: IopbState, path: string, type: string, given: number | bigint, stored: number): void {
    const { site, activation } = this.#look(iopb, path);
    if (activation === null) return;
    this.#core.hint('U-02', { filter: activation.filter, instance: activation.instance, operation: activation.operation }, { path, type, value: String(given), stored: String(stored) }, site);
  }

  numberOf(object: object): number {
    return this.#numbers.numberOf(object);
  }

  objectOf(owner: object | null, number: number): object | undefined {
    if (!(owner instanceof Operation)) return undefined;
    for (const slots of [owner.block.slots, owner.initial.slots, owner.hold?.received.slots ?? []]) {
      for (const value of slots) if (typeof value === 'object' && value !== null && this.#numbers.numberOf(value) === number) return value;
    }
    return undefined;
  }

  isFastIo(owner: object | null): boolean {
    return owner instanceof Operation && owner.kind === 'fastio';
  }

  /** Who is looking, and from which line. No activation when it is not a driver, or when its lines are known. */
  #look(iopb: IopbState, path: string): { readonly major: string; readonly site: CallSite | null; readonly activation: ActivationRecord | null } {
    const core = this.#core;
    const major = irpMjName(iopb.block.majorFunction);
    const nobody = { major, site: null, activation: null };
    const { activation } = core;
    if (activation === null || !core.driverRuns || core.observer === null) return nobody;
    const key = `${activation.filter.name} ${path} ${major}`;
    const looks = (this.#looks.get(key) ?? 0) + 1;
    if (looks > looksPerField) return nobody;
    this.#looks.set(key, looks);
    const site = core.site();
    return site === null && core.options.callSite !== undefined ? nobody : { major, site, activation };
  }
}

/** A slot as a number where it is one: `0x1A0089`, else what the object is called. */
function rawText(value: unknown, numbers: PointerNumbers): string {
  if (typeof value === 'number') return hex(value, 1);
  if (typeof value === 'bigint') return `0x${BigInt.asUintN(64, value).toString(16).toUpperCase()}`;
  if (value === null || value === undefined) return '0';
  if (typeof value === 'string') return value;
  if (value instanceof LARGE_INTEGER || typeof value !== 'object') return `pointer ${hex(numbers.numberOf(value as object), 1)}`;
  return 'id' in value ? String(value.id) : `pointer ${hex(numbers.numberOf(value), 1)}`;
}
