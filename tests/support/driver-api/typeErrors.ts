/** Type errors of driver sources against fltkernel.d.ts, as an editor would show them. */
import ts from 'typescript';
import { declarationsText } from '../../../src-main/driver-api/declarations.ts';

/** `file:line message`, one a type error. `declarations`: fltkernel.d.ts unless told. */
export function typeErrors(files: Readonly<Record<string, string>>, declarations = declarationsText()): string[] {
  const all = new Map(Object.entries({ ...files, '/declarations.d.ts': declarations }));
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2024, lib: ['lib.es2024.d.ts'], module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, allowImportingTsExtensions: true, strict: true, noEmit: true, types: [], skipLibCheck: false };
  const host = ts.createCompilerHost(options);
  const readReal = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    const text = all.get(name);
    return text === undefined ? readReal(name, version) : ts.createSourceFile(name, text, version);
  };
  host.fileExists = (name) => all.has(name);
  host.directoryExists = () => true;
  const program = ts.createProgram([...all.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((one) => {
    const line = one.file === undefined || one.start === undefined ? 0 : one.file.getLineAndCharacterOfPosition(one.start).line + 1;
    return `${one.file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`;
  });
}
