/** Arithmetic and saved runs of the benchmarks. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Least squares through the points. */
export function linearFit(points: readonly (readonly [number, number])[]): { readonly slope: number; readonly intercept: number; readonly r2: number } {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const sxx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const sxy = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const slope = sxy / sxx;
  const intercept = meanY - slope * meanX;
  const rest = points.reduce((sum, [x, y]) => sum + (y - (slope * x + intercept)) ** 2, 0);
  const all = points.reduce((sum, [, y]) => sum + (y - meanY) ** 2, 0);
  return { slope, intercept, r2: 1 - rest / all };
}

const fileOf = (name: string): URL => new URL(`./saved/${name}.json`, import.meta.url);

/** Prints what changed against the saved run; `save` keeps this one. Machines differ: the saved run is a reference, no bar. */
export function compareWithSaved(name: string, result: Readonly<Record<string, number>>, save: boolean): void {
  const file = fileOf(name);
  const saved = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, number>>) : {};
  for (const [what, value] of Object.entries(result)) {
    const before = saved[what];
    if (before !== undefined && Math.abs(value / before - 1) > 0.1) console.log(`${what}: ${(value / before).toFixed(2)} times the saved run's ${before}`);
  }
  if (!save) return;
  mkdirSync(new URL('.', file), { recursive: true });
  // Runs of several sizes stand beside each other.
  writeFileSync(file, `${JSON.stringify({ ...saved, ...result }, null, 2)}\n`);
  console.log(`saved to ${fileURLToPath(file)}`);
}
