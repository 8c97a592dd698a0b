/**
 * Names for the calls of a driver: each call of a routine gets one of its own, so that the routine knows the line it is called from.
 *
 * Looking at V8's stack for it takes some ten microseconds, longer than most routines. A name is as long as the routine's, so that everything in
 * the script stays where it is: some of its letters are the wide forms that Unicode has of them, which are letters of JavaScript too.
 */
import type { CallExpression, Identifier, Node } from 'acorn';
import { driverLine } from '../base/driverLines.ts';
import { routineByName } from '../driver-api/routineTable.ts';
import type { CallSite, CallUnderWay } from '../engine/index.ts';
import type { ModuleFile } from './driverModules.ts';
import { visitNodes } from './visitNodes.ts';

export interface NamedCall {
  readonly name: string;
  readonly routine: string;
  readonly site: CallSite;
}

/** From a letter to its wide form. */
const wide = 0xfee0;
/** More letters are never needed. The last letter stays, so that a name is told from text in wide letters. */
const mostWide = 12;
const wideLetter = /[\uff21-\uff3a\uff41-\uff5a]/;
const wideLetters = new RegExp(wideLetter, 'g');
const names = /[\w\uff21-\uff3a\uff41-\uff5a]+/g;

/** The `number`-th name, from 1; null where the routine has not so many. */
export function callName(routine: string, number: number): string | null {
  const letters = [...routine].flatMap((letter, at) => (/[A-Za-z]/.test(letter) ? [at] : [])).slice(0, -1).slice(0, mostWide);
  if (number >= 2 ** letters.length) return null;
  const widened = new Set(letters.filter((_, bit) => (number & (1 << bit)) !== 0));
  return [...routine].map((letter, at) => (widened.has(at) ? String.fromCharCode(letter.charCodeAt(0) + wide) : letter)).join('');
}

/** Text of V8's, with the names as the driver has them. */
export const withoutCallNames = (text: string): string => (wideLetter.test(text) ? text.replace(names, (name) => (isCallName(name) ? plain(name) : name)) : text);

const plain = (name: string): string => name.replace(wideLetters, (letter) => String.fromCharCode(letter.charCodeAt(0) - wide));

/** Both kinds of letters are in it. */
export const isCallName = (name: string): boolean => /[A-Za-z]/.test(name) && wideLetter.test(name);

/** Macros are no calls, and some are types too. */
function isCalled(routine: string): boolean {
  const row = routineByName.get(routine);
  return row !== undefined && row.area !== 'Macros';
}

/** Code in which each call of a routine has its own name. */
export interface NamedCode {
  readonly code: string;
  readonly calls: readonly NamedCall[];
  /** Provided names that it still has. Where a routine is only called, its name must be no parameter of the driver's wrapper either: V8 keeps nothing of a parameter that no function uses, and who is stopped in one could not say the name. */
  readonly usedNames: readonly string[];
}

/** Names for a driver of these files. `join` makes one script of their texts, which have the places of the files' code. */
export function namedCode(driver: string, files: readonly ModuleFile[], texts: ReadonlyMap<number, string>, usedNames: readonly string[], join: (texts: ReadonlyMap<number, string>) => string): NamedCode {
  const calls: NamedCall[] = [];
  const numbers = new Map<string, number>();
  const left = new Set<string>();
  const nameFor = ({ name: routine, loc }: Identifier, { slot, name: file }: ModuleFile): string | null => {
    const number = (numbers.get(routine) ?? 0) + 1;
    const name = callName(routine, number);
    if (name === null || loc === undefined || loc === null) return null;
    numbers.set(routine, number);
    calls.push({ name, routine, site: { driver, line: driverLine(slot, loc.start.line), column: loc.start.column + 1, ...(slot !== 0 && { file }) } });
    return name;
  };
  const named = new Map(files.map((file) => {
    const text = texts.get(file.slot) ?? '';
    const callees = calleesOf(file.program, text);
    const pieces: string[] = [];
    let end = 0;
    for (const identifier of referencesOf(file)) {
      const name = callees.has(identifier) && isCalled(identifier.name) ? nameFor(identifier, file) : null;
      if (name === null) {
        left.add(identifier.name);
        continue;
      }
      pieces.push(text.slice(end, identifier.start), name);
      end = identifier.end;
    }
    return [file.slot, pieces.join('') + text.slice(end)];
  }));
  return { code: join(named), calls, usedNames: usedNames.filter((name) => left.has(name)) };
}

/** To names that no file declares, in order. */
const referencesOf = ({ scopes }: ModuleFile): Identifier[] => (scopes.globalScope?.through ?? []).map(({ identifier }) => identifier as unknown as Identifier).sort((a, b) => a.start - b.start);

/** Names that stand right before their arguments: V8's place of such a call is that of the name. */
function calleesOf(program: Node, text: string): ReadonlySet<Node> {
  const callees = new Set<Node>();
  visitNodes(program, (node) => {
    if (node.type !== 'CallExpression') return;
    const { callee, optional } = node as unknown as CallExpression;
    if (callee.type === 'Identifier' && !optional && /^\s*\(/.test(text.slice(callee.end, callee.end + 200))) callees.add(callee);
  });
  return callees;
}

/** A routine that is called with a place: it tells that as long as it runs. Null: it has none, as nobody knows where it is called from by its own name. */
export function calledFrom(site: CallSite | null, routine: (...args: readonly unknown[]) => unknown, underWay: CallUnderWay): (...args: readonly unknown[]) => unknown {
  return Object.freeze((...args: readonly unknown[]): unknown => {
    const around = underWay.site;
    underWay.site = site;
    try {
      return routine(...args);
    } finally {
      underWay.site = around;
    }
  });
}

/** What drivers are given, its routines without a place: one that a driver's own routine calls while another call makes that run is not told as called from there. */
export function withoutPlaces(globals: Readonly<Record<string, unknown>>, underWay: CallUnderWay): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(globals).map(([name, value]) => [name, isCalled(name) ? calledFrom(null, value as Parameters<typeof calledFrom>[1], underWay) : value]));
}
