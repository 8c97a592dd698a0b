/** Places in drivers as the command line prints them: lines of a driver's files, never of the driver as a whole. */
import type { HostApi, RunInfo } from '../../src-preload/contract/index.ts';
import { fileName, filePlace, lineText, placeOfDriver, type NamedFile } from '../base/driverLines.ts';

export interface PlaceJson {
  /** Of a driver of one file it goes without saying. */
  readonly file?: string;
  readonly line: number;
}

export class DriverPlaces {
  /** By the driver's name; drivers of one file are not among them. */
  readonly #files: ReadonlyMap<string, readonly NamedFile[]>;

  constructor(files: ReadonlyMap<string, readonly NamedFile[]>) {
    this.#files = files;
  }

  /** `run`: files are called as in the versions that it ran with. */
  static async of(api: HostApi, run: RunInfo | null = null): Promise<DriverPlaces> {
    const files = new Map<string, readonly NamedFile[]>();
    for (const driver of await api.request('drivers.list', {})) {
      const now = [...driver.files, ...driver.formerFiles];
      const own = run?.drivers.find(({ id }) => id === driver.id);
      if (now.length > 0) files.set(driver.name, own === undefined ? now : [...(await api.request('drivers.version', own)).files, ...now]);
    }
    return new DriverPlaces(files);
  }

  /** Some driver has several files. */
  get hasFiles(): boolean {
    return this.#files.size > 0;
  }

  /** `guard.ts:12`, `names.ts:12 of guard`; without a line, the driver. */
  text(driver: string | null, line: number | null, column: number | null = null): string {
    return line === null || driver === null ? (driver ?? '') : placeOfDriver(driver, this.#filesOf(driver), line, column);
  }

  /** `line 12`, `line 12 of names.ts` */
  words(driver: string, line: number): string {
    return lineText(driver, this.#filesOf(driver), line);
  }

  /** What is printed as JSON: a line of a driver of several files is that of a file, which stands before it. The driver is that of the line's object, or of one around it. */
  json<T extends object>(value: T): T {
    return this.hasFiles ? (this.#placed(value, null) as T) : value;
  }

  place(driver: string, line: number): PlaceJson {
    const files = this.#filesOf(driver);
    const place = filePlace(line);
    return files.length === 0 ? { line } : { file: fileName(driver, files, place.slot), line: place.line };
  }

  #filesOf(driver: string): readonly NamedFile[] {
    return this.#files.get(driver) ?? [];
  }

  #placed(value: unknown, around: string | null): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#placed(one, around));
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    const { driver, by } = value as { readonly driver?: unknown; readonly by?: unknown };
    const own = [driver, by].find((name): name is string => typeof name === 'string') ?? around;
    return Object.fromEntries(Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
      return name === 'line' && typeof member === 'number' && own !== null ? Object.entries(this.place(own, member)) : [[name, this.#placed(member, own)]];
    }));
  }
}
