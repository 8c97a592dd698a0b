/** Stacks as an export writes them, one object for equal ones. */
import type { RecordedStack } from '../../record.ts';

const maximumKept = 8192;

export class StackCache {
  readonly #known = new Map<string, RecordedStack>();

  of(addresses: readonly string[], paths: readonly string[], locations: readonly string[]): RecordedStack {
    const key = addresses.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const places = locations.map((location, i) => placeOf(paths[i] ?? '', location));
    const made: RecordedStack = {
      frames: BigUint64Array.from(addresses, addressOf),
      locations: places.every((place) => place === null) ? null : places,
    };
    if (this.#known.size >= maximumKept) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }
}

/** 0 for what is no address. */
const addressOf = (text: string): bigint => (/^0x[0-9a-fA-F]{1,16}$/.test(text) ? BigInt(text) : 0n);

/** `fltmgr.sys + 0x1234` as it stands; a bare symbol gets its module in front: `ntdll.dll!NtReadFile + 0x14`. */
function placeOf(path: string, location: string): string | null {
  const module = path.slice(path.lastIndexOf('\\') + 1);
  if (location === '') return module === '' ? null : module;
  return module === '' || location.toLowerCase().startsWith(module.toLowerCase()) ? location : `${module}!${location}`;
}
