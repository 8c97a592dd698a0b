/**
 * Contexts: counts, links, and the moments at which they go.
 *
 * Section 4 of filter-manager-objects.md (FltAllocateContext; FltSetStreamContext; FltGetStreamContext; FltDeleteContext; setting-,
 * getting-, referencing-, releasing-, deleting- and freeing-contexts). Counts belong to the record; what a filter holds of them is
 * in the ledger too, for the report at its end (CTX-050).
 */
import { FLT_FILE_CONTEXT, FLT_SECTION_CONTEXT, FLT_STREAM_CONTEXT, FLT_STREAMHANDLE_CONTEXT, FLT_VOLUME_CONTEXT } from '../../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { FileSystemListener } from '../../iomgr/fileSystemServices.ts';
import { APC_LEVEL, DISPATCH_LEVEL, PASSIVE_LEVEL, type Irql } from '../../kernel/irql.ts';
import type { EngineThread } from '../../kernel/thread.ts';
import type { CallSite } from '../../observer.ts';
import { compareAltitudes } from '../altitude.ts';
import type { Core } from '../core.ts';
import { hooksOf, type ContextHooks } from '../hooks.ts';
import { Filter, type Instance, type Volume } from '../instance.ts';
import { ContextMemory, ContextRecord, type ContextFieldChange, type ContextLink, type ContextReference, type ContextStep, type ReferenceOrigin } from './contextRecord.ts';
import { contextTypeName, teardownOrder } from './contextType.ts';
import { settleContextRegistration, type ContextDefinition } from './registration.ts';
import { Transaction } from './transactionObject.ts';

/** A context as the debugger lists it. */
export interface ContextView {
  readonly label: string;
  readonly type: number;
  readonly typeName: string;
  readonly state: ContextRecord['state'];
  readonly count: number;
  /** What it is linked to; null for one that is not. */
  readonly linkedTo: string | null;
  /** The instance that set it; null for volume contexts, and for one that was never set. */
  readonly instance: Instance | null;
  readonly size: number;
  readonly paged: boolean;
  readonly object: object;
  readonly references: readonly ContextReference[];
  readonly history: readonly ContextStep[];
  /** Null: not noted. */
  readonly changes: readonly ContextFieldChange[] | null;
}

type ByOwner = Map<Filter | Instance, ContextRecord>;

export class Contexts implements ContextHooks, Pick<FileSystemListener, 'streamFreed' | 'fileFreed'> {
  readonly memory: ContextMemory;
  readonly #core: Core;
  readonly #definitions = new WeakMap<Filter, readonly ContextDefinition[]>();
  /** By type, then by what they are linked to, then by owner. */
  readonly #links = new Map<number, WeakMap<object, ByOwner>>();
  /** Linked contexts by owner, in the order in which they were linked. */
  readonly #owned = new Map<Filter | Instance, Set<ContextRecord>>();
  /** Everything a filter has allocated that is not freed. */
  readonly #live = new Map<Filter, Set<ContextRecord>>();
  /** Thread and level of what the Filter Manager does on its own account; null: those of the caller. */
  #place: { readonly thread: EngineThread; readonly irql: Irql } | null = null;
  /** Streams that are freed but for a section. */
  readonly #keptBySection = new WeakSet<object>();
  #next = 1;
  #transactions = 0;

  constructor(core: Core) {
    this.#core = core;
    hooksOf(core).contexts = this;
    this.memory = new ContextMemory({
      unwritten: (record, field) => {
        if (core.driverRuns) core.violate('OV-041', this.where(record), { field, ctx: record.label });
      },
      freed: (record) => {
        if (core.driverRuns) this.usedFreed(record);
      },
    });
  }

  where(record: ContextRecord | null): { readonly filter: Filter | null; readonly instance: Instance | null; readonly operation: null } {
    const { activation } = this.#core;
    return { filter: activation?.filter ?? record?.filter ?? null, instance: activation?.instance ?? null, operation: null };
  }

  /** CTX-038, FV-132. */
  usedFreed(record: ContextRecord): void {
    this.#core.violate('FV-132', this.where(record), { ctx: record.label });
  }

