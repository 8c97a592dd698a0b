/**
 * Importing traces through the import worker as the program does it, events a second into a session: the first import after the start, and
 * the further ones; beside them the reader alone and, where there is one, a peer. Then what a session with the large log answers.
 *
 * Usage: node tests/bench/import.ts [--save] [--small] [FILE ...]
 *
 * Measured are generated traces (a log with stacks of 25 frames, Procmon's CSV with all and with the default columns, its XML with stacks, an
 * ETW log) and each FILE. `--small`: generated ones of a tenth of the size. FLTREPLAY_PROCMON_PARSER: see importPeers.ts.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { largeEtl } from '../support/trace/etl/largeEtl.ts';
import { csvParseRate, procmonParserRate, saxesRate } from './importPeers.ts';
import { cancelMilliseconds, readerRate, sessionRates } from './importMeasure.ts';
import { writeLargePml } from './largePml.ts';
import { allColumns, defaultColumns, writeLargeCsv, writeLargeXml } from './largeText.ts';
import { compareWithSaved } from './report.ts';
import { askSession } from './sessionQuestions.ts';
import { benchFolder } from './traces.ts';

const rounds = 5;
const etlPiece = 4 * 2 ** 20;
const args = process.argv.slice(2);
const scale = args.includes('--small') ? 0.1 : 1;
const { folder, remove } = benchFolder();
const result: Record<string, number> = {};

interface Case {
  readonly name: string;
  readonly file: string;
  readonly peer?: { readonly name: string; readonly rate: (file: string) => number | string };
}

const procmonParser: Case['peer'] = { name: 'procmon-parser', rate: (file) => procmonParserRate(file, 1) };
const csvParse: Case['peer'] = { name: 'csv-parse', rate: (file) => csvParseRate(file, 3) };
const saxes: Case['peer'] = { name: 'saxes', rate: (file) => saxesRate(file, 'event', 3) };

function note(what: string, value: number, unit: string): void {
  result[what] = Math.round(value * 10) / 10;
  console.log(`${what}: ${value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ${unit}`);
}

function generated(name: string, events: number, write: (file: string, events: number) => void): string {
  const file = path.join(folder, name);
  write(file, events * scale);
  return file;
}

function writeEtlFile(file: string, events: number): void {
  const source = largeEtl(events);
  const descriptor = openSync(file, 'w');
  for (let at = 0; at < source.size; ) {
    const part = source.read(at, etlPiece);
    writeSync(descriptor, part);
    at += part.length;
  }
  closeSync(descriptor);
}

async function measure({ name, file, peer }: Case): Promise<string> {
  const rates = await sessionRates(file, path.join(folder, `data ${name}`), rounds);
  console.log(`\n${name}: ${rates.events.toLocaleString('en-US')} events`);
  note(`${name}: first import`, rates.first, 'events/s');
  note(`${name}: further imports`, rates.further, `events/s (median of ${rounds})`);
  note(`${name}: reader alone`, readerRate(file, rounds), `events/s (median of ${rounds})`);
  note(`${name}: first rows`, rates.firstRows, 'ms');
  const theirs = peer?.rate(file);
  if (typeof theirs === 'string') console.log(`${peer?.name ?? ''}: ${theirs}`);
  if (peer === undefined || typeof theirs !== 'number') return rates.session;
  note(`${name}: ${peer.name}`, theirs, 'events/s');
  note(`${name}: further imports against ${peer.name}`, rates.further / theirs, 'times');
  return rates.session;
}

const large: Case = { name: 'PML', file: generated('large.PML', 1_000_000, writeLargePml), peer: procmonParser };
console.log(`load ${os.loadavg().map((value) => value.toFixed(1)).join(' ')} on ${os.availableParallelism()} processors`);
const session = await measure(large);
note('PML: cancel', await cancelMilliseconds(large.file, path.join(folder, 'cancelled'), rounds), `ms (longest of ${rounds})`);
askSession(session, rounds, note);
const cases: readonly Case[] = [
  { name: 'CSV, all columns', file: generated('all.CSV', 300_000, (file, events) => writeLargeCsv(file, events, allColumns)), peer: csvParse },
  { name: 'CSV, default columns', file: generated('default.CSV', 300_000, (file, events) => writeLargeCsv(file, events, defaultColumns)), peer: csvParse },
  { name: 'XML with stacks', file: generated('stacks.XML', 50_000, writeLargeXml), peer: saxes },
  { name: 'ETL', file: generated('large.etl', 1_000_000, writeEtlFile) },
  ...args.filter((arg) => !arg.startsWith('--')).map((file) => ({ name: path.basename(file), file: path.resolve(file), ...(/\.pml$/i.test(file) && { peer: procmonParser }) })),
];
for (const one of cases) await measure(one);
console.log(`\nload ${os.loadavg().map((value) => value.toFixed(1)).join(' ')}`);
compareWithSaved('import', result, args.includes('--save'));
remove();
