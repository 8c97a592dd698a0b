/**
 * The tables of the oplock package: levels, who may be granted beside whom, what an operation takes away.
 *
 * Source: filter-manager-objects.md section 8 (OPL-012, OPL-013, OPL-020 to OPL-025), which restates MS-FSA 2.1.4.12 and
 * 2.1.5.18. Data only; oplock.ts is the state machine that reads it.
 */
import {
  FSCTL_REQUEST_BATCH_OPLOCK, FSCTL_REQUEST_FILTER_OPLOCK, FSCTL_REQUEST_OPLOCK_LEVEL_1, FSCTL_REQUEST_OPLOCK_LEVEL_2, OPLOCK_LEVEL_CACHE_HANDLE, OPLOCK_LEVEL_CACHE_READ,
  OPLOCK_LEVEL_CACHE_WRITE,
} from '../../nt/values.generated.ts';

export type LegacyExclusive = 'L1' | 'BATCH' | 'FILTER';
export type GranularExclusive = 'RW' | 'RWH';
export type ExclusiveLevel = LegacyExclusive | GranularExclusive;
export type SharedLevel = 'L2' | 'R' | 'RH';
export type OplockLevel = ExclusiveLevel | SharedLevel;

/** What an exclusive oplock is being broken to. `L2_NONE`: the notice said level 2, a later operation wants none. */
export type BreakTarget = 'L2' | 'NONE' | 'L2_NONE' | 'R' | 'RW' | 'RH';

/** Columns of the grant matrix: what is present on the stream. */
export type Present = 'NONE' | 'L2' | 'R' | 'L2+R' | 'RH' | 'RH breaking' | 'legacy' | 'RW' | 'RWH' | 'exclusive breaking';

/**
 * One cell: `+` granted, `-` refused, `=` granted when every holder has the requester's key (and is switched), `a` the only open
 * holds level 2 itself, `b` granted and an R or RH of the same key is switched, `c` as b but never beside an RH of the same key.
 */
export type Grant = '+' | '-' | '=' | 'a' | 'b' | 'c';

const columns: readonly Present[] = ['NONE', 'L2', 'R', 'L2+R', 'RH', 'RH breaking', 'legacy', 'RW', 'RWH', 'exclusive breaking'];

const row = (cells: string): ReadonlyMap<Present, Grant> => new Map(columns.map((column, at) => [column, cells[at] as Grant]));

/** OPL-013 */
export const grantMatrix: Readonly<Record<OplockLevel, ReadonlyMap<Present, Grant>>> = {
  L1: row('+a--------'),
  BATCH: row('+a--------'),
  FILTER: row('+a--------'),
  L2: row('++++------'),
  R: row('++bbcc----'),
  RH: row('+-b-b+----'),
  RW: row('+-=----=--'),
  RWH: row('+-=-=--==-'),
};

export const isLegacyExclusive = (level: OplockLevel): level is LegacyExclusive => level === 'L1' || level === 'BATCH' || level === 'FILTER';
export const isExclusive = (level: OplockLevel): level is ExclusiveLevel => isLegacyExclusive(level) || level === 'RW' || level === 'RWH';
export const isGranular = (level: OplockLevel): boolean => level === 'R' || level === 'RH' || level === 'RW' || level === 'RWH';
export const cachesHandles = (level: OplockLevel): boolean => level === 'RH' || level === 'RWH';

const granularBits: Readonly<Record<string, number>> = {
  NONE: 0, R: OPLOCK_LEVEL_CACHE_READ, RH: OPLOCK_LEVEL_CACHE_READ | OPLOCK_LEVEL_CACHE_HANDLE, RW: OPLOCK_LEVEL_CACHE_READ | OPLOCK_LEVEL_CACHE_WRITE,
  RWH: OPLOCK_LEVEL_CACHE_READ | OPLOCK_LEVEL_CACHE_WRITE | OPLOCK_LEVEL_CACHE_HANDLE,
};

/** OPLOCK_LEVEL_CACHE_* bits of a granular level; 0 for NONE and for the legacy levels. */
export const levelBits = (level: string): number => granularBits[level] ?? 0;

/** The granular level of RequestedOplockLevel: `NONE` for 0, null for a combination that cannot be asked for (OPL-012). */
export function levelFromBits(bits: number): 'NONE' | 'R' | 'RH' | 'RW' | 'RWH' | null {
  const found = Object.entries(granularBits).find(([, value]) => value === bits);
  return found === undefined ? null : (found[0] as 'NONE' | 'R' | 'RH' | 'RW' | 'RWH');
}