  /** The registered definitions, as they were when first asked for: at registration (REG-001). */
  definitionsOf(filter: Filter): readonly ContextDefinition[] {
    let definitions = this.#definitions.get(filter);
    if (definitions === undefined) {
      const settled = settleContextRegistration(filter.registration, (id, word) => this.#core.is(id, word));
      definitions = typeof settled === 'number' ? [] : settled;
      this.#definitions.set(filter, definitions);
    }
    return definitions;
  }

  register(filter: Filter, definitions: readonly ContextDefinition[]): void {
    this.#definitions.set(filter, definitions);
  }

  // -- allocation and counts

  allocated(filter: Filter, type: number, definition: ContextDefinition, size: number, paged: boolean, object: object): ContextRecord {
    const record = new ContextRecord(this.#next++, type, filter, definition, size, paged, object);
    const live = this.#live.get(filter);
    if (live === undefined) this.#live.set(filter, new Set([record]));
    else live.add(record);
    this.#step(record, 'allocated', 'FltAllocateContext', this.#hold(record, 'allocate', 'FltAllocateContext'));
    return record;
  }

  #step(record: ContextRecord, what: ContextStep['what'], by: string, site: CallSite | null): void {
    record.note({ what, by, count: record.count, site, operation: this.#core.activation?.operation?.index ?? null, point: this.#core.observer?.point ?? null });
  }

  /** Notes who holds the reference that the count already has. */
  #hold(record: ContextRecord, origin: ReferenceOrigin, routine: string): CallSite | null {
    const core = this.#core;
    const site = core.site();
    record.references.push({ origin, routine, site, operation: core.activation?.operation?.index ?? null, point: core.observer?.point ?? null });
    core.ledger.take(record.filter, 'context', record.object, record.label, site);
    return site;
  }

  /** The filter gets one more reference. */
  reference(record: ContextRecord, origin: ReferenceOrigin, routine: string): void {
    record.count++;
    this.#step(record, 'referenced', routine, this.#hold(record, origin, routine));
  }

  /** The reference of a link passes to the filter: the count stays. */
  #inherit(record: ContextRecord, routine: string): void {
    this.#step(record, 'referenced', routine, this.#hold(record, 'old', routine));
  }

  /** Whether the filter holds a reference that it may give back. */
  isHeld(record: ContextRecord): boolean {
    return record.references.length > 0;
  }

  /** The filter gives a reference back; FV-131 when it holds none. */
  release(record: ContextRecord, routine: string): void {
    if (!this.isHeld(record)) {
      const id = record.state === 'freed' && this.#core.is('CTX-038', 'freed-context-used') ? 'FV-132' : 'FV-131';
      this.#core.violate(id, this.where(record), { ctx: record.label });
      return;
    }
    record.references.pop();
    this.#core.ledger.giveBack(record.filter, record.object);
    this.#drop(record, 'released', routine);
  }

  #drop(record: ContextRecord, what: 'released' | 'unlinked', by: string): void {
    record.count--;
    this.#step(record, what, by, this.#core.site());
    if (record.count === 0) this.#free(record);
  }

  // -- the end of a context

