/** The drivers and templates that come with FltReplay: `NAME.ts` with its manifest `NAME.json` beside it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { NewDriverFile } from '../../src-preload/contract/index.ts';
import { filesOfDriver } from '../base/driverImports.ts';
import { manifestFacts } from '../base/driverManifest.ts';
import { hostErrors } from './errors.ts';

export interface BundledDriver {
  readonly name: string;
  readonly source: string;
  /** What it imports from beside it: no driver of a session yet, so without slots. */
  readonly files: readonly NewDriverFile[];
  /** NAME.service.ts beside it; empty where there is none. */
  readonly service: string;
  /** The manifest's text. */
  readonly manifest: string;
  readonly altitude: string;
  readonly description: string;
}

/** Used where neither a manifest nor the user names an altitude: the middle of FSFilter Activity Monitor. */
export const fallbackAltitude = '370000';

export class BundledDrivers {
  readonly #folder: string;

  constructor(resourcesFolder: string) {
    this.#folder = path.join(resourcesFolder, 'drivers');
  }

  names(): string[] {
    if (!existsSync(this.#folder)) return [];
    const files = readdirSync(this.#folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.endsWith('.service.ts'));
    return files.map((file) => file.slice(0, -'.ts'.length)).filter((name) => existsSync(path.join(this.#folder, `${name}.json`))).sort();
  }

  has(name: string): boolean {
    return this.names().includes(name);
  }

  get(name: string): BundledDriver {
    if (!this.has(name)) throw hostErrors.noBundledDriver(name, this.names());
    return readDriver(path.join(this.#folder, `${name}.ts`));
  }

  template(name: string): string {
    const file = path.join(this.#folder, 'templates', `${name}.ts`);
    if (!/^\w+$/.test(name) || !existsSync(file)) throw hostErrors.noResources(`the driver template ${name}`);
    return readFileSync(file, 'utf8');
  }
}

const textOf = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null);

function readDriver(file: string): BundledDriver {
  const manifest = readFileSync(file.replace(/\.ts$/, '.json'), 'utf8');
  const facts = manifestFacts(manifest);
  const source = readFileSync(file, 'utf8');
  const script = file.replace(/\.ts$/, '.service.ts');
  return {
    name: path.basename(file, '.ts'),
    source,
    files: filesOfDriver({ name: path.basename(file), text: source }, (name) => textOf(path.join(path.dirname(file), name))),
    service: textOf(script) ?? '',
    manifest,
    altitude: facts.altitude ?? fallbackAltitude,
    description: facts.description,
  };
}
