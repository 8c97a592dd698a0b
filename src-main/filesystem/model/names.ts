/**
 * Names as a create spells them.
 *
 * Source: MS-FSA 2.1.5.1 (pathname validity), MS-FSCC 2.1.5 (components, streams). A path has components between backslashes; the
 * last one may name a stream: `file:stream:$DATA`.
 */
import { RecentTexts } from '../../base/recentTexts.ts';
import { upcase } from '../../engine/index.ts';
import { STATUS_OBJECT_NAME_INVALID, STATUS_SUCCESS } from '../../nt/values.generated.ts';

/** The directory of names of plain characters, as a path spells it; the same text gives the same object for a while. */
export interface FolderName {
  readonly components: readonly string[];
  /** The components as directories compare them. */
  readonly keys: readonly string[];
  /** Counts the objects: folders that are used together have different low bits. */
  readonly number: number;
}

export class ParsedName {
  readonly status: number;
  /** Above the last component, where all of them are plain; null for other names. */
  readonly folder: FolderName | null;
  /** Last component, empty where there is none. */
  readonly name: string;
  /** The same as directories compare it. */
  readonly key: string;
  /** Empty for the default stream. */
  readonly stream: string;
  /** The name ended in a backslash: it must be a directory. */
  readonly wantsDirectory: boolean;
  #components: readonly string[] | null;
  #keys: readonly string[] | null = null;

  /** `components`: null for the folder's and the name. */
  constructor(status: number, folder: FolderName | null, name: string, components: readonly string[] | null, stream: string, wantsDirectory: boolean) {
    this.status = status;
    this.folder = folder;
    this.name = name;
    this.key = upcase(name);
    this.stream = stream;
    this.wantsDirectory = wantsDirectory;
    this.#components = components;
  }