  /** CTX-035: inside the call below DISPATCH_LEVEL, otherwise in a work item. */
  #free(record: ContextRecord): void {
    const core = this.#core;
    const { thread, irql } = this.#place ?? core.activation ?? { thread: core.lastActive?.thread ?? core.systemThread, irql: PASSIVE_LEVEL };
    if (irql < DISPATCH_LEVEL) {
      this.#cleanUp(record, thread, irql);
      return;
    }
    record.state = 'dying';
    const routine = (worker: EngineThread, level: Irql): void => this.#cleanUp(record, worker, level);
    core.queueWorkItem({ kind: 'context', filter: record.filter, instance: null, operation: null, routine, handle: null, context: record.object, queueType: 1 });
  }

  #cleanUp(record: ContextRecord, thread: EngineThread, irql: Irql): void {
    const { definition, type, object } = record;
    record.state = 'cleaning';
    if (definition.cleanup !== null) this.#call('contextCleanup', record, thread, irql, definition.cleanup, () => definition.cleanup?.(object, type));
    record.state = 'freed';
    this.#step(record, 'freed', 'the last reference', null);
    this.#live.get(record.filter)?.delete(record);
    if (definition.allocate === null) this.memory.free(object);
    if (definition.free !== null) this.#call('contextFree', record, thread, irql, definition.free, () => definition.free?.(object, type));
  }

  /** CTX-036: at APC_LEVEL or below. */
  #call(kind: 'contextCleanup' | 'contextFree', record: ContextRecord, thread: EngineThread, irql: Irql, routine: (...args: never[]) => unknown, run: () => unknown): void {
    const core = this.#core;
    const { owner } = record;
    const activation = core.enter(kind, `${kind} ${contextTypeName(record.type)}`, null, record.filter, owner instanceof Filter ? null : owner, thread, irql > APC_LEVEL ? APC_LEVEL : irql);
    activation.routine = routine;
    activation.flags = record.type;
    activation.givenContext = record.object;
    core.run(activation, run);
  }

  // -- links

  find(type: number, target: object, owner: Filter | Instance): ContextRecord | null {
    return this.#links.get(type)?.get(target)?.get(owner) ?? null;
  }

  link(record: ContextRecord, link: ContextLink, routine: string): void {
    const { target, owner } = link;
    let byTarget = this.#links.get(record.type);
    if (byTarget === undefined) {
      byTarget = new WeakMap();
      this.#links.set(record.type, byTarget);
    }
    const byOwner = byTarget.get(target);
    if (byOwner === undefined) byTarget.set(target, new Map([[owner, record]]));
    else byOwner.set(owner, record);
    const owned = this.#owned.get(owner);
    if (owned === undefined) this.#owned.set(owner, new Set([record]));
    else owned.add(record);
    record.link = link;
    record.owner = owner;
    record.unlinked = false;
    record.count++;
    this.#step(record, 'linked', `${routine} to ${link.label}`, this.#core.site());
  }

  /** Takes the link away; its reference stays in the count. */
  #cut(record: ContextRecord): void {
    const { link } = record;
    if (link === null) return;
    const byOwner = this.#links.get(record.type)?.get(link.target);
    if (byOwner?.get(link.owner) === record) byOwner.delete(link.owner);
    this.#owned.get(link.owner)?.delete(record);
    record.link = null;
    record.unlinked = true;
  }

  /** Unlinks; the reference of the link is dropped, or passes to the filter when it wants the context back. */
  unlink(record: ContextRecord, by: string, toCaller = false): void {
    if (record.link === null) return;
    this.#cut(record);
    if (toCaller) this.#inherit(record, by);
    else this.#drop(record, 'unlinked', by);
  }

  /** A new context takes the place of the present one. */
  replace(present: ContextRecord, record: ContextRecord, link: ContextLink, routine: string, toCaller: boolean): void {
    this.#cut(present);
    this.link(record, link, routine);
    if (toCaller) this.#inherit(present, routine);
    else this.#drop(present, 'unlinked', routine);
  }

  /** The Filter Manager unlinks: the object or its instance goes away. */
  #remove(record: ContextRecord, reason: string, rule: string): void {
    const { link } = record;
    if (link === null) return;
    this.#core.event({ kind: 'context', filter: record.filter, instance: link.owner instanceof Filter ? null : link.owner, label: record.label, step: 'unlinked', reason, rule });
    this.unlink(record, reason);
  }

  // -- moments

  /** Contexts of one target, highest instance first (CTX-040). */
  #removeFrom(type: number, target: object, reason: string, rule: string): void {
    const byOwner = this.#links.get(type)?.get(target);
    if (byOwner === undefined || byOwner.size === 0) return;
    const altitudeOf = (record: ContextRecord): string => (record.link !== null && !(record.link.owner instanceof Filter) ? record.link.owner.altitude : '0');
    for (const record of [...byOwner.values()].sort((a, b) => compareAltitudes(altitudeOf(b), altitudeOf(a)))) this.#remove(record, reason, rule);
  }

  streamFreed(stream: object): void {
    const sections = this.#links.get(FLT_SECTION_CONTEXT)?.get(stream);
    if (sections !== undefined && sections.size > 0 && this.#core.is('CTX-041', 'section-keeps')) {
      this.#keptBySection.add(stream);
      return;
    }
    this.#removeFrom(FLT_STREAM_CONTEXT, stream, 'the file system freed the stream', 'CTX-040');
  }

  /** A data-scan section of the stream was closed. */
  sectionClosed(stream: object): void {
    if (this.#keptBySection.delete(stream)) this.#removeFrom(FLT_STREAM_CONTEXT, stream, 'the last section of the stream was closed', 'CTX-041');
  }

  fileFreed(file: object): void {
    this.#removeFrom(FLT_FILE_CONTEXT, file, 'the file system freed the file', 'CTX-040');
  }

  /** IRP_MJ_CLOSE of a file object: after its post callbacks, or before its first pre callback, as CTX-040 is read. */
  fileObjectClosed(fileObject: FILE_OBJECT | null, moment: 'before-close' | 'after-close', thread: EngineThread, irql: Irql): void {
    if (fileObject === null || !this.#core.is('CTX-040', moment)) return;
    this.#place = { thread, irql };
    this.#removeFrom(FLT_STREAMHANDLE_CONTEXT, fileObject, 'the file object was closed', 'CTX-040');
    this.#place = null;
  }

  /** CTX-042, other reading: contexts go with the name. */
  nameGone(volume: string, path: string): void {
    if (!this.#core.is('CTX-042', 'go-with-name') || this.#core.options.fileSystem?.resolve(volume, path).exists !== false) return;
    const folded = path.toUpperCase();
    for (const records of [...this.#owned.values()]) {
      for (const record of [...records]) {
        const at = record.link?.path ?? null;
        if (at?.volume.name === volume && at.path.toUpperCase() === folded) this.#remove(record, 'the name was removed', 'CTX-042');
      }
    }
  }

  /** The transaction has ended. */
  transactionEnded(type: number, transaction: object): void {
    this.#removeFrom(type, transaction, 'the transaction ended', 'CTX-001');
  }

  /** VOL-038: after the teardown-complete callback, and when an instance setup callback has declined. */
  instanceTornDown(instance: Instance): void {
    const order = this.#core.is('VOL-038', 'instance-to-handle') ? teardownOrder.toReversed() : teardownOrder;
    for (const type of order) {
      for (const record of [...(this.#owned.get(instance) ?? [])]) {
        if (record.type === type) this.#remove(record, 'the instance was torn down', 'VOL-038');
      }
    }
    this.#owned.delete(instance);
    if (!this.#core.is('CTX-002', 'goes-with-last-instance') || instance.filter.instances.some((other) => other !== instance && other.volume === instance.volume)) return;
    const record = this.find(FLT_VOLUME_CONTEXT, instance.volume, instance.filter);
    if (record !== null) this.#remove(record, 'the last instance was torn down', 'CTX-002');
  }

  /** REG-025: the filter's volume contexts go when it is unregistered. */
  filterUnregistered(filter: Filter): void {
    for (const record of [...(this.#owned.get(filter) ?? [])]) this.#remove(record, 'the filter was unregistered', 'REG-025');
    this.#owned.delete(filter);
  }

  /** VOL-050: the volume contexts of all filters go when it is dismounted. */
  volumeGone(volume: Volume): void {
    const byOwner = this.#links.get(FLT_VOLUME_CONTEXT)?.get(volume);
    for (const record of [...(byOwner?.values() ?? [])]) this.#remove(record, 'the volume was dismounted', 'VOL-050');
  }

  newTransaction(): Transaction {
    return new Transaction(++this.#transactions);
  }

  // -- questions

  /** What a filter has allocated and not freed, oldest first. */
  of(filter: Filter): ContextView[] {
    return [...(this.#live.get(filter) ?? [])].map((record) => ({
      label: record.label, type: record.type, typeName: contextTypeName(record.type), state: record.state, count: record.count, linkedTo: record.link?.label ?? null,
      instance: record.owner === null || record.owner instanceof Filter ? null : record.owner, size: record.size, paged: record.paged, object: record.object,
      references: [...record.references], history: [...record.history], changes: record.changesUpToNow(),
    }));
  }

  /** OV-042: contexts that came back through OldContext and were not released, told before the report of the rest. */
  reportUnreleasedOld(filter: Filter): void {
    for (const record of this.#live.get(filter) ?? []) {
      const old = record.references.find(({ origin }) => origin === 'old');
      if (old !== undefined) this.#core.violate('OV-042', { filter, instance: null, operation: null }, { ctx: record.label }, old.site);
    }
  }
}
