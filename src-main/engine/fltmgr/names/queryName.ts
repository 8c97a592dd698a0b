/**
 * What a name is, as the file system and the name providers on the way make it.
 *
 * NAM-001 to NAM-005, NAM-014 to NAM-017, NAM-053 of filter-manager-objects.md (FLT_FILE_NAME_INFORMATION; managing-file-names;
 * PFLT_GENERATE_FILE_NAME; PFLT_NORMALIZE_NAME_COMPONENT).
 */
import { ntSuccess } from '../../../nt/ntStatus.ts';
import {
  FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED, FLT_FILE_NAME_SHORT, SL_OPEN_TARGET_DIRECTORY, STATUS_FLT_INVALID_NAME_REQUEST, STATUS_NOT_SAME_DEVICE,
  STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { FileLocation, FileSystemServices } from '../../iomgr/fileSystemServices.ts';
import { APC_LEVEL, type Irql } from '../../kernel/irql.ts';
import { UNICODE_STRING } from '../../kernel/unicodeString.ts';
import type { FILE_NAMES_BUFFER, FLT_CALLBACK_DATA, FLT_NAME_CONTROL } from '../../wdk.ts';
import { compareAltitudes } from '../altitude.ts';
import type { Core } from '../core.ts';
import type { Instance, Volume } from '../instance.ts';
import { parseName } from './parseName.ts';

export interface NameQuestion {
  readonly volume: Volume;
  readonly fileObject: FILE_OBJECT;
  readonly data: FLT_CALLBACK_DATA | null;
  /** Null where the file object is not open. */
  readonly location: FileLocation | null;
  readonly fileSystem: FileSystemServices;
  /** The open asks for the parent of the name (NAM-015). */
  readonly targetDirectory: boolean;
  /** NAM-014 speaks of pre-create only. */
  readonly preCreate: boolean;
}

export interface NameAnswer {
  readonly status: number;
  readonly name: string;
  /** False: a provider wants it asked again each time. */
  readonly cacheable: boolean;
}

const answer = (name: string): NameAnswer => ({ status: STATUS_SUCCESS, name, cacheable: true });
const failure = (status: number): NameAnswer => ({ status, name: '', cacheable: false });

/** NAM-001: a trailing `:$DATA` or `::$DATA` goes. */
const withoutDefaultStream = (path: string): string => path.replace(/:{1,2}\$DATA$/i, '');

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('\\'), 0)) || '\\';

/** NAM-002: as the open spelled it, behind the name of the related file object. */
export function openedPath({ fileObject, location, fileSystem, targetDirectory }: Pick<NameQuestion, 'fileObject' | 'location' | 'fileSystem' | 'targetDirectory'>): string {
  if (location !== null) return location.openedPath;
  const own = fileObject.FileName.Buffer;
  const { RelatedFileObject: related } = fileObject;
  const base = related === null ? '' : (fileSystem.locate(related)?.openedPath ?? related.FileName.Buffer).replace(/\\$/, '');
  const path = related === null || own === '' ? base + own : own.startsWith(':') ? base + own : `${base}\\${own.replace(/^\\/, '')}`;
  return targetDirectory ? parentOf(path) : path;
}

export const targetsDirectory = (operationFlags: number): boolean => (operationFlags & SL_OPEN_TARGET_DIRECTORY) !== 0;

/** NAM-004, the other reading: what differs only in case is as the caller wrote it. */
function inCase(core: Core, path: string, opened: string): string {
  if (core.is('NAM-004', 'case-on-disk')) return path;
  const given = withoutDefaultStream(opened);
  return given.toUpperCase() === path.toUpperCase() ? given : path;
}

function normalizedPath(core: Core, question: NameQuestion): NameAnswer {
  const { location, volume, fileSystem } = question;
  const opened = openedPath(question);
  if (location !== null) return answer(inCase(core, withoutDefaultStream(location.path), opened));
  const found = fileSystem.resolve(volume.name, opened);
  if (ntSuccess(found.status) && found.volume === volume.name) return answer(inCase(core, withoutDefaultStream(found.path), opened));
  if (ntSuccess(found.status)) return failure(STATUS_NOT_SAME_DEVICE);
  return failure(found.status === STATUS_NOT_SAME_DEVICE || core.is('NAM-014', 'file-system-status') ? found.status : STATUS_FLT_INVALID_NAME_REQUEST);
}

function shortName(core: Core, { location }: NameQuestion): NameAnswer {
  if (location === null) return failure(STATUS_FLT_INVALID_NAME_REQUEST);
  if (location.shortName !== null) return answer(location.shortName);
  return answer(core.is('NAM-003', 'empty') ? '' : location.path.slice(location.path.lastIndexOf('\\') + 1).replace(/:.*$/, ''));
}

