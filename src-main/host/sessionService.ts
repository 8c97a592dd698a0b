/** Opens, makes and changes sessions; whatever was going on in the old one is ended first. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { SessionInfo } from '../../src-preload/contract/index.ts';
import { copySession, isSessionHeader } from '../session/index.ts';
import { addBundledDriver } from './driverService.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { firstSample } from './bundledSamples.ts';
import { readBreakpointFile, stored } from './breakpointFiles.ts';
import { currentSessionInfo, sessionName } from './sessionInfo.ts';

/** Which of the bundled drivers is on in a new session. */
const enabledAtFirst = 'statusWatch';
/** What a new session has in its stack; the other bundled drivers are there by name. */
const firstDrivers: readonly string[] = ['minispy', 'passThrough', 'statusWatch'];

export class SessionService {
  readonly #context: HostContext;
  readonly #beforeSwitch: () => Promise<void>;
  /** Imports the sample; set by the import service, which needs this one. */
  importSample: (file: string) => Promise<void> = async () => undefined;

  constructor(context: HostContext, beforeSwitch: () => Promise<void>) {
    this.#context = context;
    this.#beforeSwitch = beforeSwitch;
  }

  /** What is open when the program starts. A last session that is gone or damaged is no reason not to start. */
  async openAtStart(): Promise<void> {
    if (this.#context.options.open === 'temporary') {
      this.#context.switchToTemporary('session');
      return;
    }
    const last = this.#context.settings.recent()[0];
    if (last && existsSync(last.path)) {
      try {
        await this.open(last.path);
        return;
      } catch (error) {
        // Said once somebody listens.
        setTimeout(() => this.#context.emit('notice', { severity: 'warning', message: error instanceof Error ? error.message : String(error) }), 1000).unref();
      }
    }
    await this.openSample();
  }

  async open(file: string): Promise<SessionInfo> {
    if (!existsSync(file)) throw hostErrors.fileMissing(file);
    await this.#beforeSwitch();
    this.#context.switchTo(file, 'existing');
    return this.#opened();
  }

  /** A new session file with, or without, the bundled drivers. */
  async create(file: string, bundledDrivers: boolean): Promise<SessionInfo> {
    await this.#beforeSwitch();
    this.#context.switchTo(file, 'create');
    if (bundledDrivers) this.#addBundledDrivers();
    return this.#opened();
  }

  async openTemporary(name: string, bundledDrivers: boolean): Promise<void> {
    await this.#beforeSwitch();
    this.#context.switchToTemporary(name);
    if (bundledDrivers) this.#addBundledDrivers();
  }

  /** A copy of another session, in a file of its own or a temporary one; the original is only read. */
  async openCopy(original: string, file: string | null): Promise<void> {
    if (file !== null && existsSync(file)) throw hostErrors.fileExists(file);
    await this.#beforeSwitch();
    if (file === null) {
      this.#context.switchToTemporary(sessionName(original), original);
    } else {
      copySession(original, file);
      this.#context.switchTo(file, 'existing');
    }
    this.#opened();
  }

  /** A bundled, synthetic sample in a session of its own, ready to run: F5 stops where it is worth a look. */
  async openSample(name: string = firstSample): Promise<SessionInfo> {
    const sample = this.#context.samples.get(name);
    const file = path.join(this.#context.settings.sessionsFolder, `${name}.fltreplay`);
    if (existsSync(file)) return this.open(file);
    await this.create(file, false);
    this.#context.write((writer) => {
      writer.setProperty('sample', 1);
      writer.setProperty('sampleName', name);
    });
    for (const driver of sample.drivers) addBundledDriver(this.#context, driver.name, null, driver.enabled);
    await this.importSample(this.sampleFile(name));
    this.#addBreakpoints(sample.breakpoints);
    return this.changed();
  }

  /** Path of a bundled sample trace by name; undefined file names are the caller's to refuse. */
  sampleFile(name: string): string {
    return this.#context.samples.traceFile(name);
  }

  /** Tells every client how the session looks now. */
  changed(): SessionInfo {
    const info = currentSessionInfo(this.#context);
    this.#context.emit('session.changed', info);
    return info;
  }

  #opened(): SessionInfo {
    const { session, settings, isTemporary, options } = this.#context;
    // A command that looks into a session is no reason for the window to open it next time.
    if (!isTemporary && options.shell !== 'cli') settings.remember(session.path, sessionName(session.path));
    return this.changed();
  }

  #addBundledDrivers(): void {
    for (const name of this.#context.bundled.names()) if (firstDrivers.includes(name)) addBundledDriver(this.#context, name, null, name === enabledAtFirst);
  }

  #addBreakpoints(text: string): void {
    const { breakpoints } = readBreakpointFile(text, this.#context.session.reader.stack.drivers());
    this.#context.write(({ stack }) => {
      for (const { enabled, spec } of breakpoints) stack.addBreakpoint(stored(enabled, spec));
    });
  }
}

/** True where a file begins like a session of ours. */
export function isSessionFile(file: string): boolean {
  const header = new Uint8Array(100);
  try {
    const descriptor = openSync(file, 'r');
    try {
      return readSync(descriptor, header, 0, header.length, 0) === header.length && isSessionHeader(header);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}
