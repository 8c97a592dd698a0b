/**
 * From the TypeScript of a driver or a service script to a script that can run: types removed in place, syntax and names checked.
 *
 * Every character keeps its line and column, so that breakpoints, stacks and errors are those of the source. A driver that names
 * what is not provided is refused here, by line, column and name, before any of it has run (driver-api-usage.md 5.2).
 */
import { parse, type Node, type Program } from 'acorn';
import { analyze, type ScopeManager } from 'eslint-scope';
import { refusedRoutines } from '../driver-api/refusedRoutines.ts';
import { driverUrlPrefix, serviceUrlPrefix } from './control.ts';
import { allowedBuiltIns, refusedInService, refusedNames, similarName } from './driverNames.ts';
import { loadProblem, type Place } from './errors.ts';
import type { DriverSource, RunProblem } from './messages.ts';
import type { ServiceSource } from './serviceSource.ts';
import { withoutTypes } from './stripping.ts';

/** JavaScript in the source's positions, and the provided names it uses. */
export interface CheckedScript {
  readonly url: string;
  /** Without import and export, which became blanks. */
  readonly code: string;
  readonly usedNames: readonly string[];
}

export interface CheckedDriver extends CheckedScript {
  readonly driver: DriverSource;
}

export const driverUrl = (name: string): string => `${driverUrlPrefix}${name}.ts`;

type Problems = { readonly kind: 'problems'; readonly problems: readonly RunProblem[] };
export type CheckResult = { readonly kind: 'ok'; readonly checked: CheckedDriver } | Problems;
export type ServiceCheckResult = { readonly kind: 'ok'; readonly checked: CheckedScript } | Problems;

/** What there is to say about a kind of script that is refused. */
interface ScriptKind {
  readonly noun: string;
  readonly api: string;
  readonly declarations: string;
  readonly entry: string | null;
}

const driverKind: ScriptKind = { noun: 'A driver', api: 'driver API', declarations: 'fltkernel.d.ts', entry: 'DriverEntry' };
const serviceKind: ScriptKind = { noun: 'A service script', api: 'service API', declarations: 'fltservice.d.ts', entry: null };

/** `provided`: the names of the driver API. */
export function checkDriver(driver: DriverSource, provided: ReadonlySet<string>): CheckResult {
  const result = checkScript(driver.name, driver.source, driverUrl(driver.name), provided, driverKind);
  return result.kind === 'ok' ? { kind: 'ok', checked: { ...result.checked, driver } } : result;
}

/** The script beside a driver. `provided`: the names of the service API. */
export function checkService({ name, source }: ServiceSource, provided: ReadonlySet<string>): ServiceCheckResult {
  return checkScript(name, source, `${serviceUrlPrefix}${name}.ts`, provided, serviceKind);
}

function checkScript(name: string, source: string, url: string, provided: ReadonlySet<string>, kind: ScriptKind): ServiceCheckResult {
  const problems: RunProblem[] = [];
  const report = (place: Place, sentence: string): void => {
    problems.push(loadProblem(name, place, sentence));
  };
  const code = stripTypes(source, report);
  const program = code === null ? null : parseProgram(code, report);
  if (code === null || program === null) return { kind: 'problems', problems };
  const module = readModule(program, code, kind, report);
  const usedNames = checkNames(program, provided, kind, report);
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'ok', checked: { url, code: module, usedNames } };
}

type Report = (place: Place, sentence: string) => void;

/** `stack` of the stripper's error starts with `file:line`, some lines of source and a line of carets. */
function stripTypes(source: string, report: Report): string | null {
  try {
    return withoutTypes(source);
  } catch (error) {
    const { message, stack } = error as Error;
    const excerpt = (stack ?? '').split('\n');
    const line = /:(\d+)$/.exec(excerpt[0] ?? '')?.[1];
    const caret = excerpt.find((text) => /^\s*\^+\s*$/.test(text))?.indexOf('^') ?? -1;
    report({ line: line === undefined ? null : Number(line), column: caret < 0 ? null : caret + 1 }, sentenceOf(message));
    return null;
  }
}

