/** What is said of a driver's files before it runs: each sentence at its place. */
import { describe, expect, it } from 'vitest';
import { driverLine } from '../../../src-main/base/driverLines.ts';
import { problemsOf } from '../../../src-main/engine-host/driverCheck.ts';
import { driverOf } from '../../support/engine-host/severalFiles.ts';

const entryRoutine = 'export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS { return STATUS_SUCCESS; }\n';

/** Problems of a driver as `place: sentence`, with those of its entry in front of DriverEntry. */
function problems(entry: string, files: Readonly<Record<string, string>>): string[] {
  return problemsOf([driverOf('guard', `${entry}\n${entryRoutine}`, files)]).map(({ message }) => message);
}

const names = 'export const tagOf = (text: string): string => text;\nexport interface Tag { text: string }\nfunction hidden(): void {}\nexport let gCount = 0;\n';

describe('the files of a driver', () => {
  it('are accepted with imports in every allowed form, cycles included', () => {
    expect(problems(`import { tagOf, type Tag } from './names';\nimport type { Other } from './types.ts';\nimport './side.ts';\nimport { DbgPrint } from 'fltkernel';\nexport const limit = 4; tagOf("x");`, {
      'names.ts': names, 'types.ts': 'export interface Other { text: string }\n', 'side.ts': `import { limit } from './guard.ts';\nimport { deep } from './util/deep.ts';\nexport function side(): number { return limit + deep; }\n`,
      'util/deep.ts': `import { side } from '../side.ts';\nexport const deep = 1;\nconst later = () => side();\n`,
    })).toEqual([]);
  });

  it.each<readonly [string, string, Readonly<Record<string, string>>, readonly string[]]>([
    ['a file that is not there', `import { a } from './gone.ts';`, { 'names.ts': names }, ['guard.ts:1:1: There is no gone.ts beside guard.ts; add a file of that name, or take the import away.', 'W names.ts:1:1']],
    ['a slip in its name', `import { tagOf } from './nams.ts';`, { 'names.ts': names }, ['guard.ts:1:1: There is no nams.ts beside guard.ts; did you mean names.ts?']],
    ['types of a file that is not there', `let x = 1;\nimport type { A } from './gone.ts';`, {}, ['guard.ts:2:1: There is no gone.ts beside guard.ts; add a file of that name, or take the import away.']],
    ['a file outside the folder', `import { a } from '../other/names.ts';`, {}, [`guard.ts:1:1: "../other/names.ts" is outside the driver's folder: the files of a driver lie beside guard.ts or in folders there.`]],
    ['a module of Node', `import { a } from 'node:fs';`, {}, [`guard.ts:1:1: A driver imports its own files, e.g. import { nameOf } from './names.ts'; nothing can be imported from "node:fs". The driver API needs no import.`]],
    ['a name that the file does not have', `import { tagsOf } from './names.ts';`, { 'names.ts': names }, ['guard.ts:1:10: names.ts exports no tagsOf; did you mean tagOf?']],
    ['a name that is far from any', `import { everything } from './names.ts';`, { 'names.ts': names }, ['guard.ts:1:10: names.ts exports no everything: declare it there, or take the import away.']],
    ['a name that is not exported', `import { hidden } from './names.ts';`, { 'names.ts': names }, ['guard.ts:1:10: names.ts does not export hidden: write export in front of its declaration there.']],
    ['a type without the word', `import { Tag } from './names.ts';`, { 'names.ts': names }, [`guard.ts:1:10: Tag is a type: write import { type Tag } from './names.ts'.`]],
    ['another name for an import', `import { tagOf as t } from './names.ts';`, { 'names.ts': names }, [`guard.ts:1:10: tagOf cannot be imported under another name, because the files of a driver share one scope: write import { tagOf } from './names.ts'.`]],
    ['a whole file', `import * as all from './names.ts';`, { 'names.ts': names }, [`guard.ts:1:8: all cannot stand for a whole file, because the files of a driver share one scope: import each name as it is, e.g. import { nameOf } from './names.ts'.`]],
    ['a default import', `import tag from './names.ts';`, { 'names.ts': names }, [`guard.ts:1:8: names.ts exports nothing without a name: write import { tag } from './names.ts'.`]],
    ['a default export', `import './more.ts';`, { 'more.ts': 'let x = 1;\nexport default x;\n' }, ['more.ts:2:1: Nothing is exported without a name: a driver exports DriverEntry, write "export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS", and its other files export what they declare, by name.']],
    ['an export that passes a name on', `export { tagOf } from './names.ts';\nimport { tagOf } from './names.ts';`, { 'names.ts': names }, ['guard.ts:1:1: A name cannot be passed on: whoever uses it imports it from the file that declares it.']],
    ['an export of all', `export * from './names.ts';\nimport './names.ts';`, { 'names.ts': names }, ['guard.ts:1:1: A name cannot be passed on: whoever uses it imports it from the file that declares it.']],
    ['an import that is exported', `import { tagOf } from './names.ts';\nexport { tagOf };`, { 'names.ts': names }, ['guard.ts:2:10: tagOf cannot be passed on: whoever uses it imports it from the file that declares it.']],
    ['an export under another name', `import './more.ts';`, { 'more.ts': 'const x = 1;\nexport { x as y };\n' }, ['more.ts:2:10: x cannot be exported under another name, because the files of a driver share one scope: write export { x }.']],
    ['a name of two files', `import { tagOf } from './names.ts';\nimport './more.ts';`, { 'names.ts': names, 'more.ts': '\nfunction tagOf(): void {}\n' }, [`more.ts:2:10: tagOf is declared in names.ts:1 too; the files of a driver share one scope, as C files share one linker's: rename one.`]],
    ['a name of another file', `import './util/more.ts';\nimport './names.ts';`, { 'names.ts': names, 'util/more.ts': 'const x = tagOf("a") + tagOf("b");\n' }, [`util/more.ts:1:11: tagOf is declared in names.ts: import it with import { tagOf } from '../names.ts'.`]],
    ['a name of another file that it keeps', `import './names.ts';\nhidden();`, { 'names.ts': names }, [`guard.ts:2:1: hidden is declared in names.ts: export it there and import it with import { hidden } from './names.ts'.`]],
    ['a name of the driver API that another file has', `import { tagOf } from 'fltkernel';\nimport './names.ts';\ntagOf('a');`, { 'names.ts': names }, [`guard.ts:1:10: tagOf is declared in names.ts: import it with import { tagOf } from './names.ts'.`]],
    ['an assignment to an import', `import { gCount } from './names.ts';\nfunction f() { gCount++; }`, { 'names.ts': names }, ['guard.ts:2:16: gCount is imported, and only the file that declares it can assign to it: export a function there that does.']],
    ['a second DriverEntry', `import './names.ts';`, { 'names.ts': 'export function DriverEntry(): NTSTATUS { return STATUS_SUCCESS; }\n' }, [`names.ts:1:17: DriverEntry belongs into guard.ts, the file that has the driver's name: move it there, or give it another name.`]],
    ['an unknown name', `import './names.ts';`, { 'names.ts': 'STATUS_SUCESS;\n' }, ['names.ts:1:1: STATUS_SUCESS is not provided; did you mean STATUS_SUCCESS?']],
    ['a file that nothing imports', '', { 'names.ts': names }, ['W names.ts:1:1']],
    ['import()', `const x = () => import('./names.ts');`, {}, [`guard.ts:1:17: import() is not available: write import { nameOf } from './names.ts' at the top of the file.`]],
  ])('are refused for %s', (_what, entry, files, said) => {
    const found = problemsOf([driverOf('guard', `${entry}\n${entryRoutine}`, files)]);
    const sentences = said.filter((one) => !one.startsWith('W '));
    expect(found.filter(({ warning }) => warning !== true).map(({ message }) => message)).toEqual(sentences);
    if (sentences.length === 0) expect(found.map(({ message }) => message)).toEqual(['names.ts:1:1: No other file imports names.ts, so it is no part of the driver: import what it exports, or remove it.']);
  });

  it('tells what is wrong in every file, with the line of the driver', () => {
    const found = problemsOf([driverOf('guard', `import './a.ts';\nimport './b.ts';\n${entryRoutine}`, { 'a.ts': '\nconst x = ;\n', 'b.ts': 'const y = (1;\n' })]);
    expect(found.map(({ driver, line, message }) => [driver, line, message.slice(0, 9)])).toEqual([['guard', driverLine(1, 2), 'a.ts:2:11'], ['guard', driverLine(2, 1), 'b.ts:1:13']]);
  });

  it('warns of a missing yield* in any of them', () => {
    const wait = 'export function* wait(event: PKEVENT): Blocking<void> {\n  KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL);\n}\n';
    const found = problemsOf([driverOf('guard', `import './a.ts';\nimport './wait.ts';\n${entryRoutine}`, { 'a.ts': 'const x = 1;\n', 'wait.ts': wait })]);
    expect(found.map(({ line, warning, message }) => [line, warning, message.slice(0, 13)])).toEqual([[driverLine(2, 2), true, 'wait.ts:2:3: ']]);
  });
});
