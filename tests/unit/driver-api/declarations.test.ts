import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { declarationsText } from '../../../src-main/driver-api/declarations.ts';
import { routineTable } from '../../../src-main/driver-api/routineTable.ts';

const drivers = path.resolve(import.meta.dirname, '../../../resources/drivers');
const sources = ['', 'templates'].flatMap((folder) => readdirSync(path.join(drivers, folder)).filter((name) => name.endsWith('.ts')).map((name) => path.join(folder, name)));

/** Type errors of driver sources against the declarations, as `file:line message`. */
function typeErrors(files: Record<string, string>): string[] {
  const all = new Map(Object.entries({ ...files, '/fltkernel.d.ts': declarationsText() }));
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2024, lib: ['lib.es2024.d.ts'], module: ts.ModuleKind.ESNext, strict: true, noEmit: true, types: [], skipLibCheck: false };
  const host = ts.createCompilerHost(options);
  const readReal = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    const text = all.get(name);
    return text === undefined ? readReal(name, version) : ts.createSourceFile(name, text, version);
  };
  host.fileExists = (name) => all.has(name);
  const program = ts.createProgram([...all.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((one) => {
    const line = one.file === undefined || one.start === undefined ? 0 : one.file.getLineAndCharacterOfPosition(one.start).line + 1;
    return `${one.file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`;
  });
}

describe('fltkernel.d.ts', () => {
  it('compiles strictly without the DOM, with the bundled drivers and templates', () => {
    const files = Object.fromEntries(sources.map((name) => [`/drivers/${name}`, readFileSync(path.join(drivers, name), 'utf8')]));
    expect(Object.keys(files).length).toBeGreaterThanOrEqual(7);
    expect(typeErrors(files)).toEqual([]);
  });

  it('makes a forgotten return and a wrong status type errors', () => {
    const body = (statement: string): string => `export const Pre: PFLT_PRE_OPERATION_CALLBACK = (Data, FltObjects, CompletionContext) => {\n  ${statement}\n};\n`;
    expect(typeErrors({ '/a.ts': body('if (Data.Iopb.IrpFlags) return FLT_PREOP_COMPLETE;') })).not.toEqual([]);
    expect(typeErrors({ '/a.ts': body('return FLT_POSTOP_DISALLOW_FSFILTER_IO + 40;') })).not.toEqual([]);
    expect(typeErrors({ '/a.ts': body('return FLT_PREOP_PENDING;') })).toEqual([]);
  });

  it('knows no page and no Node', () => {
    expect(typeErrors({ '/a.ts': 'export const a = [document, process, setTimeout];' })).toHaveLength(3);
  });

  it('documents every routine with its IRQL, statuses and source', () => {
    const text = declarationsText();
    for (const row of routineTable) {
      expect(text).toContain(`declare function ${row.name}`);
      for (const [status] of row.statuses) if (status.startsWith('STATUS_')) expect(text, row.name).toContain(`declare const ${status}:`);
    }
  });
});
