/** What the files of a driver may share: each name is declared once in all of them, and used elsewhere by an import of just that name. */
import type { ImportDeclaration, Node } from 'acorn';
import { relativeTarget } from '../base/driverImports.ts';
import { exportedNames, fileFor, importsOf, isImport, isReExport, isRelative, nameOf, ownVariables, startOf, topVariables, type DriverModules, type FileReport, type ModuleFile } from './driverModules.ts';
import { similarName } from './driverNames.ts';

/** A name of the top level, and where it is declared. */
export interface Declared {
  readonly file: ModuleFile;
  readonly node: Node;
}

const entryName = 'DriverEntry';

/** What the files that run declare; of a name that two of them have, the first. */
export function declarations(run: readonly ModuleFile[]): Map<string, Declared> {
  const found = new Map<string, Declared>();
  for (const [name, declared] of run.flatMap(declaredIn)) if (!found.has(name)) found.set(name, declared);
  return found;
}

const declaredIn = (file: ModuleFile): (readonly [string, Declared])[] => ownVariables(file).flatMap(({ name, identifiers: [first] }) => (first === undefined ? [] : [[name, { file, node: first as unknown as Node }] as const]));

export function checkSharing({ run, typesOnly }: DriverModules, report: FileReport): void {
  const declared = declarations(run);
  for (const file of run) {
    for (const [name, { node }] of declaredIn(file)) {
      const first = declared.get(name);
      if (file.slot !== 0 && name === entryName) report(file, startOf(node), `DriverEntry belongs into ${entryFile(run)}, the file that has the driver's name: move it there, or give it another name.`);
      else if (first !== undefined && first.file !== file && name !== entryName) report(file, startOf(node), `${name} is declared in ${first.file.name}:${startOf(first.node).line ?? 0} too; the files of a driver share one scope, as C files share one linker's: rename one.`);
    }
  }
  for (const file of [...run, ...typesOnly]) {
    checkExports(file, report);
    for (const node of importsOf(file)) checkImport(file, node, fileFor([...run, ...typesOnly], file, String(node.source.value)), report);
    checkAssignments(file, report);
    // An import from the driver API is left out of the script, where the name would then be the other file's.
    for (const { name, identifiers: [first] } of topVariables(file).filter((variable) => isImport(variable) && !isOfFile(variable))) {
      const own = declared.get(name);
      if (own !== undefined && first !== undefined) report(file, startOf(first as unknown as Node), notImported(name, own, file));
    }
  }
}

const entryFile = (run: readonly ModuleFile[]): string => run.find(({ slot }) => slot === 0)?.name ?? '';

function checkExports(file: ModuleFile, report: FileReport): void {
  const own = new Set(ownVariables(file).map(({ name }) => name));
  for (const node of file.program.body) {
    if (node.type !== 'ExportNamedDeclaration' || isReExport(node)) continue;
    for (const one of node.specifiers) {
      const [local, exported] = [nameOf(one.local), nameOf(one.exported)];
      if (local !== exported) report(file, startOf(one), `${local} cannot be exported under another name, because the files of a driver share one scope: write export { ${local} }.`);
      else if (!own.has(local)) report(file, startOf(one), `${local} cannot be passed on: whoever uses it imports it from the file that declares it.`);
    }
  }
}

function checkImport(file: ModuleFile, node: ImportDeclaration, from: ModuleFile | null, report: FileReport): void {
  const target = String(node.source.value);
  for (const one of node.specifiers) {
    const local = one.local.name;
    const tell = (sentence: string): void => report(file, startOf(one), sentence);
    if (one.type === 'ImportNamespaceSpecifier') tell(`${local} cannot stand for a whole file, because the files of a driver share one scope: import each name as it is, e.g. import { nameOf } from '${target}'.`);
    else if (one.type === 'ImportDefaultSpecifier') tell(`${from?.name ?? target} exports nothing without a name: write import { ${local} } from '${target}'.`);
    else {
      const name = nameOf(one.imported);
      if (name !== local) tell(`${name} cannot be imported under another name, because the files of a driver share one scope: write import { ${name} } from '${target}'.`);
      else if (from !== null && !exportedNames(from).has(name)) tell(notExported(name, from, target));
    }
  }
}

function notExported(name: string, from: ModuleFile, target: string): string {
  if (ownVariables(from).some((variable) => variable.name === name)) return `${from.name} does not export ${name}: write export in front of its declaration there.`;
  if (new RegExp(`^[ \\t]*(?:export\\s+)?(?:declare\\s+)?(?:interface|type)\\s+${name}\\b`, 'm').test(from.source)) return `${name} is a type: write import { type ${name} } from '${target}'.`;
  const similar = similarName(name, exportedNames(from));
  return `${from.name} exports no ${name}${similar === null ? ': declare it there, or take the import away.' : `; did you mean ${similar}?`}`;
}

/** Of an import: from a file, not from the driver API. */
const isOfFile = ({ defs }: ReturnType<typeof topVariables>[number]): boolean => defs.some(({ parent }) => isRelative((parent as unknown as ImportDeclaration).source.value));

/** As with modules, a variable is assigned to only in the file that has it. */
function checkAssignments(file: ModuleFile, report: FileReport): void {
  for (const variable of topVariables(file)) {
    if (!isImport(variable) || !isOfFile(variable)) continue;
    for (const reference of variable.references) {
      if (reference.isWrite()) report(file, startOf(reference.identifier as unknown as Node), `${variable.name} is imported, and only the file that declares it can assign to it: export a function there that does.`);
    }
  }
}

/** Of a name that another file has. */
export function notImported(name: string, { file: from }: Declared, file: ModuleFile): string {
  const target = relativeTarget(file.name, from.name);
  const isExported = exportedNames(from).has(name);
  return `${name} is declared in ${from.name}: ${isExported ? '' : 'export it there and '}import it with import { ${name} } from '${target}'.`;
}
