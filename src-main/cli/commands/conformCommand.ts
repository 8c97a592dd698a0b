import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ConformanceResult } from '../../../src-preload/contract/index.ts';
import { UserError } from '../../base/userError.ts';
import { exitCodes, print, printJson } from '../output.ts';
import { withHost } from '../withHost.ts';

/** `fltreplay conform FILE.md...`: runs every vector in the files. */
export function conformCommand(files: readonly string[], options: { readonly json?: boolean }): Promise<number> {
  return withHost(async (api) => {
    const json = options.json === true;
    let passed = 0;
    let failed = 0;
    for (const file of files) {
      const report = await api.request('conform.run', { fileName: path.basename(file), text: readText(file) });
      for (const result of report.results) {
        if (result.passed) passed++;
        else failed++;
        if (json) await printJson({ file, ...result });
        else for (const line of resultLines(result)) await print(line);
      }
      if (!json) for (const row of report.subtotals) await print(`${row.heading === '' ? path.basename(file) : row.heading}: ${row.passed} passed, ${row.failed} failed`);
    }
    await (json ? printJson({ passed, failed }) : print(`${passed} passed, ${failed} failed`));
    return failed === 0 ? exitCodes.clean : exitCodes.findings;
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError('file-unreadable', `“${file}” cannot be read: ${(error as Error).message}.`, { file });
  }
}

function resultLines(result: ConformanceResult): string[] {
  const lines = [`${result.passed ? 'pass' : 'FAIL'}  ${result.id}  ${result.title}`.trimEnd()];
  if (result.passed) return lines;
  if (result.problem !== null) lines.push(`      ${result.problem}`);
  return [...lines, ...besides(result.expected, result.actual)];
}

/** Expected beside actual, the lines that differ marked. */
export function besides(expected: readonly string[], actual: readonly string[]): string[] {
  const count = Math.max(expected.length, actual.length);
  if (count === 0) return [];
  const width = Math.min(90, Math.max('expected'.length, ...expected.map((line) => line.length)));
  const rows = Array.from({ length: count }, (_, at) => {
    const [left, right] = [expected[at] ?? '', actual[at] ?? ''];
    return `    ${left === right ? ' ' : '!'} ${left.padEnd(width)} | ${right}`.trimEnd();
  });
  return [`      ${'expected'.padEnd(width)} | actual`, ...rows];
}
