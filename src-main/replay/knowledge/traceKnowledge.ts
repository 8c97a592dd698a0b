/**
 * What a recording shows of the state of its volumes, put into the model file system just in time.
 *
 * Nobody knows what lay on the volumes before a recording began. Each record shows a little of it: a file that was opened existed, a
 * read that met the end knows the size. `before` settles what must have been so for the recorded answer to be possible, and leaves
 * the answer itself to the model's rules. What the run has settled or changed is never overruled; `after` does so, for answers that
 * are taken from the recording though the model would have given another. There is no pass over the recording beforehand.
 */
import { assumptionOf, type FILE_OBJECT, type IsAssumed, type LowerAnswer } from '../../engine/index.ts';
import { settledHere, type Claim, type Handle, type ModelFileSystem, type ModelVolume } from '../../filesystem/model/index.ts';
import { isOplockRequest } from '../../filesystem/recordedAnswers.ts';
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  DELETE, FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_WRITE_DATA, FileDispositionInformation, FileDispositionInformationEx, FileEndOfFileInformation, FileRenameInformation, FileRenameInformationEx, FSCTL_REQUEST_OPLOCK,
  IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_LOCK_CONTROL,
  IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_OPEN, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE,
  IRP_MN_QUERY_DIRECTORY, IRP_PAGING_IO, STATUS_OPLOCK_HANDLE_CLOSED, STATUS_PENDING, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import type { FileObjectOrigin } from '../fileObjects.ts';
import { splitPath } from '../recordedPaths.ts';
import { showControl } from './controlEvidence.ts';
import { adoptedOpen, created, opened, recordedCreate, redoCreate, showCreate } from './createEvidence.ts';
import { showDirectory } from './directoryEvidence.ts';
import { showFile } from './fileEvidence.ts';
import { showQueryOpen } from './queryOpenEvidence.ts';
import { numberIn } from './recordedValues.ts';
import { redoSet } from './setEffects.ts';
import { showVolume } from './volumeEvidence.ts';

/** Which operation has changed what lies at a path of a volume (device name); 0: it is as recorded. */
export interface ChangedPaths {
  causeOf(volume: string, path: string): number;
  /** The same for who has it open. */
  causeOfSharing(volume: string, path: string): number;
}

/** Requests whose file object is no open file. */
const withoutHandle: ReadonlySet<number> = new Set([IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_QUERY_OPEN, IRP_MJ_NETWORK_QUERY_OPEN]);

/** So many files of a volume are remembered before the ones that nobody needs are forgotten: some 60 MB. */
export const mostFiles = 65_536;

/** FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE: an open that nobody saw keeps nobody out. */
const sharesAll = 7;
/** PAGE_READWRITE */
const pageReadWrite = 4;

export class TraceKnowledge {
  readonly #model: ModelFileSystem;
  readonly #changes: ChangedPaths;
  /** File object of the last `before`. */
  #fileObject: FILE_OBJECT | null = null;
  /** Handles whose unseen close is known to come, the next one first. */
  readonly #closings: { readonly time: bigint; readonly handle: Handle }[] = [];
  readonly #limit: number;
  #mostFiles: number;
  readonly #infersRefusals: boolean;
  readonly #openUntilClosed: boolean;
  /** The recording tells when handles are closed: a filter of the recorder may have left that out. */
  #closes = false;
  #lastVolume: ModelVolume | null = null;

  constructor(model: ModelFileSystem, changes: ChangedPaths, is: IsAssumed = defaultReading, limit: number = mostFiles) {
    this.#limit = limit;
    this.#mostFiles = limit;
    this.#model = model;
    this.#changes = changes;
    this.#infersRefusals = is('REP-010', 'refused-again');
    this.#openUntilClosed = is('REP-021', 'still-open');
  }

