/**
 * The files of a driver, read as modules: which of them run, in which order, and what each declares, exports and takes from the others.
 *
 * They share one scope, as C files share one linker's, because the code of a driver is one function (realm.ts). An import therefore only says what a
 * file uses of another one; what would need a scope for each file is refused here, in words.
 */
import { parse, type ExportNamedDeclaration, type ImportDeclaration, type Node, type Program } from 'acorn';
import { analyze, type Scope, type ScopeManager } from 'eslint-scope';
import { importedFile, importStatements } from '../base/driverImports.ts';
import { fileName } from '../base/driverLines.ts';
import { similarName } from './driverNames.ts';
import type { Place } from './errors.ts';
import type { DriverSource } from './messages.ts';
import { ScriptLayout } from './scriptLayout.ts';
import { withoutTypes } from './stripping.ts';

/** What there is of a driver as text. */
export type DriverTexts = Pick<DriverSource, 'name' | 'source' | 'files'>;

export interface SourceFile {
  readonly slot: number;
  readonly name: string;
  readonly source: string;
}

export interface ModuleFile extends SourceFile {
  /** Without types, in the source's positions. */
  readonly code: string;
  readonly program: Program;
  readonly scopes: ScopeManager;
}

export interface DriverModules {
  /** In the order of evaluation: the entry last. */
  readonly run: readonly ModuleFile[];
  /** Those of which only types are used. */
  readonly typesOnly: readonly ModuleFile[];
  /** Nothing names them. */
  readonly unused: readonly SourceFile[];
}

/** Lines of the place are those of the file. */
export type FileReport = (file: SourceFile, place: Place, sentence: string) => void;

export const sourceFiles = ({ name, source, files = [] }: DriverTexts): SourceFile[] => [{ slot: 0, name: fileName(name, [], 0), source }, ...files.map(({ slot, name: file, text }) => ({ slot, name: file, source: text }))];

/** Null where the text cannot be understood; what is wrong has been told. */
export function parsedFile(file: SourceFile, report: FileReport): ModuleFile | null {
  const code = stripTypes(file, report);
  const program = code === null ? null : parseProgram(file, code, report);
  if (code === null || program === null) return null;
  return { ...file, code, program, scopes: analyze(program as Parameters<typeof analyze>[0], { ecmaVersion: 2024, sourceType: 'module' }) };
}

/** `stack` of the stripper's error starts with `file:line`, some lines of source and a line of carets. */
function stripTypes(file: SourceFile, report: FileReport): string | null {
  try {
    return withoutTypes(file.source);
  } catch (error) {
    const { message, stack } = error as Error;
    const excerpt = (stack ?? '').split('\n');
    const line = /:(\d+)$/.exec(excerpt[0] ?? '')?.[1];
    const caret = excerpt.find((text) => /^\s*\^+\s*$/.test(text))?.indexOf('^') ?? -1;
    report(file, { line: line === undefined ? null : Number(line), column: caret < 0 ? null : caret + 1 }, sentenceOf(message));
    return null;
  }
}

function parseProgram(file: SourceFile, code: string, report: FileReport): Program | null {
  try {
    return parse(code, { ecmaVersion: 2024, sourceType: 'module', locations: true, ranges: true });
  } catch (error) {
    const { message, loc } = error as Error & { readonly loc?: { readonly line: number; readonly column: number } };
    report(file, loc === undefined ? { line: null, column: null } : { line: loc.line, column: loc.column + 1 }, sentenceOf(message.replace(/ \(\d+:\d+\)$/, '')));
    return null;
  }
}

const sentenceOf = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
export const startOf = (node: Node): Place => (node.loc === undefined || node.loc === null ? { line: null, column: null } : { line: node.loc.start.line, column: node.loc.start.column + 1 });

export const isRelative = (target: unknown): target is string => typeof target === 'string' && /^\.{1,2}\//.test(target);

export const importsOf = ({ program }: ModuleFile): ImportDeclaration[] => program.body.filter((node) => node.type === 'ImportDeclaration').filter(({ source }) => isRelative(source.value));