const legacyRequests: ReadonlyMap<number, OplockLevel> = new Map<number, OplockLevel>([
  [FSCTL_REQUEST_OPLOCK_LEVEL_1, 'L1'], [FSCTL_REQUEST_OPLOCK_LEVEL_2, 'L2'], [FSCTL_REQUEST_BATCH_OPLOCK, 'BATCH'], [FSCTL_REQUEST_FILTER_OPLOCK, 'FILTER'],
]);

/** The level that one of the four legacy request codes asks for. */
export const legacyRequestLevel = (controlCode: number): OplockLevel | undefined => legacyRequests.get(controlCode);

/** What an operation takes from the oplocks of a stream: one row of OPL-020. */
export interface OplockEffect {
  /** L1, BATCH and L2 fall to this level. */
  readonly legacy: 'L2' | 'NONE' | null;
  /** The caching that granular oplocks lose. */
  readonly caches: '' | 'W' | 'H' | 'RW' | 'RWH';
  /** Rename and its kind reach BATCH and FILTER only. */
  readonly onlyBatchAndFilter?: boolean;
  /** LOCK_CONTROL leaves FILTER alone. */
  readonly sparesFilter?: boolean;
  /** Level 2 of the operation's own open goes too; a create spares its own key. */
  readonly ownLevel2?: boolean;
  /** The operation's parent key is compared with the holder's target key (OPLOCK_FLAG_PARENT_OBJECT). */
  readonly byParentKey?: boolean;
}

export type OplockOperation =
  | 'open' | 'overwrite' | 'sharing-violation' | 'read' | 'flush' | 'write' | 'lock' | 'size' | 'zero-data' | 'rename' | 'delete' | 'security' | 'child-change' | 'writable-section'
  | 'break-to-none' | 'break-handle';

/** OPL-020; `break-to-none` and `break-handle` are FltOplockBreakToNone and FltOplockBreakH. */
export const oplockEffects: Readonly<Record<OplockOperation, OplockEffect>> = {
  open: { legacy: 'L2', caches: 'W' },
  overwrite: { legacy: 'NONE', caches: 'RW' },
  'sharing-violation': { legacy: null, caches: 'H' },
  read: { legacy: 'L2', caches: 'W' },
  flush: { legacy: 'L2', caches: 'W' },
  write: { legacy: 'NONE', caches: 'RW', ownLevel2: true },
  lock: { legacy: 'NONE', caches: 'RW', ownLevel2: true, sparesFilter: true },
  size: { legacy: 'NONE', caches: 'RW', ownLevel2: true },
  'zero-data': { legacy: 'NONE', caches: 'RW', ownLevel2: true },
  rename: { legacy: 'NONE', caches: 'H', onlyBatchAndFilter: true },
  delete: { legacy: null, caches: 'H' },
  security: { legacy: null, caches: 'H' },
  'child-change': { legacy: null, caches: 'RW', byParentKey: true },
  'writable-section': { legacy: null, caches: 'RWH' },
  'break-to-none': { legacy: 'NONE', caches: 'RW', ownLevel2: true },
  'break-handle': { legacy: null, caches: 'H' },
};

/** What a granular holder keeps after a loss; null: no effect. */
export interface GranularBreak {
  readonly to: 'R' | 'RH' | 'RW' | 'NONE';
  readonly acknowledged: boolean;
  readonly waits: boolean;
}

const broken = (to: GranularBreak['to'], acknowledged: boolean, waits: boolean): GranularBreak => ({ to, acknowledged, waits });

/** OPL-023 */
export const granularBreaks: Readonly<Record<'R' | 'RH' | 'RW' | 'RWH', Readonly<Record<'W' | 'H' | 'RW', GranularBreak | null>>>> = {
  R: { W: null, H: null, RW: broken('NONE', false, false) },
  RH: { W: null, H: broken('R', true, true), RW: broken('NONE', true, false) },
  RW: { W: broken('R', true, true), H: null, RW: broken('NONE', true, true) },
  RWH: { W: broken('RH', true, true), H: broken('RW', true, true), RW: broken('NONE', true, true) },
};

/** OPL-025 for exclusive oplocks: the new target, `wait` where it stays, null where the operation is not concerned. */
export const unacknowledgedBreaks: Readonly<Record<string, Readonly<Record<'W' | 'H' | 'RW', BreakTarget | 'wait' | null>>>> = {
  'RW>R': { W: 'wait', H: null, RW: 'NONE' },
  'RW>NONE': { W: 'wait', H: null, RW: 'wait' },
  'RWH>RH': { W: 'wait', H: 'R', RW: 'NONE' },
  'RWH>RW': { W: 'R', H: 'wait', RW: 'NONE' },
  'RWH>R': { W: 'wait', H: 'wait', RW: 'NONE' },
  'RWH>NONE': { W: 'wait', H: 'wait', RW: 'wait' },
};
