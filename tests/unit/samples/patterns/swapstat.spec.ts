/** driver-api-usage.md 3.6, rows SNAP: the snapshot of an operation-status request. */
import { describe, expect, it } from 'vitest';
import { IRP_MJ_READ } from '../../../../src-main/nt/values.generated.ts';
import { driverSource } from '../../../support/scenarios/loadDriver.ts';
import { expected, Scenario, type ScenarioDriver, textOf } from '../../../support/scenarios/scenario.ts';

/** A file of 100 bytes `x`, open; its reads begin with request 2. */
function scenario(values: Record<string, number> = {}, drivers: readonly ScenarioDriver[] = ['swapstat']): Scenario {
  const s = new Scenario({ drivers, files: { '\\f': 'x'.repeat(100) }, values });
  s.create('A', '\\f');
  s.lines();
  return s;
}

describe('operation status and the snapshot', () => {
  it('SNAP-1: what is changed after the request is not in the snapshot', () => {
    const s = scenario();
    const read = s.read('A', 100);
    expect(s.lines()).toEqual(expected(`
      2 pre swapstat → SUCCESS_WITH_CALLBACK
      VIOL FV-084
      2 FS READ off=0 len=100
      DBG "post buffer is the old one: 1"
      DBG "post length: 100"
      2 post swapstat
      2 OUT SUCCESS info=100
      DBG "status buffer is the old one: 1"
      DBG "status length: 100"
      2 STATUSCB swapstat status=SUCCESS
    `));
    expect(textOf(read.buffer ?? s.buffer('user', 0))).toBe('x'.repeat(100));
  });

  it('SNAP-2: what is changed before it is', () => {
    const s = scenario({ SwapFirst: 1 });
    s.read('A', 100);
    expect(s.lines()).toEqual(expected(`
      2 pre swapstat → SUCCESS_WITH_CALLBACK
      2 FS READ off=0 len=100
      DBG "post buffer is the old one: 1"
      DBG "post length: 100"
      2 post swapstat
      2 OUT SUCCESS info=100
      DBG "status buffer is the old one: 0"
      DBG "status length: 100"
      2 STATUSCB swapstat status=SUCCESS
    `));
  });

  it('SNAP-3: a length that was halved later shows only in what the file system got', () => {
    const s = scenario({ HalveLength: 1 });
    s.read('A', 100);
    expect(s.lines()).toEqual(expected(`
      2 pre swapstat → SUCCESS_WITH_CALLBACK
      VIOL FV-084
      2 FS READ off=0 len=50
      DBG "post buffer is the old one: 1"
      DBG "post length: 100"
      2 post swapstat
      2 OUT SUCCESS info=50
      DBG "status buffer is the old one: 1"
      DBG "status length: 100"
      2 STATUSCB swapstat status=SUCCESS
    `));
  });

  it('SNAP-4: a snapshot does not keep memory alive', () => {
    const inside = scenario({ SwapFirst: 1, ReadThrough: 1 });
    // On Windows it would be silent corruption; here the run ends at the line.
    expect(() => inside.read('A', 100)).toThrow(/status routine of swapstat in operation 2: .* was used after it had been freed/);
    expect(inside.transcript.hints).toContain('D-06');
    // Where the read waits below, the status callback comes before the post: the buffer is there.
    const waiting = scenario({ SwapFirst: 1, ReadThrough: 1 });
    waiting.hold(IRP_MJ_READ);
    waiting.release(waiting.read('A', 100));
    expect(waiting.transcript.hints).not.toContain('D-06');
  });

  it('SNAP-5: there is none for fast I/O, in a post callback, and for a close', () => {
    const s = scenario({ AskEverywhere: 1 });
    s.read('A', 100, { fast: true });
    expect(s.lines()).toEqual(expected(`
      VIOL FV-082
      DBG "no status callback for fast I/O: c000000d"
      2 pre swapstat → SUCCESS_NO_CALLBACK
      2 FS READ off=0 len=100 [fast]
      2 OUT SUCCESS info=100
    `));
    s.read('A', 100);
    const lines = s.lines();
    const at = lines.indexOf('VIOL FV-080');
    expect(lines.slice(at, at + 2)).toEqual(['VIOL FV-080', 'DBG "no status callback in a post callback: c000000d"']);
    s.closeHandle('A');
    expect(s.lines().slice(-5)).toEqual(expected(`
      VIOL FV-081
      DBG "no status callback for a close: c000000d"
      5 pre swapstat → SUCCESS_NO_CALLBACK
      5 FS CLOSE
      5 OUT SUCCESS
    `));
  });

  it('SNAP-6: two filters have a snapshot each, the lower one\'s routine comes first', () => {
    const source = driverSource('swapstat');
    const named = (name: string, altitude: string): ScenarioDriver => ({ ...source, name, altitude, manifest: { ...source.manifest, defaultInstance: name, instances: [{ name, altitude, flags: 0 }] } });
    const s = scenario({}, [named('upper', '149000'), named('lower', '141000')]);
    s.read('A', 100);
    const lines = s.lines();
    expect(lines.filter((line) => line.includes('STATUSCB'))).toEqual(['2 STATUSCB lower status=SUCCESS', '2 STATUSCB upper status=SUCCESS']);
    // Each one's old buffer is what it got itself: for the lower filter the upper one's.
    expect(lines.filter((line) => line.startsWith('DBG "status buffer'))).toEqual(['DBG "status buffer is the old one: 1"', 'DBG "status buffer is the old one: 1"']);
  });
});
