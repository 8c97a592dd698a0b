/** Driver sources, one a file: by path where they come from files, else handed out as text. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DriverInfo } from '../../src-preload/contract/index.ts';
import { fileName, filePlace, placeOfDriver } from '../base/driverLines.ts';
import { members, wholeNumber } from './arguments.ts';
import type { Client } from './client.ts';
import { dapErrors } from './errors.ts';
import type { Arguments } from './protocol.ts';

/** A file of a driver. */
export interface SourceFile {
  readonly driver: DriverInfo;
  readonly slot: number;
}

/** A line of a driver as the client is told it: the file, and our count of its lines. */
export interface SourcePlace {
  readonly source: DebugProtocol.Source;
  readonly line: number;
}

type SourceChange = DebugProtocol.LoadedSourceEvent['body'];
type ModuleChange = DebugProtocol.ModuleEvent['body'];

/** Numbers of drivers stay below this, so a reference tells driver and slot apart; that of an entry is the driver's number. */
const referencesOfSlot = 1_000_000;

export class Sources {
  readonly #client: Client;
  /** Of the entry, by the driver's number; the other files lie beside it. */
  readonly #files: ReadonlyMap<number, string>;
  #drivers: readonly DriverInfo[] = [];

  constructor(client: Client, drivers: readonly DriverInfo[], files: ReadonlyMap<number, string>) {
    this.#client = client;
    this.#drivers = drivers;
    this.#files = files;
  }

  get drivers(): readonly DriverInfo[] {
    return this.#drivers;
  }

  /** The drivers of the stack as they are now; tells what that changes for the client. */
  update(drivers: readonly DriverInfo[]): { readonly sources: readonly SourceChange[]; readonly modules: readonly ModuleChange[] } {
    const [files, modules] = [this.#all(), this.#modules()];
    this.#drivers = drivers;
    const sources = changesOf(files, this.#all(), ({ driver, slot }) => `${driver.id} ${slot}`, (file) => `${nameOf(file)}\n${contentOf(file) ?? ''}`).map(({ reason, one }) => ({ reason, source: this.source(one) }));
    return {
      // Two drivers may share a file.
      sources: sources.filter(({ source }, at) => source.path === undefined || sources.findIndex((other) => other.source.path === source.path) === at),
      modules: changesOf(modules, this.#modules(), ({ id }) => String(id), (one) => JSON.stringify(one)).map(({ reason, one }) => ({ reason, module: one })),
    };
  }

  all(): DebugProtocol.Source[] {
    const sources = this.#all().map((file) => this.source(file));
    // Two drivers may share a file.
    return sources.filter(({ path: file }, at) => file === undefined || sources.findIndex((one) => one.path === file) === at);
  }

  source(file: SourceFile): DebugProtocol.Source {
    const { driver, slot } = file;
    const own = this.#pathOf(file);
    if (own !== undefined) return { name: path.basename(own), path: this.#client.pathToClient(own) };
    return { name: nameOf(file), sourceReference: slot * referencesOfSlot + driver.id, origin: driver.bundled ? 'bundled driver' : 'driver of the session' };
  }

  /** A driver's line. Undefined for what is no driver of ours, such as the Filter Manager. */
  place(driverName: string | null, line: number): SourcePlace | undefined {
    const driver = this.#drivers.find((one) => one.name === driverName);
    if (driver === undefined) return undefined;
    const place = filePlace(line);
    return { source: this.source({ driver, slot: place.slot }), line: place.line };
  }

  /** `guard.ts:12`, `names.ts:12 of guard` */
  placeText(driverName: string, line: number | null): string {
    const driver = this.#drivers.find((one) => one.name === driverName);
    return placeOfDriver(driverName, driver === undefined ? [] : namesOf(driver), line);
  }

  /** What a client's source is: several where drivers share a file, none for a file that no driver of the stack was read from. */
  filesOf(source: Arguments): readonly SourceFile[] {
    const { sourceReference, path: given, name } = source as DebugProtocol.Source;
    if (typeof sourceReference === 'number' && sourceReference > 0) return this.#referred(sourceReference);
    if (typeof given === 'string') {
      const file = this.#client.pathFromClient(given);
      const read = this.#all().filter((one) => sameFile(this.#pathOf(one), file));
      // A client may remember a text that was handed out by its name alone; a file of that name elsewhere is another one.
      return read.length > 0 || path.isAbsolute(file) ? read : this.#unfiled(file);
    }
    return typeof name === 'string' ? this.#unfiled(name) : [];
  }

  /** The text that a `source` request asks for. */
  asked(args: Arguments): DebugProtocol.SourceResponse['body'] {
    const [named] = args['source'] === undefined ? [] : this.filesOf(members(args['source'], 'source', '{ "sourceReference": 1 }'));
    const reference = wholeNumber(args, 'sourceReference');
    const [{ driver, slot } = { driver: null, slot: 0 }] = named === undefined ? this.#referred(reference) : [named];
    const content = driver === null ? undefined : contentOf({ driver, slot });
    if (content === undefined) throw dapErrors.noSource(driver === null ? String(reference) : nameOf({ driver, slot }));
    return { content, mimeType: 'text/typescript' };
  }

  /** `count` 0: all. */
  modules(start: number, count: number): DebugProtocol.ModulesResponse['body'] {
    const all = this.#modules();
    return { modules: all.slice(start, count === 0 ? undefined : start + count), totalModules: all.length };
  }

  #modules(): DebugProtocol.Module[] {
    return this.#drivers.map((driver) => {
      const { id, name, altitude, version } = driver;
      const file = this.source({ driver, slot: 0 }).path;
      return { id, name, version: String(version), isUserCode: true, altitude, ...(file !== undefined && { path: file }) };
    });
  }

  #all(): SourceFile[] {
    return this.#drivers.flatMap((driver) => [0, ...driver.files.map(({ slot }) => slot)].map((slot) => ({ driver, slot })));
  }

