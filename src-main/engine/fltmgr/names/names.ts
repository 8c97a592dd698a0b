/**
 * File names: who may ask when, from where the answer comes, and who holds it.
 *
 * NAM-010 to NAM-013, NAM-018 to NAM-021, NAM-030, NAM-033, NAM-050 of filter-manager-objects.md (FltGetFileNameInformation;
 * FltGetFileNameInformationUnsafe; FltReferenceFileNameInformation; FltReleaseFileNameInformation). A refused query is an answer, no
 * violation.
 */
import { ntSuccess } from '../../../nt/ntStatus.ts';
import {
  FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE, FLT_FILE_NAME_DO_NOT_CACHE, FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED, FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP,
  FLT_FILE_NAME_QUERY_CACHE_ONLY, FLT_FILE_NAME_QUERY_DEFAULT, FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY, FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER, FLT_FILE_NAME_SHORT,
  FO_CLEANUP_COMPLETE, IRP_MJ_ACQUIRE_FOR_CC_FLUSH, IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_CREATE, IRP_MJ_RELEASE_FOR_CC_FLUSH,
  IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, STATUS_FLT_INVALID_NAME_REQUEST, STATUS_FLT_NAME_CACHE_MISS, STATUS_INVALID_PARAMETER,
  STATUS_REPARSE, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { FileLocation } from '../../iomgr/fileSystemServices.ts';
import type { FLT_CALLBACK_DATA } from '../callbackData.ts';
import type { Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import { instanceOf, type Filter, type Instance, type Volume } from '../instance.ts';
import type { Operation } from '../operation.ts';
import { isPaging } from '../operationFacts.ts';
import { wrongHandle } from '../wrongHandle.ts';
import { topLevelIrpOf } from '../ownIo/topLevelIrp.ts';
import { NameCache, type NameOwner } from './nameCache.ts';
import { FLT_FILE_NAME_INFORMATION, nameFriend } from './nameRecord.ts';
import { isRedirector, parseName } from './parseName.ts';
import { openedPath, providerFor, queryName, targetsDirectory, type NameQuestion } from './queryName.ts';

export interface NameOptions {
  readonly format: number;
  readonly method: number;
  readonly doNotCache: boolean;
  readonly currentProvider: boolean;
  readonly onReparse: boolean;
}

const methods = new Set<number>([FLT_FILE_NAME_QUERY_DEFAULT, FLT_FILE_NAME_QUERY_CACHE_ONLY, FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY, FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP]);
const formats = new Set<number>([FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED, FLT_FILE_NAME_SHORT]);
const flags = FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER | FLT_FILE_NAME_DO_NOT_CACHE | FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE;

/** NAM-010: one format, one method, and flags; undefined for anything else. */
export function optionsOf(given: unknown): NameOptions | undefined {
  if (typeof given !== 'number' || !Number.isInteger(given)) return undefined;
  const format = given & 0xff;
  const method = given & 0xff00;
  if (!formats.has(format) || !methods.has(method) || (given & ~(0xffff | flags)) !== 0) return undefined;
  return {
    format, method, doNotCache: (given & FLT_FILE_NAME_DO_NOT_CACHE) !== 0, currentProvider: (given & FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER) !== 0,
    onReparse: (given & FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE) !== 0,
  };
}

const unsafeMajors = new Set<number>([
  IRP_MJ_ACQUIRE_FOR_CC_FLUSH, IRP_MJ_RELEASE_FOR_CC_FLUSH, IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION,
]);

/** A filter holds it before its pre callback has handed it on. */
const inPre = (core: Core, operation: Operation): boolean => operation.hold?.phase === 'pre' || (operation.hold === null && core.activation?.kind === 'pre');

/** NAM-011: the file system may be asked now. */
export function isSafe(core: Core, operation: Operation | null, fileObject: FILE_OBJECT): boolean {
  const { activation } = core;
  if (activation !== null) {
    if (topLevelIrpOf(core, activation.thread) !== null) return false;
    // At APC_LEVEL the call is allowed (NAM-020): only a guarded region counts here.
    if (core.threads.kernel.states.of(activation.thread).guardedRegions > 0) return false;
  }
  if ((fileObject.Flags & FO_CLEANUP_COMPLETE) !== 0) return false;
  if (operation === null || operation.iopb.TargetFileObject !== fileObject) return true;
  if (operation.topLevelIrp || isPaging(operation.shown.block) || unsafeMajors.has(operation.major)) return false;
  return operation.major !== IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION || inPre(core, operation);
}

/** What came of a create in whose post callback somebody asks. */
type CreateOutcome = 'not-in-create' | 'before' | 'opened' | 'reparse' | 'failed';

function createOutcome(core: Core, operation: Operation | null, fileObject: FILE_OBJECT): CreateOutcome {
  if (operation === null || operation.major !== IRP_MJ_CREATE || operation.iopb.TargetFileObject !== fileObject) return 'not-in-create';
  if (inPre(core, operation)) return 'before';
  const { status } = operation;
  if (status === STATUS_REPARSE) return 'reparse';
  return ntSuccess(status) ? 'opened' : 'failed';
}

/** Everything a query is about. */
interface Query {
  readonly volume: Volume;
  readonly fileObject: FILE_OBJECT;
  readonly data: FLT_CALLBACK_DATA | null;
  readonly operation: Operation | null;
  readonly asker: Instance | null;
  readonly options: NameOptions;
  readonly safe: boolean;
  readonly outcome: CreateOutcome;
}

interface Found {
  readonly status: number;
  readonly record: FLT_FILE_NAME_INFORMATION | null;
}

const refusal = (status: number): Found => ({ status, record: null });

export class Names {
  readonly cache = new NameCache();
  readonly #core: Core;
  readonly #streamNumbers = new WeakMap<object, number>();
  #streams = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  // -- the file system's notices

  nameChanged(volume: string, path: string): void {
    if (this.#core.is('NAM-051', 'before-posts')) this.cache.nameChanged(volume, path);
    else this.#core.afterEvent.push(() => this.cache.nameChanged(volume, path));
  }

  // -- records

  make(volume: Volume, format: number, name: string): FLT_FILE_NAME_INFORMATION {
    const core = this.#core;
    const redirector = volume.deviceType === networkFileSystem || isRedirector(volume.name);
    const where = () => ({ filter: core.activation?.filter ?? null, instance: core.activation?.instance ?? null, operation: core.activation?.operation ?? null });
    return new FLT_FILE_NAME_INFORMATION({ format, name, volume: format === FLT_FILE_NAME_SHORT ? '' : volume.name, redirector }, {
      written: (_record, field) => core.violate('OV-051', where(), { field }),
      unparsed: (record, field) => {
        if (!core.driverRuns) return;
        core.violate('OV-057', where(), { field });
        if (core.is('NAM-044', 'parsed-anyway')) this.parse(record);
      },
    });
  }

  /** FltParseFileNameInformation: NAM-040, NAM-043. */
  parse(record: FLT_FILE_NAME_INFORMATION): void {
    const dotFile = this.#core.is('NAM-042', 'extension');
    const name = record.Name.Buffer;
    if (record.Format === FLT_FILE_NAME_SHORT) nameFriend.parse(record, this.#core.is('NAM-043', 'empty') ? null : parseName(name, '', false, dotFile));
    else nameFriend.parse(record, parseName(name, record.Volume.Buffer, nameFriend.redirector(record), dotFile));
  }

  /** The filter gets a reference on the record. */
  give(record: FLT_FILE_NAME_INFORMATION, filter: Filter | null): void {
    nameFriend.addReferences(record, 1);
    if (filter !== null) this.#core.ledger.take(filter, 'name', record, `name ${record.Name.Buffer}`, this.#core.site());
  }

  reference(given: unknown): void {
    const record = this.#usable(given, 'FltReferenceFileNameInformation');
    if (record !== null) this.give(record, this.#core.activation?.filter ?? null);
  }

  /** FV-130 for one too many. */
  release(given: unknown): void {
    const core = this.#core;
    const filter = core.activation?.filter ?? null;
    if (!(given instanceof FLT_FILE_NAME_INFORMATION)) throw wrongHandle('FileNameInformation', given, 'FltReleaseFileNameInformation: FileNameInformation is no FLT_FILE_NAME_INFORMATION: pass the value of the box that FltGetFileNameInformation filled.');
    const held = filter === null ? nameFriend.references(given) > 0 : core.ledger.giveBack(filter, given);
    if (held) nameFriend.addReferences(given, -1);
    else core.violate('FV-130', { filter, instance: core.activation?.instance ?? null, operation: core.activation?.operation ?? null });
  }

  /** A record that may be worked with; null after OV-003 for one that is gone. */
  #usable(given: unknown, routine: string): FLT_FILE_NAME_INFORMATION | null {
    if (!(given instanceof FLT_FILE_NAME_INFORMATION)) throw wrongHandle('FileNameInformation', given, `${routine}: FileNameInformation is no FLT_FILE_NAME_INFORMATION: pass the value of the box that FltGetFileNameInformation filled.`);
    const core = this.#core;
    const alive = nameFriend.references(given) > 0 && !(core.is('NAM-052', 'record-ends') && this.cache.isStale(given));
    if (alive) return given;
    core.violate('OV-003', { filter: core.activation?.filter ?? null, instance: core.activation?.instance ?? null, operation: null }, { object: `name ${given.Name.Buffer}`, api: routine });
    return null;
  }

  parseGiven(given: unknown): number {
    const record = this.#usable(given, 'FltParseFileNameInformation');
    if (record === null) return STATUS_INVALID_PARAMETER;
    this.parse(record);
    return STATUS_SUCCESS;
  }

  usable(given: unknown, routine: string): FLT_FILE_NAME_INFORMATION | null {
    return this.#usable(given, routine);
  }

  // -- queries

  /** FltGetFileNameInformation. */
  ofOperation(data: FLT_CALLBACK_DATA, operation: Operation | null, options: NameOptions, result: Ref<unknown>): number {
    const core = this.#core;
    const fileObject = data.Iopb.TargetFileObject;
    const asker = core.activation?.instance ?? instanceOf(data.Iopb.TargetInstance) ?? null;
    const volume = asker?.volume ?? operation?.volume;
    if (!(fileObject instanceof FILE_OBJECT) || volume === undefined) return STATUS_FLT_INVALID_NAME_REQUEST;
    const outcome = createOutcome(core, operation, fileObject);
    return this.#deliver(this.#find({ volume, fileObject, data, operation, asker, options, safe: isSafe(core, operation, fileObject), outcome }), result);
  }

  /** FltGetFileNameInformationUnsafe: NAM-030. */
  ofFile(fileObject: FILE_OBJECT, asker: Instance | null, options: NameOptions, result: Ref<unknown>): number {
    const core = this.#core;
    const volume = asker?.volume ?? core.volumes.find(({ name }) => name === fileObject.volume);
    const location = core.options.fileSystem?.locate(fileObject) ?? null;
    if (volume === undefined || location === null) return STATUS_FLT_INVALID_NAME_REQUEST;
    const { activation } = core;
    const operation = activation?.operation ?? null;
    const safe = isSafe(core, operation, fileObject);
    if (!safe) core.violate('OV-055', { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation }, { api: 'FltGetFileNameInformationUnsafe' });
    const query: Query = { volume, fileObject, data: null, operation, asker, options, safe: true, outcome: 'not-in-create' };
    if (safe || core.is('NAM-030', 'answered')) return this.#deliver(this.#find(query), result);
    const cached = this.#cached(query, location);
    return cached === null ? STATUS_FLT_INVALID_NAME_REQUEST : this.#deliver({ status: STATUS_SUCCESS, record: cached }, result);
  }

  #deliver({ status, record }: Found, result: Ref<unknown>): number {
    if (record === null) return status;
    this.give(record, this.#core.activation?.filter ?? null);
    result.value = record;
    return STATUS_SUCCESS;
  }

  #find(query: Query): Found {
    const { options, outcome } = query;
    const { format } = options;
    // NAM-013: with every method.
    if (format === FLT_FILE_NAME_SHORT && outcome === 'before') return refusal(STATUS_FLT_INVALID_NAME_REQUEST);
    if (outcome === 'reparse' && !options.onReparse) return refusal(STATUS_FLT_INVALID_NAME_REQUEST);
    const location = this.#core.options.fileSystem?.locate(query.fileObject) ?? null;
    const cached = this.#cached(query, location);
    // NAM-018: after a failed create only the opened name can be made.
    if (outcome === 'failed' && format !== FLT_FILE_NAME_OPENED) return this.#afterFailedCreate(cached);
    return this.#byMethod(query, cached, location);
  }

  #afterFailedCreate(cached: FLT_FILE_NAME_INFORMATION | null): Found {
    if (cached !== null) return { status: STATUS_SUCCESS, record: cached };
    return refusal(this.#core.is('NAM-018', 'cache-miss') ? STATUS_FLT_NAME_CACHE_MISS : STATUS_FLT_INVALID_NAME_REQUEST);
  }

  /** The table of NAM-012. */
  #byMethod(query: Query, cached: FLT_FILE_NAME_INFORMATION | null, location: FileLocation | null): Found {
    const { safe, options } = query;
    const hit: Found | null = cached === null ? null : { status: STATUS_SUCCESS, record: cached };
    switch (options.method) {
      case FLT_FILE_NAME_QUERY_CACHE_ONLY: return hit ?? refusal(STATUS_FLT_NAME_CACHE_MISS);
      case FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY: return safe ? this.#ask(query, location, false) : refusal(STATUS_FLT_INVALID_NAME_REQUEST);
      case FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP: return hit ?? (safe ? this.#ask(query, location, true) : refusal(STATUS_FLT_NAME_CACHE_MISS));
      default:
        if (!safe) return hit !== null && this.#core.is('NAM-012', 'cache') ? hit : refusal(STATUS_FLT_INVALID_NAME_REQUEST);
        return hit ?? this.#ask(query, location, true);
    }
  }

  /** NAM-050: what the name belongs to. */
  #ownerOf({ volume, fileObject, options, asker, outcome }: Query, location: FileLocation | null): NameOwner {
    const core = this.#core;
    if (location === null) return { volume, fileObject, path: outcome === 'before' ? this.#pathOf(fileObject) : null, stream: null, sharedKey: null };
    const own = options.format === FLT_FILE_NAME_OPENED || core.is('NAM-050', 'per-file-object');
    const key = core.is('NAM-005', 'of-the-stream') ? `stream ${this.#numberOf(location.stream)}` : location.path.toUpperCase();
    return { volume: asker?.volume ?? volume, fileObject, path: location.path, stream: location.stream, sharedKey: own ? null : key };
  }

  #pathOf(fileObject: FILE_OBJECT): string | null {
    const { fileSystem } = this.#core.options;
    return fileSystem === undefined ? null : openedPath({ fileObject, location: null, fileSystem, targetDirectory: false });
  }

  #numberOf(stream: object): number {
    let number = this.#streamNumbers.get(stream);
    if (number === undefined) {
      number = ++this.#streams;
      this.#streamNumbers.set(stream, number);
    }
    return number;
  }

  #cached(query: Query, location: FileLocation | null): FLT_FILE_NAME_INFORMATION | null {
    const { volume, asker, options } = query;
    return this.cache.find(this.#ownerOf(query, location), options.format, providerFor(volume, asker, options.currentProvider));
  }

  /** Asks the file system, by way of the name providers below, and keeps the answer where it may. */
  #ask(query: Query, location: FileLocation | null, keep: boolean): Found {
    const { volume, fileObject, data, asker, options, outcome } = query;
    const { fileSystem } = this.#core.options;
    if (fileSystem === undefined) return refusal(STATUS_FLT_INVALID_NAME_REQUEST);
    const question: NameQuestion = { volume, fileObject, data, location, fileSystem, preCreate: outcome === 'before', targetDirectory: outcome === 'before' && data !== null && targetsDirectory(data.Iopb.OperationFlags) };
    const provider = providerFor(volume, asker, options.currentProvider);
    const made = queryName(this.#core, question, options.format, options.method, provider);
    if (!ntSuccess(made.status)) return refusal(made.status);
    const record = this.make(volume, options.format, made.name);
    if (keep && made.cacheable && !options.doNotCache) this.cache.add(this.#ownerOf(query, location), options.format, provider, record);
    return { status: STATUS_SUCCESS, record };
  }

  /** FltPurgeFileNameInformationCache. */
  purge(provider: Instance, fileObject: FILE_OBJECT | null): void {
    if (fileObject === null) {
      this.cache.purge(provider);
      return;
    }
    const location = this.#core.options.fileSystem?.locate(fileObject) ?? null;
    for (const format of formats) {
      const options: NameOptions = { format, method: FLT_FILE_NAME_QUERY_CACHE_ONLY, doNotCache: false, currentProvider: true, onReparse: false };
      this.cache.purgeFile(this.#ownerOf({ volume: provider.volume, fileObject, data: null, operation: null, asker: provider, options, safe: false, outcome: 'not-in-create' }, location), format, provider);
    }
  }
}

/** FILE_DEVICE_NETWORK_FILE_SYSTEM */
const networkFileSystem = 0x14;
