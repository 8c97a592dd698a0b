/** Every switch has a case in which its readings differ, and every INFERRED rule a switch or a reason why it has none. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assumptions } from '../../../../src-main/engine/index.ts';
import { contextsAssumptions, undecidable as contexts } from '../../../../src-main/engine/assumptions/contexts.ts';
import { undecidable as fastIo } from '../../../../src-main/engine/assumptions/fastIo.ts';
import { undecidable as flow } from '../../../../src-main/engine/assumptions/flow.ts';
import { undecidable as lifecycle } from '../../../../src-main/engine/assumptions/lifecycle.ts';
import { namesAssumptions } from '../../../../src-main/engine/assumptions/names.ts';
import { undecidable as oplocks } from '../../../../src-main/engine/assumptions/oplocks.ts';
import { undecidable as simulation } from '../../../../src-main/engine/assumptions/simulation.ts';
import { ruleRows } from '../../../../src-main/engine/rules.generated.ts';
import { assumptionOf } from '../../../../src-main/engine/rules.ts';
import { makeRig } from '../../../support/engine/rig.ts';
import { flowSwitches } from './tables/flow.ts';
import { lifecycleSwitches } from './tables/lifecycle.ts';
import { ownIoSwitches } from './tables/ownIo.ts';
import { portSwitches } from './tables/ports.ts';
import { vector, type SwitchTable } from './tables/switchCase.ts';

const otherOf = (id: string): string => assumptions.find((one) => one.id === id)?.values[1] ?? '';

const tables: Readonly<Record<string, SwitchTable>> = {
  'the flow of an operation': flowSwitches, 'registration, altitudes, volumes and instances': lifecycleSwitches, 'own I/O, fast I/O and threads': ownIoSwitches, 'communication ports': portSwitches,
};

for (const [area, table] of Object.entries(tables)) {
  describe(`readings about ${area}`, () => {
    it.each(Object.entries(table))('%s', (id, { run, byDefault, otherwise }) => {
      expect(otherwise).not.toEqual(byDefault);
      expect(run({})).toEqual(byDefault);
      expect(run({ [id]: otherOf(id) })).toEqual(otherwise);
    });
  });
}

/** stands for the recovery from several kinds of misuse. */
const misuse: SwitchTable = {
  'R-2.27, an unknown value': vector('CV-035', ['final: FLT_INTERNAL_ERROR/0'], ['fsd T1 P', 'final: UNSUCCESSFUL/0']),
  'R-2.27, a disallowed IRP': vector('CV-041', ['final: FLT_INTERNAL_ERROR/0'], ['final: FLT_DISALLOW_FAST_IO/0']),
};

describe('R-2.22', () => {
  it.each(Object.entries(misuse))('%s', (_what, { run, byDefault, otherwise }) => {
    expect(run({})).toEqual(byDefault);
    expect(run({ 'R-2.22': 'undefined' })).toEqual(otherwise);
  });
});

describe('SIM-001', () => {
  it.each([['first-ready', ['end of the routine', 'work']], ['work-first', ['work', 'end of the routine']]])('%s: %j', (word, order) => {
    const seen: string[] = [];
    const rig = makeRig([{ name: 'A', altitude: '1', registration: {} }], undefined, { assumptions: { 'SIM-001': word } });
    rig.engine.runRoutine(rig.filter('A'), 'queues', rig.thread, 0, null, () => {
      const item = rig.call('FltAllocateGenericWorkItem');
      rig.call('FltQueueGenericWorkItem', item, rig.filter('A').handle, () => void seen.push('work'), 1, null);
      seen.push('end of the routine');
    });
    while (rig.engine.runNextWorkItem());
    expect(seen).toEqual(order);
  });
});

/** Switches whose readings the tests of their own area compare: id, file. */
const elsewhere: Readonly<Record<string, string>> = {
  'SIM-001': '../kernel/suspension.spec.ts',
  ...Object.fromEntries(['OPL-005', 'OPL-012', 'OPL-014', 'OPL-026', 'OPL-028', 'OPL-041', 'OPL-042', 'OPL-060'].map((id) => [id, '../fsrtl/oplock.spec.ts'])),
  'OPL-073': '../fltmgr/oplocks.spec.ts',
  ...Object.fromEntries(['OPL-011', 'OPL-020', 'OPL-032', 'OPL-034', 'OPL-035'].map((id) => [id, '../../filesystem/model/creates.spec.ts'])),
  ...Object.fromEntries(['NAM-036', 'VOL-003', 'VOL-051'].map((id) => [id, '../../filesystem/model/files.spec.ts'])),
};

describe('switches', () => {
  it('each has a case', () => {
    const own = [...contextsAssumptions, ...namesAssumptions].map(({ id }) => id);
    const cases = [...Object.values(tables).flatMap((table) => Object.keys(table)), ...Object.keys(elsewhere), ...own];
    expect(cases.sort()).toEqual(assumptions.map(({ id }) => id).sort());
  });

  it.each(Object.entries(elsewhere))('%s has its case in %s', (id, file) => {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    expect(text).toContain(`'${id}'`);
    expect(text).toContain(`'${otherOf(id)}'`);
  });

  it('each has one name and readings that are all implemented, the default first', () => {
    expect(new Set(assumptions.map(({ id }) => id)).size).toBe(assumptions.length);
    for (const { values, implemented } of assumptions) {
      expect(implemented).toEqual(values);
      expect(values.length).toBeGreaterThan(1);
      expect(new Set(values).size).toBe(values.length);
    }
  });
});

describe('INFERRED rules', () => {
  const undecidable: Readonly<Record<string, string>> = { ...flow, ...lifecycle, ...contexts, ...oplocks, ...fastIo, ...simulation };
  const inferred = ruleRows.filter(([, , , isInferred]) => isInferred).map(([id]) => id);

  it('are each behind a switch, or there is a reason why not', () => {
    expect(inferred.length).toBeGreaterThan(200);
    expect(inferred.filter((id) => assumptionOf(id) === undefined && !(id in undecidable))).toEqual([]);
  });

  it('have a reason only where there is no switch and the page says INFERRED', () => {
    for (const [id, reason] of Object.entries(undecidable)) {
      expect(inferred).toContain(id);
      expect(assumptionOf(id)).toBeUndefined();
      expect(reason).not.toBe('');
    }
  });
});
