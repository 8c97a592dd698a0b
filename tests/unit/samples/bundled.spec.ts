/** What the list of drivers and the documentation promise of every bundled driver. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOrderGroupOf } from '../../../src-main/engine/index.ts';
import type { NumberedOperation, OperationIndex } from '../../../src-main/trace/record.ts';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { driverSource } from '../../support/scenarios/loadDriver.ts';
import { collectTrace } from '../../support/trace/collectTrace.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const names = readdirSync(path.join(root, 'resources/drivers')).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
const sample = collectTrace(bytesSource(readFileSync(path.join(root, 'resources/samples/first-light.jsonl'))));
const operations = sample.operations.map((one, at): NumberedOperation => ({ ...one, index: (at + 1) as OperationIndex }));
const documentation = readFileSync(path.join(root, 'docs/drivers.md'), 'utf8');

describe.each(names)('%s', (name) => {
  const { manifest, source, altitude } = driverSource(name);

  it('says what it shows, in the list, in its header and in the documentation', () => {
    expect(manifest?.service).toBe(name);
    expect(manifest?.description).toMatch(/^[A-Z].*\.$/);
    expect(source).toMatch(new RegExp(`^/\\*\\n \\* ${name}: `));
    expect(documentation).toContain(`\`${name}\``);
  });

  it('stands in the load-order group that it names', () => {
    const { group } = manifest ?? {};
    if (group !== undefined) expect(loadOrderGroupOf(altitude)?.name).toBe(group);
  });

  it('runs over the sample to its end', () => {
    const log = runHere({ drivers: [driverSource(name)], operations, request: { processes: sample.processes } });
    expect(log.problems).toEqual([]);
    expect(log.summary?.outcome).toBe('completed');
  });
});
