/** The sample sessions that come with FltReplay: a trace `NAME.jsonl`, and beside it in `NAME.json` what it shows, its drivers and its breakpoints. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SampleInfo } from '../../src-preload/contract/index.ts';
import { hostErrors } from './errors.ts';

export interface BundledSample extends SampleInfo {
  readonly drivers: readonly { readonly name: string; readonly enabled: boolean }[];
  /** A breakpoint file's text. */
  readonly breakpoints: string;
}

interface SampleFile {
  readonly order: number;
  readonly title: string;
  readonly shows: string;
  readonly drivers: readonly { readonly name: string; readonly enabled: boolean }[];
  readonly breakpoints: unknown;
}

/** What is open on the first start. */
export const firstSample = 'first-light';

export class BundledSamples {
  readonly #folder: string;
  #read: readonly BundledSample[] | null = null;

  constructor(resourcesFolder: string) {
    this.#folder = path.join(resourcesFolder, 'samples');
  }

  /** In the order in which one would look at them. */
  list(): readonly BundledSample[] {
    this.#read ??= this.#readAll();
    return this.#read;
  }

  get(name: string): BundledSample {
    const found = this.list().find((sample) => sample.name === name);
    if (found === undefined) throw hostErrors.noSample(name, this.list().map((sample) => sample.name));
    return found;
  }

  /** Path of a sample's trace by name; undefined file names are the caller's to refuse. */
  traceFile(name: string): string {
    return path.join(this.#folder, `${name}.jsonl`);
  }

  #readAll(): readonly BundledSample[] {
    if (!existsSync(this.#folder)) return [];
    const names = readdirSync(this.#folder).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length)).filter((name) => existsSync(this.traceFile(name)));
    return names
      .map((name) => ({ name, file: JSON.parse(readFileSync(path.join(this.#folder, `${name}.json`), 'utf8')) as SampleFile }))
      .sort((a, b) => a.file.order - b.file.order)
      .map(({ name, file }) => ({ name, title: file.title, shows: file.shows, drivers: file.drivers, breakpoints: JSON.stringify(file.breakpoints) }));
  }
}
