/**
 * Operations a second through the engine, beside koa-compose and a bare loop, and what each feature and each filter costs.
 *
 * Every variant runs in a process of its own, so that none is slowed by what another has taught the compiler; rounds are
 * interleaved and the median counts. `verifier` tells every violation and tracks every write; `recording` writes event pages.
 *
 * Usage: node tests/bench/engine.ts [--save] [operations]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compareWithSaved, linearFit, median } from './report.ts';
import { callbacksSeen, variants } from './engineVariants.ts';

const rounds = 5;
const blocks = 20;
const args = process.argv.slice(2);
const chosen = args[0] === '--variant' ? args[1] : undefined;
const operations = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 1_000_000);

if (chosen === undefined) report();
else console.log(await nanoseconds(chosen));

/** Nanoseconds an operation takes: the median of blocks, so that what else the machine does for a moment does not count. The first half warms up. */
async function nanoseconds(name: string): Promise<number> {
  const variant = variants[name]?.();
  if (variant === undefined) throw new Error(`There is no variant “${name}”.`);
  await variant(operations);
  const block = Math.ceil(operations / blocks);
  const times: number[] = [];
  for (let at = 0; at < blocks; at++) {
    const begun = performance.now();
    await variant(block);
    times.push(((performance.now() - begun) * 1e6) / block);
  }
  const time = median(times);
  if (callbacksSeen() === 0) throw new Error(`${name}: no callback ran`);
  return time;
}

function measured(name: string): number {
  const child = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), '--variant', name, String(operations)], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${name}: ${child.stderr}`);
  return Number(child.stdout);
}

function report(): void {
  const names = Object.keys(variants);
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) for (const name of names) times.get(name)?.push(measured(name));
  const result = Object.fromEntries(names.map((name) => [name, Math.round(median(times.get(name) ?? []))]));
  const base = result['engine, 4 filters'] ?? 1;
  console.log('variant                             ns/operation   million/s   against 4 filters');
  for (const [name, time] of Object.entries(result)) console.log(`${name.padEnd(34)} ${String(time).padStart(12)} ${(1000 / time).toFixed(2).padStart(11)} ${(time / base).toFixed(2).padStart(15)}x`);
  const points = [1, 2, 4, 8, 16].map((filters) => [filters, result[filters === 1 ? 'engine, 1 filter' : `engine, ${filters} filters`] ?? 0] as const);
  const fit = linearFit(points);
  console.log(`cost of a filter: ${fit.slope.toFixed(0)} ns, of an operation without any: ${fit.intercept.toFixed(0)} ns; a straight line explains ${(fit.r2 * 100).toFixed(1)} % (1 to 16 filters)`);
  const koa = result['koa-compose, 4 middlewares'] ?? 0;
  console.log(`against koa-compose: ${(koa / base).toFixed(2)} times its rate`);
  compareWithSaved('engine', result, args.includes('--save'));
}
