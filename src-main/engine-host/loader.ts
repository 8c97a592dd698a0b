/**
 * From the TypeScript of a driver or a service script to a script that can run: types removed in place, syntax and names checked.
 *
 * Every character keeps its column and the line of its file, so that breakpoints, stacks and errors are those of the source. A driver that names
 * what is not provided is refused here, by line, column and name, before any of it has run (driver-api-usage.md 5.2).
 */
import type { Node } from 'acorn';
import { driverLine } from '../base/driverLines.ts';
import { refusedRoutines } from '../driver-api/refusedRoutines.ts';
import { namedCode, type NamedCode } from './callNames.ts';
import { driverUrlPrefix, serviceUrlPrefix } from './control.ts';
import { exportedNames, isReExport, isRelative, layoutOf, parsedFile, readModules, startOf, type FileReport, type ModuleFile } from './driverModules.ts';
import { allowedBuiltIns, refusedInService, refusedNames, similarName } from './driverNames.ts';
import { loadProblem, type NamedDriver } from './errors.ts';
import type { DriverSource, RunProblem } from './messages.ts';
import type { ScriptLayout } from './scriptLayout.ts';
import type { ServiceSource } from './serviceSource.ts';
import { checkSharing, declarations, notImported, type Declared } from './sharedScope.ts';
import { visitNodes, type AnyNode } from './visitNodes.ts';

/** JavaScript in the source's positions, and the provided names it uses. */
export interface CheckedScript {
  readonly url: string;
  /** Without import and export, which became blanks. */
  readonly code: string;
  readonly usedNames: readonly string[];
}

export interface CheckedDriver extends CheckedScript {
  readonly driver: DriverSource;
  /** For who runs it. */
  named(): NamedCode;
  /** Where its files are in `code`; null for a driver of one file. */
  readonly layout: ScriptLayout | null;
}

export const driverUrl = (name: string): string => `${driverUrlPrefix}${name}.ts`;

type Problems = { readonly kind: 'problems'; readonly problems: readonly RunProblem[] };
export type CheckResult = { readonly kind: 'ok'; readonly checked: CheckedDriver } | Problems;
export type ServiceCheckResult = { readonly kind: 'ok'; readonly checked: CheckedScript } | Problems;

/** What there is to say about a kind of script that is refused. */
interface ScriptKind {
  readonly api: string;
  readonly declarations: string;
  readonly entry: string | null;
  /** It may be of several files. */
  readonly hasFiles: boolean;
  readonly foreignImport: (target: string) => string;
  readonly dynamicImport: string;
  readonly reExport: string;
  readonly defaultExport: string;
}

const entryForm = 'write "export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS"';
const noExports = 'A service script exports nothing: it names its threads and ports with service.thread and service.on.';
const driverKind: ScriptKind = {
  api: 'driver API', declarations: 'fltkernel.d.ts', entry: 'DriverEntry', hasFiles: true,
  foreignImport: (target) => `A driver imports its own files, e.g. import { nameOf } from './names.ts'; nothing can be imported from "${target}". The driver API needs no import.`,
  dynamicImport: 'import() is not available: write import { nameOf } from \'./names.ts\' at the top of the file.',
  reExport: 'A name cannot be passed on: whoever uses it imports it from the file that declares it.',
  defaultExport: `Nothing is exported without a name: a driver exports DriverEntry, ${entryForm}, and its other files export what they declare, by name.`,
};
const serviceKind: ScriptKind = {
  api: 'service API', declarations: 'fltservice.d.ts', entry: null, hasFiles: false,
  foreignImport: (target) => `A service script is one file: nothing can be imported from "${target}". The service API needs no import.`,
  dynamicImport: 'A service script is one file: import() is not available.', reExport: noExports, defaultExport: noExports,
};

function problemsInto(of: NamedDriver, problems: RunProblem[]): FileReport {
  return ({ slot }, { line, column }, sentence) => {
    problems.push(loadProblem(of, { line: line === null && slot === 0 ? null : driverLine(slot, line ?? 1), column }, sentence));
  };
}

/** `layout`: of the driver and its versions in the run; null for a driver of one file. */
export function checkDriver(driver: DriverSource, provided: ReadonlySet<string>, layout: ScriptLayout | null = layoutOf(driver)): CheckResult {
  const problems: RunProblem[] = [];
  const report = problemsInto(driver, problems);
  const modules = readModules(driver, report);
  if (modules === null) return { kind: 'problems', problems };
  const { run, typesOnly } = modules;
  const codes = new Map(run.map((file) => [file.slot, readModule(file, driverKind, report)]));
  for (const file of typesOnly) readModule(file, driverKind, report);
  checkSharing(modules, report);
  const declared = declarations(run);
  const usedNames = run.flatMap((file) => checkNames(file, declared, provided, driverKind, report));
  for (const file of typesOnly) checkNames(file, declared, provided, driverKind, report);
  if (problems.length > 0) return { kind: 'problems', problems };
  const provides = [...new Set(usedNames)].sort();
  const join = (texts: ReadonlyMap<number, string>): string => (layout === null ? (texts.get(0) ?? '') : layout.join(texts));
  return { kind: 'ok', checked: { url: driverUrl(driver.name), code: join(codes), named: () => namedCode(driver.name, run, codes, provides, join), usedNames: provides, driver, layout } };
}