  /** Keeps what is remembered of a volume within bounds. */
  #forget(name: string): void {
    const volume = this.#model.volumeIfAny(name);
    if (volume === undefined || volume.files.size <= this.#mostFiles) return;
    volume.shown.forget(this.#limit / 2);
    // Where more than that is needed at once, looking again and again would not help.
    this.#mostFiles = Math.max(this.#limit, Math.ceil(volume.files.size * 1.5));
  }

  /** An oplock that ended with its handle tells when that was, where the recording has no closes. */
  #noteClosing({ time, duration, status, detail }: NumberedOperation, handle: Handle): void {
    if (duration === null || handle.shownBy === settledHere || !this.#closesAreLost) return;
    const code = numberIn(detail['ControlCode']);
    const ends = code === FSCTL_REQUEST_OPLOCK ? status === STATUS_OPLOCK_HANDLE_CLOSED : isOplockRequest(code) && status === STATUS_SUCCESS;
    if (!ends) return;
    const end = time + duration;
    let at = this.#closings.length;
    while (at > 0 && (this.#closings[at - 1]?.time ?? 0n) > end) at--;
    this.#closings.splice(at, 0, { time: end, handle });
  }

  #endUnseen(now: bigint): void {
    for (let next = this.#closings[0]; next !== undefined && next.time <= now; next = this.#closings[0]) {
      this.#closings.shift();
      const { fileObject } = next.handle;
      if (this.#model.handleOf(fileObject) === next.handle) this.#model.disown(fileObject);
    }
  }

  /** Before a record is issued: what its recorded answer shows of the state it met. */
  before(record: NumberedOperation, fileObject: FILE_OBJECT, origin: FileObjectOrigin): void {
    this.#fileObject = fileObject;
    const { major } = record;
    if (major === null) return;
    if (this.#closings.length > 0) this.#endUnseen(record.time);
    if (major === IRP_MJ_CREATE) this.#forget(fileObject.volume);
    const volume = this.volume(fileObject.volume);
    if (record.status === null || record.status === STATUS_PENDING) {
      if (!withoutHandle.has(major)) this.#handleFor(volume, record, fileObject, origin);
      return;
    }
    switch (major) {
      case IRP_MJ_CREATE:
        return showCreate(volume, recordedCreate(record, nameIn(record)), this.#closesAreLost, 'prior');
      case IRP_MJ_QUERY_OPEN:
      case IRP_MJ_NETWORK_QUERY_OPEN:
        return showQueryOpen(volume, record, nameIn(record), this.#infersRefusals);
      case IRP_MJ_CLEANUP:
        this.#closes = true;
        return;
      case IRP_MJ_CLOSE:
        return;
      default:
        this.#show(volume, record, this.#handleFor(volume, record, fileObject, origin), 'prior');
    }
  }

  /** Opens may have ended without a close to show it. */
  get #closesAreLost(): boolean {
    return !this.#closes && !this.#openUntilClosed;
  }

  #show(volume: ModelVolume, record: NumberedOperation, handle: Handle | null, claim: Claim): void {
    switch (record.major) {
      case IRP_MJ_FILE_SYSTEM_CONTROL:
      case IRP_MJ_DEVICE_CONTROL:
        showControl(volume, handle, record);
        if (handle !== null && claim === 'prior') this.#noteClosing(record, handle);
        return;
      case IRP_MJ_DIRECTORY_CONTROL:
        if (handle !== null && record.minor === IRP_MN_QUERY_DIRECTORY) showDirectory(volume, handle, record, claim);
        return;
      case IRP_MJ_QUERY_VOLUME_INFORMATION:
        return showVolume(volume, record);
      default:
        if (handle !== null) showFile(volume, handle, record, this.#closesAreLost, claim);
    }
  }

  /**
   * After a record whose recorded answer was taken although the model gave another: the model is brought in line.
   *
   * A request that waits in the model has been let go of by then (`ModelFileSystem.abandon`).
   */
  after(record: NumberedOperation, modelAnswer: LowerAnswer, fileObject: FILE_OBJECT | null = this.#fileObject): void {
    const { major, status } = record;
    if (major === null || fileObject === null || status === null || status === STATUS_PENDING) return;
    if (modelAnswer.kind === 'complete' && modelAnswer.status === status && (record.information === null || modelAnswer.information === record.information)) return;
    const volume = this.volume(fileObject.volume);
    if (major === IRP_MJ_CREATE) return this.#redoCreate(volume, record, fileObject, modelAnswer);
    const handle = this.#model.handleOf(fileObject);
    if (handle === null) return;
    this.#show(volume, record, handle, 'resync');
    if (ntSuccess(status)) redoSet(volume, handle, record);
  }

  #redoCreate(volume: ModelVolume, record: NumberedOperation, fileObject: FILE_OBJECT, modelAnswer: LowerAnswer): void {
    const create = recordedCreate(record, nameIn(record));
    if (opened(create)) {
      if (this.#model.handleOf(fileObject) !== null) return;
      if (create.path !== '' && redoCreate(volume, create) === null) return;
      this.#model.adopt(fileObject, adoptedOpen(create));
      return;
    }
    const handle = this.#model.handleOf(fileObject);
    if (handle === null && modelAnswer.kind !== 'complete') return;
    this.#model.disown(fileObject);
    // What the model has just made was never there.
    if (handle !== null && handle.link.shownBy === 0 && created({ ...create, action: modelAnswer.kind === 'complete' ? modelAnswer.information : null })) volume.shown.removeName(handle.link, 'resync');
    showCreate(volume, create, this.#closesAreLost, 'resync');
  }

  /** The model's volume, made at its first use. */
  volume(name: string): ModelVolume {
    const last = this.#lastVolume;
    // One that is gone may have been replaced by another of its name.
    if (last !== null && last.name === name && last.state !== 'gone') return last;
    const volume = this.#model.volumeIfAny(name) ?? this.#model.addVolume({ name, fileSystem: name === '\\Device\\Mup' ? 'RDR' : 'NTFS' });
    volume.shown.isChanged ??= (path) => this.#changes.causeOf(name, path) !== 0;
    volume.shown.isOpenedOtherwise ??= (path) => this.#changes.causeOfSharing(name, path) !== 0;
    this.#lastVolume = volume;
    return volume;
  }

  /** The open by which a request comes; one that was made before the recording began is adopted. */
  #handleFor(volume: ModelVolume, record: NumberedOperation, fileObject: FILE_OBJECT, origin: FileObjectOrigin): Handle | null {
    const known = this.#model.handleOf(fileObject);
    if (known !== null) {
      if (known.shownBy !== 0 && !known.cleanedUp) this.#model.adopt(fileObject, { path: '', access: rightsOf(record), share: sharesAll, options: 0, shownBy: record.index });
      return known;
    }
    return origin === 'assumed' ? this.#adopt(volume, record, fileObject) : null;
  }

  #adopt(volume: ModelVolume, record: NumberedOperation, fileObject: FILE_OBJECT): Handle | null {
    const path = nameIn(record);
    const kind = record.major === IRP_MJ_DIRECTORY_CONTROL ? 'directory' : isDataRequest(record.major) ? 'file' : null;
    const open = { path: isDevice(path) ? '' : path, access: rightsOf(record), share: sharesAll, options: 0, shownBy: record.index };
    if (open.path !== '' && volume.shown.exists(path, kind, record.index) === null) return this.#model.adoptNameless(fileObject, open, kind === 'directory');
    return this.#model.adopt(fileObject, open) ?? this.#model.adoptNameless(fileObject, open, kind === 'directory');
  }
}

const defaultReading: IsAssumed = (assumption, word) => assumptionOf(assumption)?.values[0] === word;

/** `\Device\Harddisk0\DR0`: a device that is no file system's volume. */
const isDevice = (path: string): boolean => path.startsWith('\\Device\\') && !path.startsWith('\\Device\\HarddiskVolume');

/** Path within its volume. */
const nameIn = (record: NumberedOperation): string => splitPath(record.path).name;

const isDataRequest = (major: number | null): boolean => major === IRP_MJ_READ || major === IRP_MJ_WRITE || major === IRP_MJ_LOCK_CONTROL || major === IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION;

/** The rights a handle must have had for a request to come by it. */
function rightsOf({ major, irpFlags, detail }: NumberedOperation): number {
  switch (major) {
    case IRP_MJ_READ:
    case IRP_MJ_LOCK_CONTROL:
      return (irpFlags & IRP_PAGING_IO) === 0 ? FILE_READ_DATA : 0;
    case IRP_MJ_WRITE:
      return (irpFlags & IRP_PAGING_IO) === 0 ? FILE_WRITE_DATA : 0;
    case IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION:
      return FILE_READ_DATA | (numberIn(detail['PageProtection']) === pageReadWrite ? FILE_WRITE_DATA : 0);
    case IRP_MJ_SET_INFORMATION:
      switch (numberIn(detail['FileInformationClass'])) {
        case FileEndOfFileInformation:
          return FILE_WRITE_DATA;
        case FileDispositionInformation:
        case FileDispositionInformationEx:
        case FileRenameInformation:
        case FileRenameInformationEx:
          return DELETE;
      }
      return 0;
    default:
      return FILE_READ_ATTRIBUTES;
  }
}
