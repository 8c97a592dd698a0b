/**
 * Names for the calls of a driver: each call of a routine gets one of its own, so that the routine knows the line it is called from.
 *
 * Looking at V8's stack for it takes some ten microseconds, longer than most routines. A name is as long as the routine's, so that everything in
 * the script stays where it is: some of its letters are the wide forms that Unicode has of them, which are letters of JavaScript too.
 */
import type { CallExpression, Node } from 'acorn';
import { driverLine, fileName } from '../base/driverLines.ts';
import { routineByName } from '../driver-api/routineTable.ts';
import type { CallSite, CallUnderWay } from '../engine/index.ts';
import { sourceFiles, type DriverTexts, type ModuleFile } from './driverModules.ts';
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

/** Routines that call a driver's own directly are none of the engine's calls: what those do would be told as done by the call. */
const callsBack = (routine: string): boolean => routineByName.get(routine)?.binding === 'own' && routineByName.get(routine)?.parameters.some(({ type }) => /ROUTINE|CALLBACK|=>/.test(type)) === true;

/** Macros are no calls. */
const hasSite = (routine: string): boolean => routineByName.has(routine) && routineByName.get(routine)?.unchecked !== true && !callsBack(routine);

export class CallNames {
  readonly calls: NamedCall[] = [];
  readonly #driver: DriverTexts;
  readonly #used = new Map<string, number>();
  /** Names that stand elsewhere too. */
  readonly #left = new Set<string>();

  constructor(driver: DriverTexts) {
    this.#driver = driver;
  }

  /** The text of a file with a name for each call. `text` has the places of the file's code. */
  give({ program, scopes, slot }: ModuleFile, text: string): string {
    const callees = calleesOf(program, text);
    const pieces: string[] = [];
    let end = 0;
    const references = (scopes.globalScope?.through ?? []).map(({ identifier }) => identifier as unknown as Node & { readonly name: string });
    for (const identifier of references.sort((a, b) => a.start - b.start)) {
      const name = callees.has(identifier) && hasSite(identifier.name) ? this.#nameFor(identifier, slot) : null;
      if (name === null) {
        this.#left.add(identifier.name);
        continue;
      }
      pieces.push(text.slice(end, identifier.start), name);
      end = identifier.end;
    }
    return pieces.join('') + text.slice(end);
  }

  /**
   * Whether the code still has the routine's own name. Where it has not, the name must be no parameter of the driver's wrapper either: V8 keeps
   * nothing of a parameter that no function uses, and who is stopped in one could not say the name.
   */
  leaves(routine: string): boolean {
    return this.#left.has(routine);
  }

  #nameFor({ name: routine, loc }: Node & { readonly name: string }, slot: number): string | null {
    const number = (this.#used.get(routine) ?? 0) + 1;
    const name = callName(routine, number);
    if (name === null || loc === undefined || loc === null) return null;
    this.#used.set(routine, number);
    const place = { driver: this.#driver.name, line: driverLine(slot, loc.start.line), column: loc.start.column + 1 };
    this.calls.push({ name, routine, site: slot === 0 ? place : { ...place, file: fileName(this.#driver.name, sourceFiles(this.#driver), slot) } });
    return name;
  }
}

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

/** The routine as it is behind such a name: it tells where it is called from, as long as it runs. */
export function calledFrom(site: CallSite, routine: (...args: readonly unknown[]) => unknown, underWay: CallUnderWay): (...args: readonly unknown[]) => unknown {
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