/** The script beside a driver. `provided`: the names of the service API. */
export function checkService({ name, source }: ServiceSource, provided: ReadonlySet<string>): ServiceCheckResult {
  const problems: RunProblem[] = [];
  const report = problemsInto({ name }, problems);
  const file = parsedFile({ slot: 0, name: `${name}.ts`, source }, report);
  if (file === null) return { kind: 'problems', problems };
  const code = readModule(file, serviceKind, report);
  const usedNames = checkNames(file, new Map(), provided, serviceKind, report);
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'ok', checked: { url: `${serviceUrlPrefix}${name}.ts`, code, usedNames } };
}

/** Takes import and export away, in place; in the file that has it, looks for the entry. */
function readModule(file: ModuleFile, kind: ScriptKind, report: FileReport): string {
  const { program } = file;
  const tell = (node: Node, sentence: string): void => report(file, startOf(node), sentence);
  let text = file.code;
  const blank = (start: number, end: number): void => {
    text = text.slice(0, start) + text.slice(start, end).replace(/[^\r\n\u2028\u2029]/g, ' ') + text.slice(end);
  };
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration') {
      if (node.source.value !== 'fltkernel' && !(kind.hasFiles && isRelative(node.source.value))) tell(node, kind.foreignImport(String(node.source.value)));
      blank(node.start, node.end);
    } else if (node.type === 'ExportNamedDeclaration') {
      const { declaration } = node;
      if (isReExport(node)) tell(node, kind.reExport);
      blank(node.start, declaration === null || declaration === undefined ? node.end : declaration.start);
    } else if (node.type === 'ExportAllDeclaration') tell(node, kind.reExport);
    else if (node.type === 'ExportDefaultDeclaration') tell(node, kind.defaultExport);
  }
  if (kind.entry !== null && file.slot === 0 && !exportedNames(file).has(kind.entry) && !program.body.some((node) => node.type === 'ExportDefaultDeclaration')) {
    report(file, { line: null, column: null }, 'There is no exported DriverEntry: write "export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS".');
  }
  return text;
}

/** Names nobody declared must be provided; what needs an event loop is refused. Returns the provided names that are used. `declared`: what the files of the driver have. */
function checkNames(file: ModuleFile, declared: ReadonlyMap<string, Declared>, provided: ReadonlySet<string>, kind: ScriptKind, report: FileReport): string[] {
  refuseAsync(file, kind, report);
  const used = new Set<string>();
  const told = new Set<string>();
  for (const reference of file.scopes.globalScope?.through ?? []) {
    const { name } = reference.identifier;
    const place = startOf(reference.identifier as unknown as Node);
    const own = declared.get(name);
    if (own !== undefined) {
      if (!told.has(name)) report(file, place, notImported(name, own, file));
      told.add(name);
    } else if (provided.has(name)) {
      used.add(name);
      if (reference.isWrite()) report(file, place, `${name} belongs to the ${kind.api} and cannot be assigned to.`);
    } else if (!allowedBuiltIns.has(name) && !told.has(name)) {
      told.add(name);
      report(file, place, unknownName(name, provided, kind));
    }
  }
  return [...used];
}

function unknownName(name: string, provided: ReadonlySet<string>, kind: ScriptKind): string {
  const refused = kind === serviceKind ? refusedInService.get(name) ?? refusedNames.get(name) : (refusedNames.get(name) ?? refusedRoutines.get(name));
  if (refused !== undefined) return `${name} ${refused}.`;
  const similar = similarName(name, provided);
  return `${name} is not provided${similar === null ? '' : `; did you mean ${similar}?`}${similar === null ? `. Declare it in the ${kind === serviceKind ? 'script' : 'driver'}, or use what ${kind.declarations} offers.` : ''}`;
}

function refuseAsync(file: ModuleFile, kind: ScriptKind, report: FileReport): void {
  const isRefused = (node: AnyNode): boolean => {
    const isAsync = node['async'] === true || node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node['await'] === true);
    if (isAsync) report(file, startOf(node), kind === serviceKind ? 'async and await are not available: a thread is a generator function here, and waits with yield*.' : 'async and await are not available: callbacks are plain functions here, as in C; split the work into callbacks and work items.');
    return isAsync;
  };
  visitNodes(file.program, (node) => {
    if (node.type === 'ImportExpression') report(file, startOf(node), kind.dynamicImport);
  }, isRefused);
}
