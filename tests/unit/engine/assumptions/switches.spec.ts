/** Every switch has a case in which its readings differ, and every INFERRED rule a switch or a reason why it has none. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assumptionOf, assumptions, settleAssumptions, undecidableRules } from '../../../../src-main/engine/index.ts';
import { contextsAssumptions } from '../../../../src-main/engine/assumptions/contexts.ts';
import { namesAssumptions } from '../../../../src-main/engine/assumptions/names.ts';
import { ruleRows } from '../../../../src-main/engine/rules.generated.ts';
import { makeRig } from '../../../support/engine/rig.ts';
import { completionSwitches } from './tables/completions.ts';
import { flowSwitches } from './tables/flow.ts';
import { lifecycleSwitches } from './tables/lifecycle.ts';
import { ownIoSwitches } from './tables/ownIo.ts';
import { portSwitches } from './tables/ports.ts';
import { vector, type SwitchTable } from './tables/switchCase.ts';

const otherOf = (id: string): string => assumptions.find((one) => one.id === id)?.values[1] ?? '';

const tables: Readonly<Record<string, SwitchTable>> = {
  'the flow of an operation': flowSwitches, 'registration, altitudes, volumes and instances': lifecycleSwitches, 'own I/O, fast I/O and threads': ownIoSwitches, 'communication ports': portSwitches, 'how recorded requests complete': completionSwitches,
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
  'R-2.27, pended fast I/O': vector('CV-037', ['viol FV-002 A', 'final: FLT_INTERNAL_ERROR/0'], ['viol FV-002 A', 'fsd T1 P', 'final: UNSUCCESSFUL/0']),
  'R-3.24': vector('CV-071', ['viol FV-044 A', 'api A FltDoCompletionProcessingWhenSafe = FALSE/FINISHED'], ['viol FV-044 A', 'api A FltDoCompletionProcessingWhenSafe = TRUE/FINISHED']),
  'R-3.25': vector('CV-074', ['viol FV-045 A', 'safe A.sp W1 P st=SUCCESS/4096 cc=NULL => FINISHED'], ['viol FV-045 A', 'viol FV-069 A', 'viol FV-069 A']),
  'R-4.9, at DISPATCH_LEVEL': vector('CV-105', ['viol FV-061 B', 'post A X2 A st=SUCCESS/4096 cc=NULL => FINISHED'], ['viol FV-061 B', 'post A X1 D st=SUCCESS/4096 cc=NULL => FINISHED']),
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
  'REP-001': '../../replay/openedAnyway.test.ts',
  'REP-010': '../../replay/retries/retries.test.ts',
  ...Object.fromEntries(['OPL-011', 'OPL-020', 'OPL-032', 'OPL-034', 'OPL-035'].map((id) => [id, '../../filesystem/model/creates.spec.ts'])),
  ...Object.fromEntries(['NAM-036', 'VOL-003', 'VOL-051'].map((id) => [id, '../../filesystem/model/files.spec.ts'])),
  ...Object.fromEntries(['REP-020', 'REP-021'].map((id) => [id, '../../replay/knowledge/assumptions.spec.ts'])),
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
  const inferred = ruleRows.filter(([, , , isInferred]) => isInferred).map(([id]) => id);

  it('are each behind a switch, or there is a reason why not', () => {
    expect(inferred.length).toBeGreaterThan(200);
    expect(inferred.filter((id) => assumptionOf(id) === undefined && !(id in undecidableRules))).toEqual([]);
  });

  it('have a reason only where there is no switch and the page says INFERRED', () => {
    for (const [id, reason] of Object.entries(undecidableRules)) {
      expect(inferred).toContain(id);
      expect(assumptionOf(id)).toBeUndefined();
      expect(reason).not.toBe('');
    }
  });
});

describe('choosing readings', () => {
  it.each([
    ['R-5.15', 'random', 'Assumption R-5.15 has no reading "random"; choose newest-first or oldest-first.'],
    ['R-5.16', 'after-the-wait', 'R-5.16 is switched by R-5.14; choose R-5.14=before-the-wait or R-5.14=after-the-wait.'],
    ['R-1.14', 'shared', 'R-1.14 cannot be switched: says what an operation is.'],
    ['FIO-999', 'yes', 'There is no assumption FIO-999; it is named by its rule, for example R-5.15. There are FIO-011, FIO-023, FIO-028; "fltreplay assumptions" lists them all.'],
    ['speed', 'high', 'There is no assumption speed; it is named by its rule, for example R-5.15. There are R-..., REG-...'],
  ])('%s=%s: says what can be chosen', (id, word, sentence) => {
    const { problems } = settleAssumptions({ [id]: word });
    expect(problems.length).toBe(1);
    expect(problems[0]).toContain(sentence);
  });

  it('takes rules that one decision groups to its switch', () => {
    for (const [rule, id] of [['R-5.16', 'R-5.14'], ['R-4.7', 'R-4.6'], ['R-3.25', 'R-2.22'], ['R-1.15', 'REG-007'], ['R-7.3', 'CTX-043'], ['SIM-002', 'R-7.1'], ['VOL-034', 'R-3.13']] as const) {
      expect(assumptionOf(rule)?.id).toBe(id);
    }
    expect(assumptionOf('R-1.4')).toBeUndefined();
  });
});
