import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { RoutineSites } from '../../../src-main/engine-host/routineSites.ts';

const source = `const twin = () => 1;
function PreRead(Data, FltObjects, CompletionContext) {
  const helper = () => { return FLT_PREOP_COMPLETE; };
  if (Data.Flags === 0) {
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  CompletionContext.value = { id: 1 };
  if (helper() === 1) return FLT_PREOP_PENDING;
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
const PreWrite = (Data, FltObjects, Context) => (Data.Flags === 0 ? FLT_PREOP_COMPLETE : FLT_PREOP_PENDING);
const alike = [
  () => 1,
];
`;

type Routine = (...args: never[]) => unknown;

function sitesOf(): { sites: RoutineSites; routines: Readonly<Record<string, Routine>> } {
  const sites = new RoutineSites();
  sites.add('probe', source);
  const routines = vm.runInThisContext(`(function () { ${source} return { PreRead, PreWrite, twin }; })`) as () => Record<string, Routine>;
  return { sites, routines: routines() };
}

describe('lines of a routine, from its source', () => {
  const { sites, routines } = sitesOf();
  const line = (name: string, about: Parameters<RoutineSites['site']>[1]) => sites.site(routines[name] as Routine, about)?.line;

  it('finds the one statement that returns a value', () => {
    expect(sites.site(routines['PreRead'] as Routine, { returns: 'FLT_PREOP_PENDING' })).toEqual({ driver: 'probe', line: 8, column: 23 });
  });

  it('finds where the completion context is stored, whatever the parameter is called', () => {
    expect(line('PreRead', { setsContext: true })).toBe(7);
  });

  it('tells the routine itself where several statements could be meant, or none', () => {
    expect(line('PreRead', { returns: 'FLT_PREOP_SUCCESS_NO_CALLBACK' })).toBe(2);
    expect(line('PreRead', { returns: 'FLT_PREOP_COMPLETE' })).toBe(2);
    expect(line('PreRead', {})).toBe(2);
  });

  it('takes the expression of an arrow function as its return', () => {
    expect(line('PreWrite', { returns: 'FLT_PREOP_COMPLETE' })).toBe(11);
  });

  it('knows nothing of functions that look alike, and of those of nobody', () => {
    expect(line('twin', {})).toBeUndefined();
    expect(sites.site(Array.prototype.map, {})).toBeNull();
  });
});
