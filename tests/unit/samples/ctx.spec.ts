/** driver-api-usage.md 2.10 */
import { describe, expect, it } from 'vitest';
import { FLT_FILE_CONTEXT, FLT_INSTANCE_CONTEXT, FLT_STREAM_CONTEXT, FLT_STREAMHANDLE_CONTEXT, SL_OPEN_PAGING_FILE } from '../../../src-main/nt/values.generated.ts';
import { quiet } from '../../support/scenarios/life.ts';
import { Scenario } from '../../support/scenarios/scenario.ts';

function scenario(): Scenario {
  const s = new Scenario({ drivers: ['ctx'], files: { '\\f.txt': 'a', '\\f.txt:s': 'b', '\\other': 'c', '\\pagefile.sys': 10 } });
  s.lines();
  return s;
}

/** Contexts that live, by type. */
function alive(s: Scenario): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { type } of s.engine.contextsOf(s.filter('ctx'))) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

const streams = (s: Scenario): Record<string, unknown>[] => s.engine.contextsOf(s.filter('ctx')).filter(({ type }) => type === FLT_STREAM_CONTEXT).map(({ object }) => object as Record<string, unknown>);
const named = (object: Record<string, unknown> | undefined): unknown => (object?.['FileName'] as { readonly Buffer: string } | undefined)?.Buffer;
const cleanups = (s: Scenario): string[] => s.lines().filter((line) => line.startsWith('CTX')).map((line) => line.replace('CTX ctx cleanup ', ''));

describe('ctx', () => {
  it('CTX-1 to CTX-3: one context a stream, one a handle, one for the file with all its streams', () => {
    const s = scenario();
    s.create('A', '\\f.txt');
    expect(s.lines()).toEqual(['1 pre ctx → SUCCESS_WITH_CALLBACK', '1 FS CREATE \\f.txt', '1 post ctx', '1 OUT SUCCESS info=1']);
    expect(streams(s)[0]).toMatchObject({ CreateCount: 1 });
    const one = Object.values(alive(s)).reduce((sum, count) => sum + count, 0);
    expect(one).toBe(4);

    s.create('B', '\\f.txt');
    expect(streams(s)).toHaveLength(1);
    expect(streams(s)[0]).toMatchObject({ CreateCount: 2 });
    s.create('C', '\\f.txt:s');
    expect(streams(s)).toHaveLength(2);
    expect(alive(s)).toEqual({ [FLT_INSTANCE_CONTEXT]: 1, [FLT_FILE_CONTEXT]: 1, [FLT_STREAM_CONTEXT]: 2, [FLT_STREAMHANDLE_CONTEXT]: 3 });
  });

  it('CTX-4, CTX-5: a rename names the stream again and replaces the handle\'s context; other classes pass', () => {
    const s = scenario();
    s.create('A', '\\f.txt');
    s.create('B', '\\f.txt', { access: 'rd' });
    s.lines();
    s.rename('B', '\\g.txt');
    expect(s.lines()).toEqual(['3 pre ctx → SYNCHRONIZE', '3 FS SET Rename', 'CTX ctx cleanup handle', '3 post ctx', '3 OUT SUCCESS']);
    expect(named(streams(s)[0])).toBe('\\Device\\HarddiskVolume1\\g.txt');
    s.setBasic('A');
    expect(s.lines()[0]).toBe('4 pre ctx → SUCCESS_NO_CALLBACK');
  });

  it('CTX-6, CTX-7: contexts die with what they are on', () => {
    const s = scenario();
    for (const name of ['A', 'B']) s.create(name, '\\f.txt');
    s.create('C', '\\f.txt:s');
    s.lines();
    const counted = (): string[] => s.lines().filter((line) => line.startsWith('DBG')).map((line) => line.replace(/^.* (creates=.*)"$/, '$1'));
    s.cleanup('A');
    s.cleanup('B');
    expect(counted()).toEqual(['creates=2 cleanups=1 closes=0', 'creates=2 cleanups=2 closes=0']);
    s.close('A');
    expect(cleanups(s)).toEqual(['handle']);
    s.close('B');
    // CTX-040: the file system frees the stream inside the close, the handle goes after it.
    expect(cleanups(s)).toEqual(['stream', 'handle']);
    s.cleanup('C');
    s.close('C');
    expect(cleanups(s).sort()).toEqual(['file', 'handle', 'stream']);
  });

  it('CTX-8: at a detach all contexts go after the complete callback, and later nothing is called', () => {
    const s = scenario();
    s.create('A', '\\f.txt');
    s.lines();
    s.detach('ctx');
    expect(s.lines()).toEqual([
      'LIFE ctx query teardown → SUCCESS', 'LIFE ctx teardown start', 'LIFE ctx teardown complete', 'CTX ctx cleanup handle', 'CTX ctx cleanup stream', 'CTX ctx cleanup file', 'CTX ctx cleanup instance',
    ]);
    s.closeHandle('A');
    expect(s.lines().filter((line) => line.includes('ctx'))).toEqual([]);
  });

  it('CTX-9: of two creates that both find no context one sets its own and the other takes that', () => {
    // The lookaside of the race: another create of the same stream comes between this one's get and set.
    const s = new Scenario({ drivers: ['ctx'], files: { '\\f.txt': 'a' }, apis: ['FltSetStreamContext'] });
    s.beforeCall('FltSetStreamContext', () => void s.create('B', '\\f.txt', { process: 200 }));
    s.create('A', '\\f.txt');
    expect(s.lines().filter((line) => line.includes('API'))).toEqual(['2 API FltSetStreamContext → SUCCESS', '1 API FltSetStreamContext → FLT_CONTEXT_ALREADY_DEFINED']);
    expect(streams(s)).toHaveLength(1);
    expect(streams(s)[0]).toMatchObject({ CreateCount: 2 });
  });

  it('CTX-10: a page file has no contexts, and nothing leaks', () => {
    const s = scenario();
    s.transcript.apis.add('FltSetStreamContext');
    s.create('P', '\\pagefile.sys', { operationFlags: SL_OPEN_PAGING_FILE });
    expect(s.lines()).toEqual(['1 pre ctx → SUCCESS_WITH_CALLBACK', '1 FS CREATE \\pagefile.sys', '1 post ctx', '1 OUT SUCCESS info=1']);
    expect(Object.values(alive(s)).reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(s.unload('ctx')).toBe('SUCCESS');
    expect(quiet(s, 'ctx')).toEqual([]);
  });
});
