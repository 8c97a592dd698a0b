/** Driver sources: by path where they come from files, else handed out as text. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DriverInfo } from '../../src-preload/contract/index.ts';
import { members, wholeNumber } from './arguments.ts';
import type { Client } from './client.ts';
import { dapErrors } from './errors.ts';
import type { Arguments } from './protocol.ts';

export class Sources {
  readonly #client: Client;
  /** By the driver's number. */
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

  /** After the drivers have been read again. */
  update(drivers: readonly DriverInfo[]): void {
    this.#drivers = drivers;
  }

  all(): DebugProtocol.Source[] {
    return this.#drivers.map((driver) => this.#source(driver));
  }

  /** Undefined for what is no driver of ours, such as the Filter Manager. */
  of(driverName: string | null): DebugProtocol.Source | undefined {
    const driver = this.#drivers.find((one) => one.name === driverName);
    return driver === undefined ? undefined : this.#source(driver);
  }

  /** The driver that a client's source is; null for a file that no driver of the stack was read from. */
  driverOf(source: Arguments): DriverInfo | null {
    const { sourceReference, path: given, name } = source as DebugProtocol.Source;
    if (typeof sourceReference === 'number' && sourceReference > 0) return this.#drivers.find((driver) => driver.id === sourceReference) ?? null;
    if (typeof given === 'string') {
      const file = this.#client.pathFromClient(given);
      const read = this.#drivers.find((driver) => sameFile(this.#files.get(driver.id), file));
      // A client may remember a text that was handed out by its name alone; a file of that name elsewhere is another one.
      return read ?? (path.isAbsolute(file) ? null : this.#unfiled(file));
    }
    return typeof name === 'string' ? this.#unfiled(name) : null;
  }

  /** The text that a `source` request asks for. */
  asked(args: Arguments): DebugProtocol.SourceResponse['body'] {
    const named = args['source'] === undefined ? null : this.driverOf(members(args['source'], 'source', '{ "sourceReference": 1 }'));
    return { content: this.text(named?.id ?? wholeNumber(args, 'sourceReference')), mimeType: 'text/typescript' };
  }

  /** `count` 0: all. */
  modules(start: number, count: number): DebugProtocol.ModulesResponse['body'] {
    const all = this.#drivers.map(({ id, name, altitude, version }) => {
      const file = this.of(name)?.path;
      return { id, name, version: String(version), isUserCode: true, altitude, ...(file !== undefined && { path: file }) };
    });
    return { modules: all.slice(start, count === 0 ? undefined : start + count), totalModules: all.length };
  }

  text(reference: number): string {
    const driver = this.#drivers.find((one) => one.id === reference);
    if (driver === undefined) throw dapErrors.noSource(String(reference));
    return driver.source;
  }

  #unfiled(file: string): DriverInfo | null {
    const name = path.basename(file, '.ts');
    return this.#drivers.find((driver) => driver.name === name && !this.#files.has(driver.id)) ?? null;
  }

  #source(driver: DriverInfo): DebugProtocol.Source {
    const file = this.#files.get(driver.id);
    if (file !== undefined) return { name: path.basename(file), path: this.#client.pathToClient(file) };
    return { name: `${driver.name}.ts`, sourceReference: driver.id, origin: driver.bundled ? 'bundled driver' : 'driver of the session' };
  }
}

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
