/** Whether what happened is what a vector says, and how a report shows it (rules 1, 12 and 13). */
import { ntStatusFromName } from '../../nt/ntStatus.ts';
import type { Facts, Happening } from './journal.ts';
import type { Outcome } from './outcome.ts';
import type { ExpectLine, Option, Value } from './vector.ts';
import { flagsOf, showNumber } from './words.ts';
import { plain, UserHandle, type World } from './world.ts';

const identity = (value: unknown): unknown => (value instanceof UserHandle ? value.fileObject : value);

/** Facts that hold a status, so that a report can name it. */
const statusKeys = new Set(['status', 'result']);

function numberOf(expected: Value, world: World): number | undefined {
  if (expected.kind === 'number') return expected.value;
  if (expected.kind === 'string') return undefined;
  if (expected.value === 'TRUE') return 1;
  if (expected.value === 'FALSE') return 0;
  const status = ntStatusFromName(expected.value);
  if (status !== undefined) return status;
  const found = world.variables.has(expected.value.split('.')[0] ?? '') ? plain(world.lookUp(expected.value, { filter: null, data: null })) : flagsOf(expected.value);
  return typeof found === 'number' ? found : undefined;
}

const sameNumber = (a: number, b: number): boolean => a === b || (a >>> 0 === b >>> 0 && Math.abs(a) <= 0xffffffff && Math.abs(b) <= 0xffffffff);

/** Compares a value as written with one of the engine. */
export function matches(expected: Value, actual: unknown, world: World): boolean {
  const value = plain(actual);
  switch (typeof value) {
    case 'number': {
      const number = numberOf(expected, world);
      return number !== undefined && sameNumber(number, value);
    }
    case 'boolean': return numberOf(expected, world) === (value ? 1 : 0);
    case 'string': return expected.kind === 'word' && world.variables.has(expected.value.split('.')[0] ?? '') && expected.value !== value
      ? plain(world.lookUp(expected.value, { filter: null, data: null })) === value
      : String(expected.value) === value || expected.text === value;
    case 'object':
    case 'undefined': {
      if (value === null || value === undefined) return expected.text === 'NULL' || (expected.kind === 'number' && expected.value === 0);
      return expected.kind === 'word' && identity(world.lookUp(expected.value, { filter: null, data: null })) === identity(value);
    }
    default: return false;
  }
}

export function show(value: unknown, world: World, key = ''): string {
  const bare = plain(value);
  if (bare === null || bare === undefined) return 'NULL';
  if (typeof bare === 'number') return statusKeys.has(key) ? showNumber(bare) : /flags|reason|mask/.test(key) ? `0x${bare.toString(16)}` : String(bare);
  if (typeof bare === 'string') return /^[\w.>+#-]+$/.test(bare) ? bare : `"${bare}"`;
  if (typeof bare === 'boolean') return bare ? 'TRUE' : 'FALSE';
  return typeof bare === 'object' ? world.nameOf(bare) : typeof bare;
}

// -- results of calls

/** `outcome` is what the call came to when the step had settled; `hung`: OV-002 was reported for it. */
export function resultMatches(expected: Value, outcome: Outcome, hung: boolean, world: World): boolean {
  switch (outcome.kind) {
    case 'waiting':
      if (outcome.pending.early !== null) return matches(expected, outcome.pending.early, world);
      return expected.text === 'blocked' || expected.text === 'STATUS_PENDING' || (expected.text === 'hangs' && hung);
    case 'refused': return expected.text === 'REFUSED' || (expected.text === 'void' && outcome.value === undefined);
    case 'returned':
      // A routine that gives a pointer has no status; vectors name the pointer.
      if (expected.text === 'void') return outcome.value === undefined || (typeof outcome.value === 'object' && outcome.results.length > 0);
      return outcome.value !== undefined && matches(expected, outcome.value, world);
  }
}

export function showResult(outcome: Outcome, hung: boolean, world: World): string {
  switch (outcome.kind) {
    case 'waiting': return typeof outcome.pending.early === 'number' ? showNumber(outcome.pending.early) : hung ? 'hangs' : 'blocked';
    case 'refused': return 'REFUSED';
    case 'returned': return outcome.value === undefined ? 'void' : typeof outcome.value === 'number' ? showNumber(outcome.value) : show(outcome.value, world, 'result');
  }
}

// -- what happened during a step

const factMatches = (options: readonly Option[], facts: Facts, world: World): boolean => options.every(({ key, value }) => key in facts && matches(value, facts[key], world));

/** The facts a line asks for; for a line nobody expected, those that tell it apart. */
function showFacts(facts: Facts, asked: readonly Option[] | null, world: World): string {
  const keys = asked?.map(({ key }) => key) ?? ['vol', 'flags', 'reason', 'status', 'info', 'op', 'drain', 'ctx'];
  return keys.filter((key) => asked !== null || (facts[key] !== undefined && facts[key] !== null && facts[key] !== 0)).map((key) => ` ${key}=${key in facts ? show(facts[key], world, key) : '?'}`).join('');
}

/** Remarks of the core page (severity W and I) that section 10.1 of the objects page counts among its own. */
const countedRemarks: ReadonlySet<string> = new Set(['FV-052', 'FV-120']);

/**
 * Whether a happening must be listed. Remarks about style and cost that the core page makes of an operation (FV-014 for a synchronized
 * read, say) are none of this page's violations: they count in a step that lists them.
 */
export function counts(happening: Happening, listed: ReadonlySet<string>): boolean {
  if (happening.kind !== 'viol' || happening.id.startsWith('OV-')) return true;
  return happening.severity === 'B' || happening.severity === 'V' || countedRemarks.has(happening.id) || listed.has(happening.id);
}

export type EventLine = Extract<ExpectLine, { readonly kind: 'cb' | 'fs' | 'done' | 'viol' }>;

export const isEventLine = (line: ExpectLine): line is EventLine => line.kind === 'cb' || line.kind === 'fs' || line.kind === 'done' || line.kind === 'viol';

export function happeningMatches(expected: EventLine, actual: Happening, world: World): boolean {
  switch (expected.kind) {
    case 'cb': return actual.kind === 'cb' && actual.name === expected.event.text && factMatches(expected.options, actual.facts, world);
    case 'fs': return actual.kind === 'fs' && actual.major === expected.major;
    case 'done': return actual.kind === 'done' && actual.op === expected.op && matches(expected.result, actual.result, world) && factMatches(expected.options, actual.facts, world);
    case 'viol': return actual.kind === 'viol' && actual.id === expected.id;
  }
}

export function showHappening(actual: Happening, beside: EventLine | undefined, world: World): string {
  switch (actual.kind) {
    case 'cb': return `cb ${actual.name}${showFacts(actual.facts, beside?.kind === 'cb' && beside.event.text === actual.name ? beside.options : null, world)}`;
    case 'fs': return `fs ${actual.major}`;
    case 'done': return `done ${actual.op} ${typeof actual.result === 'number' ? showNumber(actual.result) : show(actual.result, world)}${showFacts(actual.facts, beside?.kind === 'done' ? beside.options : null, world)}`;
    case 'viol': return `viol ${actual.id}`;
  }
}