function parseProgram(code: string, report: Report): Program | null {
  try {
    return parse(code, { ecmaVersion: 2024, sourceType: 'module', locations: true, ranges: true });
  } catch (error) {
    const { message, loc } = error as Error & { readonly loc?: { readonly line: number; readonly column: number } };
    report(loc === undefined ? { line: null, column: null } : { line: loc.line, column: loc.column + 1 }, sentenceOf(message.replace(/ \(\d+:\d+\)$/, '')));
    return null;
  }
}

const sentenceOf = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
const startOf = (node: Node): Place => (node.loc === undefined || node.loc === null ? { line: null, column: null } : { line: node.loc.start.line, column: node.loc.start.column + 1 });

/** Takes import and export away, in place, and looks for the entry. */
function readModule(program: Program, code: string, kind: ScriptKind, report: Report): string {
  let text = code;
  const blank = (start: number, end: number): void => {
    text = text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ') + text.slice(end);
  };
  const exported = new Set<string>();
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration') {
      if (node.source.value === 'fltkernel') blank(node.start, node.end);
      else report(startOf(node), `${kind.noun} is one file: nothing can be imported from "${String(node.source.value)}". The ${kind.api} needs no import.`);
    } else if (node.type === 'ExportNamedDeclaration') {
      const { declaration } = node;
      if (declaration === null || declaration === undefined) {
        for (const { exported: name } of node.specifiers) if (name.type === 'Identifier') exported.add(name.name);
        blank(node.start, node.end);
      } else {
        if (declaration.type !== 'VariableDeclaration') exported.add(declaration.id.name);
        else for (const { id } of declaration.declarations) if (id.type === 'Identifier') exported.add(id.name);
        blank(node.start, declaration.start);
      }
    } else if (node.type === 'ExportDefaultDeclaration' || node.type === 'ExportAllDeclaration') {
      report(startOf(node), kind.entry === null ? 'A service script exports nothing: it names its threads and ports with service.thread and service.on.' : 'A driver exports DriverEntry by name: write "export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS".');
      return text;
    }
  }
  if (kind.entry !== null && !exported.has(kind.entry)) {
    report({ line: null, column: null }, 'There is no exported DriverEntry: write "export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS".');
  }
  return text;
}

/** Names nobody declared must be provided; what needs an event loop is refused. Returns the provided names that are used. */
function checkNames(program: Program, provided: ReadonlySet<string>, kind: ScriptKind, report: Report): string[] {
  refuseAsync(program, kind, report);
  const scopes: ScopeManager = analyze(program as Parameters<typeof analyze>[0], { ecmaVersion: 2024, sourceType: 'module' });
  const used = new Set<string>();
  const told = new Set<string>();
  for (const reference of scopes.globalScope?.through ?? []) {
    const { name } = reference.identifier;
    const place = startOf(reference.identifier as unknown as Node);
    if (provided.has(name)) {
      used.add(name);
      if (reference.isWrite()) report(place, `${name} belongs to the ${kind.api} and cannot be assigned to.`);
    } else if (!allowedBuiltIns.has(name) && !told.has(name)) {
      told.add(name);
      report(place, unknownName(name, provided, kind));
    }
  }
  return [...used].sort();
}

function unknownName(name: string, provided: ReadonlySet<string>, kind: ScriptKind): string {
  const refused = kind === serviceKind ? refusedInService.get(name) ?? refusedNames.get(name) : (refusedNames.get(name) ?? refusedRoutines.get(name));
  if (refused !== undefined) return `${name} ${refused}.`;
  const similar = similarName(name, provided);
  return `${name} is not provided${similar === null ? '' : `; did you mean ${similar}?`}${similar === null ? `. Declare it in the ${kind === serviceKind ? 'script' : 'driver'}, or use what ${kind.declarations} offers.` : ''}`;
}

function refuseAsync(program: Program, kind: ScriptKind, report: Report): void {
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null && 'type' in value) {
      const node = value as Node & Record<string, unknown>;
      if (node['async'] === true || node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node['await'] === true)) {
        report(startOf(node), kind === serviceKind ? 'async and await are not available: a thread is a generator function here, and waits with yield*.' : 'async and await are not available: callbacks are plain functions here, as in C; split the work into callbacks and work items.');
        return;
      }
      if (node.type === 'ImportExpression') report(startOf(node), `${kind.noun} is one file: import() is not available.`);
      for (const key in node) if (key !== 'loc' && key !== 'range') visit(node[key]);
    }
  };
  visit(program);
}
