/**
 * Other readers to measure the importers against, in the same run.
 *
 * The Python parser of PML is used where FLTREPLAY_PROCMON_PARSER names its checkout (and FLTREPLAY_PYTHON the interpreter that has
 * its requirements, default `python3`). csv-parse and saxes are lower bounds for text: they only split, and decode nothing.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { SaxesParser } from 'saxes';
import { median } from './report.ts';

/** Events a second of the Python parser; a sentence where it cannot run. */
export function procmonParserRate(file: string, rounds: number): number | string {
  const checkout = process.env['FLTREPLAY_PROCMON_PARSER'];
  if (checkout === undefined) return 'not measured: FLTREPLAY_PROCMON_PARSER names no checkout of it';
  const script = fileURLToPath(new URL('procmonParser.py', import.meta.url));
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { stdout, stderr } = spawnSync(process.env['FLTREPLAY_PYTHON'] ?? 'python3', [script, checkout, file], { encoding: 'utf8' });
    const [events, seconds] = stdout.trim().split(' ').map(Number);
    if (events === undefined || seconds === undefined) return `not measured: ${stderr.trim().split('\n').at(-1) ?? 'it printed nothing'}`;
    rates.push(events / seconds);
  }
  return median(rates);
}

/** Rows a second of csv-parse over a whole file in memory. */
export const csvParseRate = (file: string, rounds: number): number => timed(rounds, () => {
  const rows: unknown[] = parse(readFileSync(file), { bom: true, relax_column_count: true });
  return rows.length - 1;
});

/** Elements named `element` a second of saxes over a whole file in memory. */
export const saxesRate = (file: string, element: string, rounds: number): number => timed(rounds, () => {
  let count = 0;
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => (count += Number(tag.name === element)));
  parser.write(readFileSync(file, 'utf8')).close();
  return count;
});

function timed(rounds: number, action: () => number): number {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    const count = action();
    rates.push((count / (performance.now() - begun)) * 1000);
  }
  return median(rates);
}