/** Null where a file that runs cannot be understood; imports of files that are not there are told. */
export function readModules(driver: DriverTexts, report: FileReport): DriverModules | null {
  const files = sourceFiles(driver);
  const parsed = new Map<SourceFile, ModuleFile | null>();
  const parsedOf = (file: SourceFile): ModuleFile | null => {
    const known = parsed.get(file);
    if (known !== undefined) return known;
    const module = parsedFile(file, report);
    parsed.set(file, module);
    return module;
  };
  const run: ModuleFile[] = [];
  const met = new Set<SourceFile>();
  const missing = (from: SourceFile, target: string, place: Place): void => report(from, place, missingFile(from, target, files));
  const evaluate = (file: SourceFile): void => {
    if (met.has(file)) return;
    met.add(file);
    const module = parsedOf(file);
    if (module === null) return;
    for (const node of importsOf(module)) {
      const target = String(node.source.value);
      const other = fileFor(files, file, target);
      if (other === null) missing(file, target, startOf(node));
      else evaluate(other);
    }
    run.push(module);
  };
  const [entry] = files;
  if (entry !== undefined) evaluate(entry);
  const typesOnly: ModuleFile[] = [];
  // Files that are found on the way are looked at in turn.
  for (const file of met) {
    const module = parsedOf(file);
    if (module === null) continue;
    const isRun = run.includes(module);
    if (!isRun) typesOnly.push(module);
    const named = isRun ? [] : importsOf(module).map((node) => ({ target: String(node.source.value), at: node.start }));
    for (const { target, at } of [...named, ...typeImports(module)]) {
      const other = fileFor(files, file, target);
      if (other === null) missing(file, target, placeAt(module.source, at));
      else met.add(other);
    }
  }
  return [...parsed.values()].includes(null) ? null : { run, typesOnly, unused: files.filter((file) => !met.has(file)) };
}

/** The file that an import means; null where there is none. */
export const fileFor = <File extends SourceFile>(files: readonly File[], from: SourceFile, target: string): File | null => files.find(({ name }) => name === importedFile(from.name, target)) ?? null;

/** Imports of types, which are no more there without the types. */
const typeImports = ({ source, code }: ModuleFile): ReturnType<typeof importStatements> => importStatements(source).filter(({ at }) => !/\S/.test(code.slice(at, at + 'import'.length)));

function placeAt(source: string, offset: number): Place {
  const lines = source.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function missingFile(from: SourceFile, target: string, files: readonly SourceFile[]): string {
  const name = importedFile(from.name, target);
  const [entry] = files;
  if (name === null) return `"${target}" is outside the driver's folder: the files of a driver lie beside ${entry?.name ?? ''} or in folders there.`;
  const others = files.filter((file) => file !== from).map((file) => file.name);
  const similar = similarName(name, others);
  return `There is no ${name} beside ${entry?.name ?? ''}; ${similar === null ? 'add a file of that name, or take the import away.' : `did you mean ${similar}?`}`;
}

/** Where V8 will have the lines of a driver and of the versions that take over from it in the run; null for those of one file, where they stay as they are. */
export function layoutOf(driver: DriverTexts, versions: readonly Omit<DriverTexts, 'name'>[] = []): ScriptLayout | null {
  if ([driver, ...versions].every(({ files = [] }) => files.length === 0)) return null;
  const order = evaluationOrder(driver);
  return order.length < 2 ? null : new ScriptLayout(order, [driver, ...versions].map((one) => textsBySlot({ ...one, name: driver.name })));
}

/** The slots of the files that run; only the entry's where the driver cannot be loaded anyway. */
export const evaluationOrder = (driver: DriverTexts): readonly number[] => readModules(driver, () => undefined)?.run.map(({ slot }) => slot) ?? [0];

const textsBySlot = (driver: DriverTexts): ReadonlyMap<number, string> => new Map(sourceFiles(driver).map(({ slot, source }) => [slot, source]));

/** The variables of a module's top level, its imports among them. */
export const topVariables = ({ scopes }: ModuleFile): Scope['variables'] => scopes.globalScope?.childScopes[0]?.variables ?? [];

/** Those that are declared there: an import is none. */
export const ownVariables = (file: ModuleFile): Scope['variables'] => topVariables(file).filter((variable) => !isImport(variable));

export const isImport = ({ defs }: Scope['variables'][number]): boolean => defs.some(({ type }) => type === 'ImportBinding');

export function exportedNames({ program, scopes }: ModuleFile): ReadonlySet<string> {
  return new Set(program.body.filter((node) => node.type === 'ExportNamedDeclaration').flatMap((node) => {
    const { declaration, specifiers } = node;
    if (declaration === null || declaration === undefined) return isReExport(node) ? [] : specifiers.map(({ exported }) => nameOf(exported));
    return scopes.getDeclaredVariables(declaration as unknown as Parameters<ScopeManager['getDeclaredVariables']>[0]).map(({ name }) => name);
  }));
}

/** `tagOf`, or what stands in quotes. */
export const nameOf = (node: Node): string => String((node as Node & Readonly<Record<string, unknown>>)[node.type === 'Identifier' ? 'name' : 'value']);

/** `export { tagOf } from './names.ts'` */
export const isReExport = ({ source }: ExportNamedDeclaration): boolean => source !== null && source !== undefined;
