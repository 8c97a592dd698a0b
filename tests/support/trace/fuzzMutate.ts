/** Ways to damage a file. Each says what it did, so that a failing file can be told in a few words. */
import type { FuzzRandom } from './fuzzRandom.ts';

export interface Mutated {
  readonly bytes: Uint8Array;
  readonly recipe: readonly string[];
}

type Mutation = (bytes: Uint8Array, random: FuzzRandom) => { readonly bytes: Uint8Array; readonly what: string };

/** Files do not grow beyond this: the checks are about damage, not about size. */
const largestFile = 4 * 1024 * 1024;

/** One to four mutations of a file, told by the random numbers alone. */
export function mutate(base: Uint8Array, random: FuzzRandom, text: boolean): Mutated {
  const recipe: string[] = [];
  let bytes = base;
  const rounds = 1 + random.below(4);
  for (let i = 0; i < rounds; i++) {
    const mutation = random.pick(text && !random.chance(3) ? textMutations : binaryMutations);
    const result = mutation(bytes, random);
    if (result.bytes.length > largestFile) continue;
    bytes = result.bytes;
    recipe.push(result.what);
  }
  return { bytes, recipe };
}

function splice(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length - removed + added.length);
  out.set(bytes.subarray(0, at));
  out.set(added, at);
  out.set(bytes.subarray(at + removed), at + added.length);
  return out;
}

function overwrite(bytes: Uint8Array, at: number, added: Uint8Array): Uint8Array {
  const out = bytes.slice();
  out.set(added.subarray(0, Math.max(0, out.length - at)), at);
  return out;
}

/** A slice of the file: where, and how many bytes. */
function slice(bytes: Uint8Array, random: FuzzRandom): readonly [at: number, size: number] {
  const at = random.below(bytes.length);
  return [at, Math.min(bytes.length - at, 1 + random.size(bytes.length - at))];
}

function flipBits(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const out = bytes.slice();
  const places: number[] = [];
  for (let i = 0; i <= random.below(8); i++) {
    const at = random.below(out.length);
    out[at] = (out[at] ?? 0) ^ (1 << random.below(8));
    places.push(at);
  }
  return { bytes: out, what: `bits flipped at ${places.join(', ')}` };
}

function byteRun(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const [at, size] = slice(bytes, random);
  const value = random.pick([0, 0xff, 0x7f, 0x80, 0x20, random.below(256)]);
  const run = Math.min(size, 1024);
  return { bytes: overwrite(bytes, at, new Uint8Array(run).fill(value)), what: `${run} bytes of ${value} at ${at}` };
}

function noise(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const [at, size] = slice(bytes, random);
  const run = Uint8Array.from({ length: Math.min(size, 256) }, () => random.below(256));
  return { bytes: overwrite(bytes, at, run), what: `${run.length} random bytes at ${at}` };
}

function truncate(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const end = random.chance(2) ? random.below(bytes.length) : Math.max(0, bytes.length - 1 - random.size(bytes.length));
  return { bytes: bytes.slice(0, end), what: `cut to ${end}` };
}

function duplicate(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const [at, size] = slice(bytes, random);
  const to = random.chance(2) ? at + size : random.below(bytes.length);
  return { bytes: splice(bytes, to, 0, bytes.subarray(at, at + size)), what: `${size} bytes of ${at} again at ${to}` };
}

function remove(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const [at, size] = slice(bytes, random);
  return { bytes: splice(bytes, at, size, new Uint8Array(0)), what: `${size} bytes removed at ${at}` };
}

function copyOver(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const [at, size] = slice(bytes, random);
  const to = random.below(bytes.length);
  return { bytes: overwrite(bytes, to, bytes.slice(at, at + size)), what: `${size} bytes of ${at} over ${to}` };
}

function swap(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const size = Math.min(Math.floor(bytes.length / 2), 1 + random.size(Math.floor(bytes.length / 2)));
  const first = random.below(bytes.length - 2 * size);
  const second = first + size + random.below(bytes.length - first - 2 * size);
  const out = bytes.slice();
  out.set(bytes.subarray(second, second + size), first);
  out.set(bytes.subarray(first, first + size), second);
  return { bytes: out, what: `${size} bytes of ${first} and ${second} swapped` };
}