/** The file system's own answer. */
function fromFileSystem(core: Core, question: NameQuestion, format: number): NameAnswer {
  if (format === FLT_FILE_NAME_SHORT) return shortName(core, question);
  const path = format === FLT_FILE_NAME_OPENED ? answer(openedPath(question)) : normalizedPath(core, question);
  return path.status === STATUS_SUCCESS ? answer(question.volume.name + path.name) : path;
}

// ---- name providers

const isProvider = (instance: Instance): boolean => instance.state === 'attached' && typeof instance.filter.registration.GenerateFileNameCallback === 'function';

/** The name provider an instance asks: the highest below it, itself included where it says so; null for the file system. */
export function providerFor(volume: Volume, asker: Instance | null, own: boolean): Instance | null {
  return volume.instances.find((instance) => {
    if (!isProvider(instance)) return false;
    if (asker === null) return true;
    const order = compareAltitudes(instance.altitude, asker.altitude);
    return order < 0 || (own && order === 0);
  }) ?? null;
}

/** A name provider's callback, in the thread that asks. */
function call(core: Core, kind: 'generateName' | 'normalizeName' | 'normalizeCleanup', provider: Instance, data: FLT_CALLBACK_DATA | null, routine: (...args: never[]) => unknown, run: () => unknown): number {
  const { activation } = core;
  const irql: Irql = activation === null || activation.irql <= APC_LEVEL ? (activation?.irql ?? 0) : APC_LEVEL;
  const record = core.enter(kind, kind, activation?.operation ?? null, provider.filter, provider, activation?.thread ?? core.systemThread, irql);
  record.data = data;
  record.routine = routine;
  const status = core.run(record, run);
  return typeof status === 'number' ? status >>> 0 : STATUS_FLT_INVALID_NAME_REQUEST;
}

function generate(core: Core, provider: Instance, { fileObject, data }: NameQuestion, format: number, method: number): NameAnswer {
  const routine = provider.filter.registration.GenerateFileNameCallback;
  if (typeof routine !== 'function') return failure(STATUS_FLT_INVALID_NAME_REQUEST);
  const cache = { value: true as boolean | number };
  const control: FLT_NAME_CONTROL = { Name: new UNICODE_STRING() };
  const status = call(core, 'generateName', provider, data, routine, () => routine(provider.handle, fileObject, data, format | method, cache, control));
  return ntSuccess(status) ? { status: STATUS_SUCCESS, name: control.Name.Buffer, cacheable: Boolean(cache.value) } : failure(status);
}

/** NAM-053: an opened name, component by component. */
function normalizeWalk(core: Core, provider: Instance, question: NameQuestion, opened: string): NameAnswer {
  const { NormalizeNameComponentExCallback: extended, NormalizeNameComponentCallback: plain, NormalizeContextCleanupCallback: cleanup } = provider.filter.registration;
  const routine = typeof extended === 'function' ? extended : plain;
  if (typeof routine !== 'function') return failure(STATUS_FLT_INVALID_NAME_REQUEST);
  const { volume, share } = parseName(opened, question.volume.name);
  const context = { value: null as unknown };
  let parent = volume + share;
  let status: number = STATUS_SUCCESS;
  for (const component of opened.slice(parent.length).split('\\').slice(1)) {
    if (component === '') continue;
    const expanded: FILE_NAMES_BUFFER = { FileName: component, FileNameLength: component.length * 2 };
    const directory = new UNICODE_STRING(`${parent}\\`);
    const name = new UNICODE_STRING(component);
    status = call(core, 'normalizeName', provider, null, routine, () =>
      (typeof extended === 'function'
        ? extended(provider.handle, question.fileObject, directory, volume.length * 2, name, expanded, 0x10000, 0, context)
        : plain?.(provider.handle, directory, volume.length * 2, name, expanded, 0x10000, 0, context)));
    if (!ntSuccess(status)) break;
    parent += `\\${String(expanded.FileName)}`;
  }
  if (typeof cleanup === 'function') call(core, 'normalizeCleanup', provider, null, cleanup, () => cleanup(context));
  return ntSuccess(status) ? answer(withoutDefaultStream(parent)) : failure(status);
}

function fromProvider(core: Core, provider: Instance, question: NameQuestion, format: number, method: number): NameAnswer {
  const made = generate(core, provider, question, format, method);
  if (ntSuccess(made.status) || format !== FLT_FILE_NAME_NORMALIZED) return made;
  const opened = generate(core, provider, question, FLT_FILE_NAME_OPENED, method);
  if (!ntSuccess(opened.status)) return opened;
  const walked = normalizeWalk(core, provider, question, opened.name);
  return { ...walked, cacheable: walked.cacheable && opened.cacheable };
}

/** The name in one format, for whoever asks above `provider`. */
export function queryName(core: Core, question: NameQuestion, format: number, method: number, provider: Instance | null): NameAnswer {
  return provider === null ? fromFileSystem(core, question, format) : fromProvider(core, provider, question, format, method);
}