  #referred(reference: number): SourceFile[] {
    const driver = this.#drivers.find(({ id }) => id === reference % referencesOfSlot);
    return driver === undefined ? [] : [{ driver, slot: Math.floor(reference / referencesOfSlot) }];
  }

  /** Where it was read from; undefined for a text of the session. */
  #pathOf(file: SourceFile): string | undefined {
    const entry = this.#files.get(file.driver.id);
    return entry === undefined || file.slot === 0 ? entry : path.join(path.dirname(entry), nameOf(file));
  }

  /** By its whole name, or by the last part of it. */
  #unfiled(file: string): SourceFile[] {
    const texts = this.#all().filter(({ driver }) => !this.#files.has(driver.id));
    const wanted = file.replaceAll('\\', '/');
    const found = texts.find((one) => nameOf(one) === wanted || nameOf(one) === `${wanted}.ts`) ?? texts.find((one) => path.posix.basename(nameOf(one)) === path.posix.basename(wanted));
    return found === undefined ? [] : [found];
  }
}

const namesOf = ({ files, formerFiles }: DriverInfo): { readonly slot: number; readonly name: string }[] => [...files, ...formerFiles];
const contentOf = ({ driver, slot }: SourceFile): string | undefined => (slot === 0 ? driver.source : driver.files.find((file) => file.slot === slot)?.text);

interface Change<T> {
  readonly reason: 'new' | 'changed' | 'removed';
  readonly one: T;
}

/** What has come, what is another one now, and what has gone as it was. */
function changesOf<T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => string, contentsOf: (one: T) => string): Change<T>[] {
  const gone = new Map(before.map((one) => [keyOf(one), one]));
  const changes: Change<T>[] = [];
  for (const one of after) {
    const old = gone.get(keyOf(one));
    gone.delete(keyOf(one));
    if (old === undefined) changes.push({ reason: 'new', one });
    else if (contentsOf(old) !== contentsOf(one)) changes.push({ reason: 'changed', one });
  }
  for (const one of gone.values()) changes.push({ reason: 'removed', one });
  return changes;
}

const nameOf = ({ driver, slot }: SourceFile): string => fileName(driver.name, namesOf(driver), slot);

function sameFile(ours: string | undefined, theirs: string): boolean {
  if (ours === undefined) return false;
  return plain(ours) === plain(theirs) || plain(real(ours)) === plain(real(theirs));
}

// Windows' editors write the drive letter either way.
const plain = (file: string): string => (process.platform === 'win32' ? path.normalize(file).toLowerCase() : path.normalize(file));

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
