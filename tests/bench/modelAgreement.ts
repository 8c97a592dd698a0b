/**
 * How far the model file system alone gives the recorded results of traces: agreement by operation, and the differences by class.
 *
 * Usage: node tests/bench/modelAgreement.ts [--resync] [--all] TRACE...
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inflateSync } from 'node:zlib';
import { ntStatusName } from '../../src-main/nt/ntStatus.ts';
import { bytesSource } from '../../src-main/trace/byteSource.ts';
import { differenceClass, differenceClasses } from '../../src-main/replay/knowledge/differenceClass.ts';
import type { NumberedOperation, OperationIndex } from '../../src-main/trace/record.ts';
import { ModelRun, type ModelDifference } from '../support/replay/modelRun.ts';
import { collectTrace } from '../support/trace/collectTrace.ts';

const { values, positionals } = parseArgs({ options: { resync: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } }, allowPositionals: true });

const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((part / whole) * 100).toFixed(2)} %`);

function measure(file: string): void {
  const raw = readFileSync(file);
  const trace = collectTrace(bytesSource(file.endsWith('.zlib') ? inflateSync(raw) : raw));
  const operations: NumberedOperation[] = [...trace.operations].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).map((operation, at) => ({ ...operation, index: (at + 1) as OperationIndex }));
  const differences: ModelDifference[] = [];
  const run = new ModelRun(trace.processes, { resync: values.resync, differs: (difference) => void differences.push(difference) });
  const begun = performance.now();
  for (const operation of operations) run.issue(operation);
  run.finish();
  const seconds = (performance.now() - begun) / 1000;
  console.log(`${path.basename(file)}: ${run.equal} of ${run.compared} (${percent(run.equal, run.compared)}), ${Math.round(operations.length / seconds)} operations/s`);
  const classes = new Map<string, number>();
  for (const { record, status, origin } of differences) {
    const id = differenceClass(record, status, origin);
    classes.set(id, (classes.get(id) ?? 0) + 1);
  }
  for (const [id, count] of [...classes].sort((a, b) => b[1] - a[1])) console.log(`  ${count} ${id}: ${differenceClasses[id as keyof typeof differenceClasses]}`);
  if (!values.all) return;
  const groups = new Map<string, ModelDifference[]>();
  for (const difference of differences) {
    const { record, status } = difference;
    const key = `${record.operation} ${record.kind} ${String(record.detail['Control'] ?? '')} recorded ${ntStatusName(record.status ?? 0)}, model ${status === null ? 'waits' : ntStatusName(status)}`;
    groups.set(key, [...(groups.get(key) ?? []), difference]);
  }
  for (const [key, found] of [...groups].sort((a, b) => b[1].length - a[1].length)) console.log(`  ${found.length} ${key} ${found.slice(0, 3).map(({ record }) => record.index).join(' ')} ${found[0]?.record.path ?? ''}`);
}

for (const file of positionals) measure(file);
