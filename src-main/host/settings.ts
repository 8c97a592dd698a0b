/** What the host remembers between starts: recent sessions and traces, and the key that signs this user's drivers. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RecentSession, RecentTrace } from '../../src-preload/contract/index.ts';
import type { DriverContents } from '../session/index.ts';
import { nowTicks } from './clock.ts';

const recentLimit = 12;

export class Settings {
  readonly sessionsFolder: string;
  readonly uploadsFolder: string;
  readonly #folder: string;
  #key: Buffer | null = null;

  constructor(dataFolder: string) {
    this.#folder = dataFolder;
    this.sessionsFolder = path.join(dataFolder, 'sessions');
    this.uploadsFolder = path.join(dataFolder, 'uploads');
    for (const folder of [dataFolder, this.sessionsFolder, this.uploadsFolder]) mkdirSync(folder, { recursive: true });
  }

  /** Newest first. A damaged file is the same as none: nothing of value is in it. */
  recent(): RecentSession[] {
    return this.#rows(this.#recentFile).flatMap(recentRow);
  }

  remember(session: string, name: string): void {
    const others = this.recent().filter((row) => row.path !== session);
    this.#writeRows(this.#recentFile, [{ path: session, name, openedAt: nowTicks() }, ...others]);
  }

  /** Newest first, as `recent`. */
  recentTraces(): RecentTrace[] {
    return this.#rows(this.#recentTracesFile).flatMap(recentTraceRow);
  }

  rememberTrace(trace: string, name: string, formatTitle: string): void {
    const others = this.recentTraces().filter((row) => row.path !== trace);
    this.#writeRows(this.#recentTracesFile, [{ path: trace, name, formatTitle, openedAt: nowTicks() }, ...others]);
  }

  /** Until somebody switches it off. */
  get stopsWhenBroken(): boolean {
    try {
      const { stopsWhenBroken } = JSON.parse(readFileSync(this.#debuggerFile, 'utf8')) as { readonly stopsWhenBroken?: unknown };
      return stopsWhenBroken !== false;
    } catch {
      return true;
    }
  }

  set stopsWhenBroken(on: boolean) {
    this.#write(this.#debuggerFile, JSON.stringify({ stopsWhenBroken: on }));
  }

  get #debuggerFile(): string {
    return path.join(this.#folder, 'debugger.json');
  }

  /**
   * Proof that this user on this machine wrote, or trusts, a driver of this name with this code, all of it. Without a service script and
   * without other files it is what it was before there were any.
   */
  sign(name: string, { source, files, service }: DriverContents): string {
    const script = service === '' ? '' : `\0${source.length}\0${service}`;
    const others = files.length === 0 ? '' : `\0${source.length}\0${service.length}\0${JSON.stringify(files.map(({ slot, name: file, text }) => [slot, file, text]))}`;
    return createHmac('sha256', this.#secret()).update(name).update('\0').update(source).update(script).update(others).digest('hex');
  }

  isSigned(name: string, code: DriverContents, mac: string): boolean {
    const expected = Buffer.from(this.sign(name, code));
    const given = Buffer.from(mac);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  get #recentFile(): string {
    return path.join(this.#folder, 'recent.json');
  }

  get #recentTracesFile(): string {
    return path.join(this.#folder, 'recent-traces.json');
  }

  #rows(file: string): unknown[] {
    try {
      const rows: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return Array.isArray(rows) ? rows : [];
    } catch {
      return [];
    }
  }

  #writeRows(file: string, rows: readonly { readonly openedAt: bigint }[]): void {
    this.#write(file, JSON.stringify(rows.slice(0, recentLimit).map((row) => ({ ...row, openedAt: row.openedAt.toString() })), null, 1));
  }

  #secret(): Buffer {
    if (this.#key) return this.#key;
    const file = path.join(this.#folder, 'trust.key');
    try {
      this.#key = readFileSync(file);
    } catch (error) {
      // Only a missing key is made anew: another one would end the trust in every session.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.#key = Buffer.alloc(0);
    }
    if (this.#key.length < 32) {
      this.#key = randomBytes(32);
      writeFileSync(file, this.#key, { mode: 0o600 });
    }
    return this.#key;
  }

  // Written aside and renamed, so that a crash leaves the old one or the new one.
  #write(file: string, text: string): void {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }
}

function recentRow(row: unknown): RecentSession[] {
  if (typeof row !== 'object' || row === null) return [];
  const { path: file, name, openedAt } = row as Record<string, unknown>;
  if (typeof file !== 'string' || typeof name !== 'string' || !/^\d{1,20}$/.test(String(openedAt))) return [];
  return [{ path: file, name, openedAt: BigInt(String(openedAt)) }];
}

function recentTraceRow(row: unknown): RecentTrace[] {
  const title: unknown = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)['formatTitle'] : undefined;
  return recentRow(row).map((recent) => ({ ...recent, formatTitle: typeof title === 'string' ? title : '' }));
}
