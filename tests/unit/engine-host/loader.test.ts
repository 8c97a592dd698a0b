import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemsOf, providedNames } from '../../../src-main/engine-host/driverCheck.ts';
import { serviceGlobalNames } from '../../../src-main/driver-api/service/serviceGlobals.ts';
import { checkDriver, checkService } from '../../../src-main/engine-host/loader.ts';
import { driverTexts, ownDriver } from '../../support/engine-host/runs.ts';

const entry = 'export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS { return STATUS_SUCCESS; }\n';
const problems = (source: string) => problemsOf([ownDriver('probe', source)]).map(({ line, column, message }) => ({ line, column, message }));

describe('loading a driver', () => {
  it('accepts the bundled drivers and templates', () => {
    const folder = path.resolve(import.meta.dirname, '../../../resources/drivers');
    const sources = [folder, path.join(folder, 'templates')].flatMap((from) => readdirSync(from).filter((name) => name.endsWith('.ts')).map((name) => path.join(from, name)));
    for (const file of sources.filter((name) => !name.endsWith('.service.ts'))) expect(problemsOf([{ ...ownDriver(path.basename(file, '.ts'), ''), ...driverTexts(file) }]), file).toEqual([]);
    const scripts = sources.filter((name) => name.endsWith('.service.ts'));
    expect(scripts.map((file) => path.basename(file))).toContain('burstDetector.service.ts');
    for (const file of scripts) {
      const driver = ownDriver('probe', entry);
      expect(checkService({ name: path.basename(file, '.ts'), source: readFileSync(file, 'utf8'), driver }, serviceGlobalNames).kind, file).toBe('ok');
    }
  });

  it('refuses a name that is not provided, with line, column and name', () => {
    const [problem] = problems(`${entry}\nfunction f(Data: PFLT_CALLBACK_DATA) {\n  return FltDoesNotExist(Data);\n}\n`);
    expect(problem).toMatchObject({ line: 4, column: 10 });
    expect(problem?.message).toMatch(/^probe\.ts:4:10: FltDoesNotExist is not provided/);
  });

  it('guesses what was meant', () => {
    expect(problems(`${entry}const a = STATUS_ACESS_DENIED;\n`)[0]?.message).toContain('did you mean STATUS_ACCESS_DENIED?');
  });

  it('tells every unknown name, each once', () => {
    expect(problems(`${entry}one(); two();\none();\n`).map((one) => one.line)).toEqual([2, 2]);
  });

  it.each([
    ['setTimeout(f, 1)', /work item/], ['process.exit()', /sees the WDK and nothing else/], ['globalThis.x', /sees the WDK/], ['new Promise(f)', /plain functions/], ['eval("1")', /eval is not available/],
    ['new WeakRef(f)', /same every time/],
  ])('refuses %s with a reason', (expression, reason) => {
    const [problem] = problems(`${entry}function f() { ${expression}; }\n`);
    expect(problem?.line).toBe(2);
    expect(problem?.message).toMatch(reason);
  });

  it.each(['async function f() {}', 'const f = async () => 1;', 'async function g() { await 1; }'])('refuses %s', (line) => {
    expect(problems(entry + line)[0]).toMatchObject({ line: 2, message: expect.stringContaining('async and await are not available') });
  });

  it('refuses an assignment to the driver API', () => {
    expect(problems(`${entry}function f() { STATUS_SUCCESS = 1; }\n`)[0]?.message).toContain('STATUS_SUCCESS belongs to the driver API');
  });

  it('reports a syntax error at its line and column', () => {
    expect(problems(`${entry}function f() {\n  return (1 + ;\n}\n`)[0]).toMatchObject({ line: 3, column: 15 });
  });

  it('reports TypeScript that has no JavaScript form', () => {
    expect(problems(`${entry}enum A { x }\n`)[0]).toMatchObject({ line: 2, message: expect.stringContaining('enum') });
  });

  it('wants an exported DriverEntry', () => {
    expect(problems('function DriverEntry() { return 0; }\n')[0]?.message).toContain('no exported DriverEntry');
  });

  it('accepts the driver API as an import, and nothing else', () => {
    expect(problems(`import { DbgPrint } from "fltkernel";\n${entry}`)).toEqual([]);
    expect(problems(`import fs from "node:fs";\n${entry}`)[0]?.message).toContain('nothing can be imported from "node:fs"');
  });

  it('keeps every position of the source', () => {
    const source = `import type { A } from "fltkernel";\r\n${entry}function f(a: number): number { /* here */ return a; }\n`;
    const result = checkDriver(ownDriver('probe', source), providedNames());
    expect(result.kind).toBe('ok');
    if (result.kind === 'ok') expect(result.checked.code.indexOf('/* here */')).toBe(source.indexOf('/* here */'));
  });
});