  get components(): readonly string[] {
    return (this.#components ??= [...(this.folder?.components ?? []), this.name]);
  }

  /** The components as directories compare them. */
  get keys(): readonly string[] {
    return (this.#keys ??= this.components.map(upcase));
  }
}

const longestComponent = 255;
const forbidden = /[\u0000-\u001f"*/<>?|]/;
/** The same by UTF-16 unit, and with it what has a meaning of its own: the colon. */
const special = Uint8Array.from({ length: 128 }, (_, unit) => Number(unit === 0x3a || forbidden.test(String.fromCharCode(unit))));

const invalid = new ParsedName(STATUS_OBJECT_NAME_INVALID, null, '', [], '', false);
/** The root. */
const empty = new ParsedName(STATUS_SUCCESS, null, '', [], '', false);

/** A component that may be stored in a directory. */
export const isValidComponent = (name: string): boolean => name.length > 0 && name.length <= longestComponent && !forbidden.test(name) && !name.includes(':') && name !== '.' && name !== '..';

/** Stream name and type of what follows the first colon; null when the type is not one that can be opened. */
function parseStream(text: string, streams: boolean): { readonly stream: string; readonly index: boolean } | null {
  if (!streams) return null;
  const [stream = '', type = '$DATA', ...more] = text.split(':');
  if (more.length > 0 || stream.length > longestComponent || forbidden.test(stream)) return null;
  const kind = type.toUpperCase();
  if (kind === '$INDEX_ALLOCATION') return stream === '' || stream.toUpperCase() === '$I30' ? { stream: '', index: true } : null;
  if (kind !== '$DATA' || (stream === '' && text === '')) return null;
  return { stream, index: false };
}

/** Paths come again and again, and each is looked at several times on its way. */
const recent = new RecentTexts<ParsedName>();
/** The latest one, asked for again at once. */
let lastPath = '';
let lastParsed = empty;

/** The path without its leading backslash. `streams`: the file system has alternate streams. */
export function parseName(path: string, streams: boolean): ParsedName {
  if (!streams) return parse(path, false);
  if (path === lastPath) return lastParsed;
  let known = recent.get(path);
  if (known === undefined) recent.set(path, (known = plainName(path) ?? parse(path, true)));
  lastPath = path;
  lastParsed = known;
  return known;
}

/** Many names lie in one directory: its components are put into upper case once. */
const recentFolders = new RecentTexts<FolderName>();
const rootFolder: FolderName = { components: [], keys: [], number: 0 };
let folders = 0;

/** By far most names: `\a\b\c` of plain characters. Null for everything else. */
function plainName(path: string): ParsedName | null {
  const start = path.lastIndexOf('\\') + 1;
  if (start === 0 || !isPlainComponent(path, start, path.length)) return null;
  const folder = folderName(path, start - 1);
  return folder === null ? null : new ParsedName(STATUS_SUCCESS, folder, path.slice(start), null, '', false);
}

/** The first `end` units of a path. */
function folderName(path: string, end: number): FolderName | null {
  if (end === 0) return rootFolder;
  const known = recentFolders.getStart(path, end);
  if (known !== undefined) return known;
  const start = path.lastIndexOf('\\', end - 1) + 1;
  if (start === 0 || !isPlainComponent(path, start, end)) return null;
  const above = folderName(path, start - 1);
  if (above === null) return null;
  const name = path.slice(start, end);
  const folder: FolderName = { components: [...above.components, name], keys: [...above.keys, upcase(name)], number: ++folders };
  recentFolders.set(path.slice(0, end), folder);
  return folder;
}

/** Whether what lies from `start` to `end` in a path has no special character, and is neither empty, too long, `.` nor `..`. */
function isPlainComponent(path: string, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0 || length > longestComponent || (length <= 2 && path.charCodeAt(start) === 0x2e)) return false;
  for (let at = start; at < end; at++) {
    const unit = path.charCodeAt(at);
    if (unit < 128 && special[unit] === 1) return false;
  }
  return true;
}

function parse(path: string, streams: boolean): ParsedName {
  let rest = path.startsWith('\\') ? path.slice(1) : path;
  // Win32 hands in a doubled backslash at times; one of them is dropped, as file systems do.
  if (rest.startsWith('\\') && path.startsWith('\\')) rest = rest.slice(1);
  if (rest.startsWith('\\')) return invalid;
  const wantsDirectory = rest.endsWith('\\');
  if (wantsDirectory) rest = rest.slice(0, -1);
  if (rest === '') return empty;
  const components = rest.split('\\');
  let last = components.pop() ?? '';
  let stream = '';
  let index = false;
  const colon = last.indexOf(':');
  if (colon >= 0) {
    const named = parseStream(last.slice(colon + 1), streams);
    if (named === null || wantsDirectory) return invalid;
    ({ stream, index } = named);
    last = last.slice(0, colon);
  }
  if (last !== '') components.push(last);
  if (!components.every(isValidComponent)) return invalid;
  return new ParsedName(STATUS_SUCCESS, null, components.at(-1) ?? '', components, stream, wantsDirectory || index);
}

/** Joins a name to the path it is relative to. */
export function joinPath(parent: string, name: string): string {
  if (name === '') return parent;
  if (parent === '' || name.startsWith(':') || parent.endsWith('\\')) return parent + name;
  return `${parent}\\${name}`;
}

const shortNameForm = /^[^.\s]{1,8}(\.[^.\s]{0,3})?$/;

/** An 8.3 name for a long name that is none itself; null where none is needed. `taken` tells names in use. */
export function generateShortName(name: string, taken: (candidate: string) => boolean): string | null {
  if (shortNameForm.test(name) && name === name.toUpperCase()) return null;
  const clean = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9!#$%&'()@^_`{}~-]/g, '_');
  const dot = name.lastIndexOf('.');
  const base = clean((dot > 0 ? name.slice(0, dot) : name).replace(/[\s.]/g, ''));
  const extension = dot > 0 ? clean(name.slice(dot + 1).replace(/\s/g, '')).slice(0, 3) : '';
  for (let number = 1; number < 1_000_000; number++) {
    const tail = `~${number}`;
    const candidate = `${base.slice(0, 8 - tail.length)}${tail}${extension === '' ? '' : `.${extension}`}`;
    if (!taken(candidate)) return candidate;
  }
  return null;
}