/** A whole field replaced by a number at which arithmetic goes wrong, or by a place near one of the file's ends. */
function number(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const width = random.pick([1, 2, 2, 4, 4, 4, 5, 8, 8]);
  const size = BigInt(bytes.length);
  const near = BigInt(random.below(17) - 8);
  const top = 1n << BigInt(width * 8);
  const value = random.pick([
    0n, 1n, top - 1n, top / 2n, top / 2n - 1n, top - 2n, size + near, size / 2n + near, size * 2n, BigInt(random.below(bytes.length)), BigInt(random.below(70000)), 0xffffn, 0x10000n,
    0x7fff_ffffn, 0xffff_ffffn, 1n << 40n, 1n << 53n,
  ]);
  const field = new Uint8Array(8);
  new DataView(field.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  // Fields mostly stand on even places.
  const at = random.chance(4) ? random.below(bytes.length) : random.below(bytes.length) & ~1;
  return { bytes: overwrite(bytes, at, field.subarray(0, width)), what: `${width}-byte number ${value} at ${at}` };
}

/** A number nudged: the count that is off by one. */
function nudge(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const at = random.below(bytes.length);
  const by = random.pick([1, -1, 2, -2, 4, 16, 128]);
  const out = bytes.slice();
  out[at] = (out[at] ?? 0) + by;
  return { bytes: out, what: `byte at ${at} changed by ${by}` };
}

/** The whole file several times: what is quadratic shows. */
function repeat(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const [at, size] = slice(bytes, random);
  const times = 2 + random.below(Math.max(1, Math.min(200, Math.floor(256 * 1024 / (size + 1)))));
  const added = new Uint8Array(size * times);
  for (let i = 0; i < times; i++) added.set(bytes.subarray(at, at + size), i * size);
  return { bytes: splice(bytes, at, 0, added), what: `${size} bytes of ${at} ${times} times more` };
}

const binaryMutations: readonly Mutation[] = [
  flipBits, flipBits, byteRun, noise, truncate, duplicate, remove, copyOver, swap, number, number, number, number, nudge, nudge, repeat,
];

const inserts: readonly string[] = [
  '"', '""', '"""', ',', ';', '\t', '\n', '\r', '\r\n', '\0', '\\', '\\u', "'", '<', '>', '</', '<!--', ']]>', '<![CDATA[', '&', '&amp', '&#x110000;', '&#0;', '&unknown;', '{', '}',
  '[', ']', ':', '{"a":', '1e999', '-1', '-0', '99999999999999999999', '0x', '0xFFFFFFFFFFFFFFFFF', 'NaN', 'null', 'true', '__proto__', 'constructor', ' ', '\u00a0', '\ufeff',
  '\u202e', '4095', '2147483648', '4294967296', '18446744073709551616', '24:60:60.9999999', '1601-01-01T00:00:00.0000000Z', '9999-12-31T23:59:59.9999999Z',
];

/** Bytes that are no text: cut and overlong UTF-8, a lone surrogate in UTF-8 and in UTF-16, byte order marks. */
const brokenText: readonly (readonly number[])[] = [
  [0xc3], [0xc3, 0x28], [0xe2, 0x82], [0xf0, 0x9f], [0xff], [0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x00, 0xd8], [0x00, 0xdc, 0x00, 0xd8], [0xff, 0xfe], [0xef, 0xbb, 0xbf],
];

const marks = new Set([...'",;<>&{}[]:=\n\r\t'].map((mark) => mark.charCodeAt(0)));

/** A place at or behind a mark, where readers of text decide something. */
function textPlace(bytes: Uint8Array, random: FuzzRandom): number {
  const from = random.below(bytes.length);
  for (let at = from; at < Math.min(bytes.length, from + 400); at++) if (marks.has(bytes[at] ?? 0)) return at + random.below(2);
  return from;
}

const isWide = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xfe;

function encoded(text: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.from(text, isWide(bytes) ? 'utf16le' : 'utf8'));
}

function insertText(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const at = textPlace(bytes, random);
  const text = random.pick(inserts);
  const removed = random.chance(2) ? 0 : random.below(8);
  return { bytes: splice(bytes, at, Math.min(removed, bytes.length - at), encoded(text, bytes)), what: `${JSON.stringify(text)} at ${at} for ${removed} bytes` };
}

function removeMark(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const at = textPlace(bytes, random);
  return { bytes: splice(bytes, at, Math.min(1, bytes.length - at), new Uint8Array(0)), what: `byte at ${at} removed` };
}

function insertBroken(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const at = random.below(bytes.length + 1);
  const broken = random.pick(brokenText);
  return { bytes: splice(bytes, at, 0, Uint8Array.from(broken)), what: `bytes ${broken.join(' ')} at ${at}` };
}

/** One field as long as a whole file: of letters, quotes, separators, digits, opening marks. */
function hugeField(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const at = textPlace(bytes, random);
  const unit = random.pick(['A', '"', '""', ',', ' ', '9', '<a>', '<', '&', '&amp;', '[', '{"a":', '\\', ', 1: x', '1: ', 'Name: ', '\n', '\r', '"\n"', 'é', '😀']);
  const times = 1 + random.size(Math.floor(200_000 / unit.length));
  return { bytes: splice(bytes, at, 0, encoded(unit.repeat(times), bytes)), what: `${JSON.stringify(unit)} ${times} times at ${at}` };
}

/** The digits at some place replaced by other digits. */
function digits(bytes: Uint8Array, random: FuzzRandom): ReturnType<Mutation> {
  const isDigit = (at: number): boolean => (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39;
  let at = random.below(bytes.length);
  while (at < bytes.length && !isDigit(at)) at += 1;
  let end = at;
  while (end < bytes.length && isDigit(end)) end += 1;
  const text = random.pick(['0', '-1', '255', '256', '65536', '4294967295', '4294967296', '9007199254740993', '18446744073709551615', '1'.repeat(400), '', '1.5', '1e400', '0x10']);
  return { bytes: splice(bytes, at, end - at, encoded(text, bytes)), what: `digits at ${at} replaced by ${text.slice(0, 24)}` };
}

const textMutations: readonly Mutation[] = [insertText, insertText, insertText, removeMark, removeMark, insertBroken, hugeField, digits, digits, repeat, truncate, remove, duplicate, swap];
