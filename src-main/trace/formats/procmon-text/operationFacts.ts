/** What the name in the Operation column says, worked out once for each. Source: procmon-formats.md 10.2, 10.5 and 11. */
import { assertExists } from '../../../base/assert.ts';
import { irpMajor } from '../../../nt/tables.generated.ts';
import type { ContextClass, DetailValue, OperationKind } from '../../record.ts';
import { eventClasses, otherEventClass, procmonOperationName, procmonOperationOf, subOperationOf, unknownOperation } from '../procmon/operations.ts';
import { fileClassNames, volumeClassNames } from '../procmon/vocabulary.ts';
import { detailReaderOf } from './detailText.ts';
import type { DetailReader, ReadDetail } from './detailText.ts';

const majorKinds = new Map(irpMajor.map((row) => [row.value, row.kind as OperationKind]));
/** Details repeat: of a trace's queries most answer the same. */
const maximumKept = 2048;

export interface OperationFacts {
  readonly name: string;
  readonly major: number | null;
  readonly minor: number;
  /** Where the result does not tell more. */
  readonly kind: OperationKind;
  /** The kind when the result is FAST IO DISALLOWED. */
  readonly fastKind: OperationKind;
  /** The name itself says that it was no IRP. */
  readonly isFast: boolean;
  readonly transfer: 'read' | 'write' | 'directory' | 'other';
  /** The class of events it belongs to where no column says so; null for an unknown name. */
  readonly eventClass: number | null;
  readonly readDetail: DetailReader;
}

export class OperationTable {
  readonly #facts = new Map<string, OperationFacts>();

  of(name: string): OperationFacts {
    const known = this.#facts.get(name);
    if (known !== undefined) return known;
    const made = factsOf(name);
    // A hostile file may have any number of names.
    if (this.#facts.size < 4096) this.#facts.set(name, made);
    return made;
  }
}

function factsOf(name: string): OperationFacts {
  const named = procmonOperationOf(name);
  const major = named?.major ?? null;
  const sub = named?.sub ?? null;
  const kind = (major === null ? undefined : majorKinds.get(major)) ?? 'other';
  const fastKind = kind === 'fsfilter' ? 'fsfilter' : 'fastio';
  const isFast = name.startsWith('FASTIO_');
  const plain = major === null || sub !== null ? name : plainName(name, major);
  return {
    name,
    major,
    minor: sub !== null && major !== null && subOperationOf(major) === 'minor' ? sub : 0,
    kind: isFast ? fastKind : kind,
    fastKind,
    isFast,
    transfer: plain === 'ReadFile' ? 'read' : plain === 'WriteFile' ? 'write' : plain === 'QueryDirectory' ? 'directory' : 'other',
    eventClass: otherEventClass(name) ?? (name === unknownOperation ? null : 3),
    readDetail: remembered(detailReaderOf(plain, sub === null || major === null ? {} : classOf(major, sub))),
  };
}

/** The plain name of one that Advanced Output shows: `ReadFile` for `IRP_MJ_READ`. */
function plainName(name: string, major: number): string {
  return /^(IRP_MJ|FASTIO)_/.test(name) ? procmonOperationName(major, 0) : name;
}

/** The class behind an operation's name, under the keys the log reader uses. */
function classOf(major: number, sub: number): { readonly [key: string]: DetailValue } {
  const kind = subOperationOf(major);
  if (kind === 'minor') return {};
  return kind === 'file-class'
    ? { Class: assertExists(fileClassNames[sub]), FileInformationClass: sub }
    : { Class: assertExists(volumeClassNames[sub]), FsInformationClass: sub };
}

function remembered(read: DetailReader): DetailReader {
  const kept = new Map<string, ReadDetail>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = read(text);
    if (text.length > 256) return made;
    if (kept.size >= maximumKept) kept.clear();
    kept.set(text, made);
    return made;
  };
}

const contextClassOf: readonly ContextClass[] = ['other', 'process', 'registry', 'other', 'profiling', 'network', 'other'];

/** Our word for a class of events that are no file operations; threads and images have their own. */
export function contextClassFor(eventClass: number, operation: string): ContextClass {
  if (eventClass === 1 && operation.startsWith('Thread ')) return 'thread';
  if (eventClass === 1 && operation === 'Load Image') return 'image';
  return contextClassOf[eventClass] ?? 'other';
}

export const eventClassNumbers: ReadonlyMap<string, number> = new Map(eventClasses.map((name, number) => [name.toLowerCase(), number] as const));
