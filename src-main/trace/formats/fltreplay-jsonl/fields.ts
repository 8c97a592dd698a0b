/** Reads the fields of a line: each says with `undefined` that a value is none of its kind; null and a missing field are null. */
import { irpMjFromName } from '../../../nt/names.ts';
import { parseTraceTime } from '../../record.ts';
import type { DetailValue, OperationKind, Provenance, RecordedStack, TraceTime } from '../../record.ts';
import { restoreIntegers } from './integers.ts';

export type JsonObject = { [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** A number or decimal string is the integer. */
export function integer(value: unknown): bigint | null | undefined {
  if (isMissing(value)) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return undefined;
  const exact = BigInt(value);
  return BigInt.asIntN(64, exact) === exact ? exact : undefined;
}

/** Lengths may be any 64-bit count, e.g. of a lock over a whole file; as a number they lose digits above 2^53. */
export function size(value: unknown): number | null | undefined {
  if (isMissing(value)) return null;
  const number = typeof value === 'string' && /^\d{1,20}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= 2 ** 64 ? number : undefined;
}

export function count(value: unknown): number | null | undefined {
  if (isMissing(value)) return null;
  return isCount(value) ? value : undefined;
}

/** 32 bits: a status, flags, an identifier of a process or thread. */
export const word = (value: unknown): number | null | undefined => atMost(0xffff_ffff, value);
export const byte = (value: unknown): number | null | undefined => atMost(0xff, value);

function atMost(limit: number, value: unknown): number | null | undefined {
  const number = count(value);
  return typeof number === 'number' && number > limit ? undefined : number;
}

export function text(value: unknown): string | null | undefined {
  if (isMissing(value)) return null;
  return typeof value === 'string' ? value : undefined;
}

export function truth(value: unknown): boolean | null | undefined {
  if (isMissing(value)) return null;
  return typeof value === 'boolean' ? value : undefined;
}

/** Lines come in the order of time, many within one second: its ticks are worked out once. */
let lastSecond = '';
let lastTicks = 0n;

export function time(value: unknown): TraceTime | null | undefined {
  if (isMissing(value)) return null;
  if (typeof value !== 'string') return undefined;
  if (value.length !== 28 || value.charCodeAt(19) !== 0x2e || value.charCodeAt(27) !== 0x5a) return storable(parseTraceTime(value));
  let ticks = 0;
  for (let at = 20; at < 27; at++) {
    const digit = value.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    ticks = ticks * 10 + digit;
  }
  const second = value.slice(0, 19);
  if (second !== lastSecond) {
    const parsed = storable(parseTraceTime(`${second}.0000000Z`));
    if (parsed === undefined) return undefined;
    lastSecond = second;
    lastTicks = parsed;
  }
  return (lastTicks + BigInt(ticks)) as TraceTime;
}

/** A FILETIME is a positive 64-bit number. */
const storable = (ticks: TraceTime | undefined): TraceTime | undefined => (ticks !== undefined && ticks >= 0n && ticks <= 0x7fff_ffff_ffff_ffffn ? ticks : undefined);

/** Nanoseconds outside, ticks of 100 ns inside. */
export function duration(value: unknown): bigint | null | undefined {
  const nanoseconds = integer(value);
  if (typeof nanoseconds !== 'bigint') return nanoseconds;
  return nanoseconds < 0n ? undefined : nanoseconds / 100n;
}

export function address(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^0x[0-9A-Fa-f]{1,16}$/.test(value) ? BigInt(value) : undefined;
}

export function major(value: unknown): number | null | undefined {
  if (isMissing(value)) return null;
  if (typeof value !== 'string') return undefined;
  return irpMjFromName(value) ?? (/^0x[0-9A-Fa-f]{2}$/.test(value) ? Number.parseInt(value, 16) : undefined);
}

const kinds: readonly OperationKind[] = ['irp', 'fastio', 'fsfilter', 'other'];
export const kind = (value: unknown): OperationKind | undefined => (isMissing(value) ? 'other' : kinds.find((known) => known === value));

const maximumDepth = 32;
const none: { readonly [key: string]: never } = Object.freeze({});

/** An object of details; its integers come back from their decimal strings. What cannot be stored is none. */
export function detail(value: unknown, integers: unknown): { readonly [key: string]: DetailValue } | undefined {
  if (isMissing(value)) return none;
  if (!isObject(value) || !isStorable(value, maximumDepth)) return undefined;
  return restoreIntegers(value as { [key: string]: DetailValue }, integers);
}

/** No deeper than can be written again, and without numbers that overflow (`1e400`). */
function isStorable(value: object, depth: number): boolean {
  if (depth === 0) return false;
  for (const item of Object.values(value) as unknown[]) {
    if (typeof item === 'number' ? !Number.isFinite(item) : typeof item === 'object' && item !== null && !isStorable(item, depth - 1)) return false;
  }
  return true;
}

/** A record lists only what was not recorded; equal lists are one object. */
const knownProvenances = new Map<string, { readonly [field: string]: Provenance }>();
const maximumKept = 4096;

export function provenance(value: unknown): { readonly [field: string]: Provenance } | undefined {
  if (isMissing(value)) return none;
  if (!isObject(value)) return undefined;
  let key = '';
  for (const field in value) {
    const stated = value[field];
    if (stated === 'recorded') continue;
    if (stated !== 'derived' && stated !== 'assumed') return undefined;
    key += `${field}\n${stated}\n`;
  }
  if (key === '') return none;
  const known = knownProvenances.get(key);
  if (known !== undefined) return known;
  const made = Object.freeze(Object.fromEntries(Object.entries(value).filter(([, stated]) => stated !== 'recorded'))) as { readonly [field: string]: Provenance };
  if (knownProvenances.size >= maximumKept) knownProvenances.clear();
  knownProvenances.set(key, made);
  return made;
}

const maximumFrames = 65_535;

/** Addresses, and what the source said of each. Equal stacks are one object. */
export class StackReader {
  readonly #known = new Map<string, RecordedStack>();

  read(addresses: unknown, locations: unknown): RecordedStack | null | undefined {
    if (isMissing(addresses)) return null;
    if (!Array.isArray(addresses) || addresses.length > maximumFrames) return undefined;
    if (!addresses.every((value) => typeof value === 'string')) return undefined;
    const key = isMissing(locations) ? addresses.join() : JSON.stringify([addresses, locations]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const frames = addresses.map(address);
    if (frames.includes(undefined)) return undefined;
    const places = isMissing(locations) ? null : placesOf(locations, frames.length);
    if (places === undefined) return undefined;
    const made: RecordedStack = { frames: BigUint64Array.from(frames, (frame) => frame ?? 0n), locations: places };
    if (this.#known.size >= maximumKept) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }
}

function placesOf(value: unknown, length: number): readonly (string | null)[] | undefined {
  if (!Array.isArray(value) || value.length !== length) return undefined;
  const places = value.map(text);
  return places.includes(undefined) ? undefined : places.map((place) => place ?? null);
}
