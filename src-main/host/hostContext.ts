/** What the host's services share: the open session, settings, the way to tell every client. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { EventMap, EventName } from '../../src-preload/contract/index.ts';
import { copySession, openSession, type Session, type SessionWriter } from '../session/index.ts';
import { BundledDrivers } from './bundledDrivers.ts';
import { BundledSamples } from './bundledSamples.ts';
import { hostErrors } from './errors.ts';
import type { HostOptions } from './hostOptions.ts';
import { defaultDataFolder, defaultResourcesFolder } from './places.ts';
import { Settings } from './settings.ts';
import type { ImportJob } from './workers/importJob.ts';
import { QueryClient } from './workers/queryClient.ts';

export interface ActiveImport {
  readonly jobId: number;
  readonly traceId: number;
  readonly job: ImportJob;
}

export class HostContext {
  readonly options: HostOptions;
  readonly resourcesFolder: string;
  readonly settings: Settings;
  readonly bundled: BundledDrivers;
  readonly samples: BundledSamples;
  readonly queries = new QueryClient();
  readonly emit: <N extends EventName>(name: N, value: EventMap[N]) => void;
  /** The import into the open session, while there is one. */
  activeImport: ActiveImport | null = null;
  /** How the engine host's sandbox turned out; known after the first run. */
  sandbox: { state: 'full' | 'reduced' | 'unknown'; note: string | null } = { state: 'unknown', note: null };
  /** Runs stop where they break off. On the command line somebody has to ask for it. */
  stopsWhenBroken: boolean;
  #session: Session | null = null;
  #temporaryFolder: string | null = null;

  constructor(options: HostOptions, emit: HostContext['emit']) {
    this.options = options;
    this.emit = emit;
    this.resourcesFolder = options.resourcesFolder ?? defaultResourcesFolder();
    this.settings = new Settings(options.dataFolder ?? defaultDataFolder());
    this.stopsWhenBroken = options.shell !== 'cli' && this.settings.stopsWhenBroken;
    this.bundled = new BundledDrivers(this.resourcesFolder);
    this.samples = new BundledSamples(this.resourcesFolder);
  }

  get session(): Session {
    // Every request comes after start-up, and every close is followed by an open.
    if (!this.#session) throw new Error('no session is open');
    return this.#session;
  }

  get hasSession(): boolean {
    return this.#session !== null;
  }

  /** The open session is one that is deleted when it is closed. */
  get isTemporary(): boolean {
    return this.#temporaryFolder !== null;
  }

  /** Every write goes through here, so that a running import lets it in at once. */
  write<T>(action: (writer: SessionWriter) => T): T {
    const { writer } = this.session;
    const job = this.activeImport?.job;
    return job ? job.withWriteLock(() => action(writer)) : action(writer);
  }

  /** Opens a file; the session that was open stays until the new one is known to be good. */
  switchTo(file: string, create: 'create' | 'existing'): void {
    const next = openSession(file, create);
    this.closeSession();
    this.#session = next;
    this.write((writer) => writer.recover(isAlive));
  }

  /** A session in a folder of its own that goes away with it, empty or with the content of another one. */
  switchToTemporary(name: string, original?: string): void {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'fltreplay-'));
    const file = path.join(folder, `${name}.fltreplay`);
    try {
      if (original !== undefined) copySession(original, file);
      this.switchTo(file, 'create');
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    this.#temporaryFolder = folder;
  }

  /** A file name in the sessions folder that is still free: `name.fltreplay`, `name 2.fltreplay` ... */
  freeSessionFile(name: string): string {
    const base = name.replace(/[<>:"/\\|?*\u0000-\u001f]/g, '_').replace(/[. ]+$/, '').slice(0, 80) || 'session';
    for (let number = 1; ; number++) {
      const file = path.join(this.settings.sessionsFolder, `${base}${number === 1 ? '' : ` ${number}`}.fltreplay`);
      if (!existsSync(file)) return file;
    }
  }

  closeSession(): void {
    this.#session?.close();
    this.#session = null;
    if (this.#temporaryFolder !== null) rmSync(this.#temporaryFolder, { recursive: true, force: true });
    this.#temporaryFolder = null;
  }

  trace(id: number): ReturnType<Session['reader']['traces']['traces']>[number] {
    const trace = this.session.reader.traces.trace(id);
    if (!trace) throw hostErrors.noTrace(id);
    return trace;
  }

  async dispose(): Promise<void> {
    await this.queries.dispose();
    this.closeSession();
  }
}

/** Another process of this id is running. */
export function isAlive(owner: number): boolean {
  if (owner <= 0 || owner === process.pid) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
