import { describe, expect, it } from 'vitest';
import { breakpointSpec, type BreakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import { alwaysStopAtViolation, ignoreViolation, type KeptBreakpoint } from '../../../src-main/debugger/violationAnswers.ts';

const violation = (id: string, severity: 'V' | 'W' | '' = '', except: readonly string[] = []): BreakpointSpec['at'] => ({ kind: 'violation', id, severity, except });
const kept = (id: number, spec: Parameters<typeof breakpointSpec>[0], enabled = true): KeptBreakpoint => ({ id, enabled, spec: breakpointSpec(spec) });
const encrypt = { id: 3, name: 'encrypt' };
const found = { id: 'FV-084', severity: 'W', driver: encrypt } as const;
const exceptions = (list: readonly KeptBreakpoint[]): unknown[] => list.map(({ id, spec: { at } }) => [id, at.kind === 'violation' ? at.except : null]);

describe('what is answered to a violation', () => {
  it('every breakpoint that would stop for it leaves it out, and no other one', () => {
    const list = [
      kept(1, { at: violation('', 'W') }), kept(2, { at: violation('', 'V') }), kept(3, { at: violation('FV-08?') }, false), kept(4, { at: violation('FV-012') }), kept(5, { at: violation('FV-084'), driverId: 9 }),
      kept(6, { at: violation('', 'W', ['FV-084 of encrypt']) }), kept(7, { at: { kind: 'difference' } }),
    ];
    expect(exceptions(ignoreViolation(found, list))).toEqual([[1, ['FV-084 of encrypt']], [3, ['FV-084 of encrypt']]]);
    expect(exceptions(ignoreViolation({ ...found, driver: null }, [kept(1, { at: violation('') })]))).toEqual([[1, ['FV-084']]]);
  });

  it('to stop always undoes it, and needs no breakpoint of its own where one stops each time', () => {
    const left = kept(1, { at: violation('', 'W', ['FV-084 of encrypt', 'FV-084 of other']) });
    const undone = alwaysStopAtViolation(found, [left]);
    expect([exceptions(undone.changed), undone.added]).toEqual([[[1, ['FV-084 of other']]], null]);
    const own = breakpointSpec({ at: violation('FV-084'), driverId: 3 });
    expect(alwaysStopAtViolation(found, [])).toEqual({ changed: [], added: own });
    const seldom: readonly Parameters<typeof breakpointSpec>[0][] = [{ at: violation(''), condition: 'false' }, { at: violation(''), once: true }, { at: violation(''), hitCondition: '3' }, { at: violation(''), where: { path: '*.txt' } }, { at: violation(''), logMessage: 'x' }];
    for (const spec of seldom) expect(alwaysStopAtViolation(found, [kept(1, spec)]).added).toEqual(own);
    expect(alwaysStopAtViolation(found, [kept(1, { at: violation('FV-084') }, false)]).added).toEqual(own);
  });
});
