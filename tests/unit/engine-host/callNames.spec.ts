/** Each call of a routine has a name of its own, so that its line is known: V8's own stack says where it is. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src-main/base/seededRandom.ts';
import type { CallSite, CallUnderWay } from '../../../src-main/engine/index.ts';
import { callName, isCallName, withoutCallNames } from '../../../src-main/engine-host/callNames.ts';
import { currentCallSite } from '../../../src-main/engine-host/callSite.ts';
import { checkDriver } from '../../../src-main/engine-host/loader.ts';
import { DriverRealm } from '../../../src-main/engine-host/realm.ts';
import { beginRun } from '../../../src-main/engine-host/runDrivers.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { create, eventsOf, ownDriver, preReadDriver, read } from '../../support/engine-host/runs.ts';
import { driverOf } from '../../support/engine-host/severalFiles.ts';

interface Call {
  readonly routine: string;
  readonly named: CallSite | null;
  readonly stack: CallSite | null;
}

const routines = ['DbgPrint', 'ExAllocatePool2', 'FltAllocateCallbackData', 'RtlCompareMemory', 'NT_SUCCESS', 'ref'] as const;

/** Runs a driver's DriverEntry. Each routine notes the place that its name gives, and what V8's stack says. */
function callsOf(driver: ReturnType<typeof ownDriver>): Call[] {
  const calls: Call[] = [];
  const underWay: CallUnderWay = { site: null };
  const note = (routine: string) => (value: unknown) => {
    calls.push({ routine, named: underWay.site, stack: currentCallSite() });
    return value;
  };
  const layout = beginRun({ drivers: [driver] }).get(driver.name) ?? null;
  const result = checkDriver(driver, new Set(routines), layout);
  if (result.kind === 'problems') throw new Error(result.problems.map(({ message }) => message).join('\n'));
  const globals = Object.fromEntries(routines.map((name) => [name, note(name)]));
  const realm = new DriverRealm({ globals, now: () => 0n, random: seededRandom(1), print: () => undefined, callUnderWay: underWay });
  realm.load(result.checked).DriverEntry(null, null);
  return calls;
}

const inEntry = (body: string, before = ''): ReturnType<typeof ownDriver> => ownDriver('odd', `${before}export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {\n${body}\n  return 0;\n}\n`);

describe('the place that a name gives', () => {
  it.each([
    ['two on a line', '  DbgPrint("a"); DbgPrint("b");'],
    ['one in the arguments of another', '  DbgPrint(ExAllocatePool2(\n    DbgPrint(1)));'],
    ['types before the arguments, and a line', '  ExAllocatePool2<number>(1 as number); DbgPrint\n    (2);'],
    ['after wide and astral letters', '  const ＡBC = "日本語 𝒳"; DbgPrint(ＡBC);'],
    ['in arrows, templates, conditions and loops', '  const f = (n: number): unknown => DbgPrint(n);\n  for (const n of [1, 2]) f(n);\n  const t = `${DbgPrint("x")} ${f(3)}`;\n  if (t !== "" && DbgPrint(1)) DbgPrint(2);'],
    ['in a generator', '  function* later(): Generator<unknown> { yield DbgPrint(1);\n    yield ExAllocatePool2(2); }\n  for (const one of later()) DbgPrint(one);'],
    ['in a class', '  class Box { value = DbgPrint(1); get twice(): unknown { return DbgPrint(2); } }\n  new Box().twice;'],
    ['lines of Windows', '  DbgPrint(1);\r\n  DbgPrint(2);\r\n'],
  ])('%s: is that of V8', (_, body) => {
    const calls = callsOf(inEntry(body));
    expect(calls.length).toBeGreaterThan(0);
    for (const { named, stack } of calls) expect(named).toEqual(stack);
  });

  it('is in the file that the call is in', () => {
    const calls = callsOf(driverOf('several', 'import { help } from \'./help.ts\';\nexport function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {\n  DbgPrint(1);\n  help();\n  return 0;\n}\n', { 'help.ts': '// Helps.\nexport function help(): void {\n  DbgPrint(2);\n}\n' }));
    expect(calls.map(({ named }) => named)).toEqual(calls.map(({ stack }) => stack));
    expect(calls.map(({ named }) => named?.file ?? 'several.ts')).toEqual(['several.ts', 'help.ts']);
  });

  it('is given for nothing but calls of routines by their names', () => {
    // Macros, a name that a comment parts from its arguments, a routine under another name, one that a declaration hides, and one that may be missing.
    const calls = callsOf(inEntry('  NT_SUCCESS(0); ref(1);\n  DbgPrint /* later */ (0);\n  const other = DbgPrint; other(1);\n  { const DbgPrint = (n: number): unknown => ExAllocatePool2(n); DbgPrint(2); }\n  ExAllocatePool2?.(3);'));
    expect(calls.map(({ routine, named }) => [routine, named === null])).toEqual([['NT_SUCCESS', true], ['ref', true], ['DbgPrint', true], ['DbgPrint', true], ['ExAllocatePool2', false], ['ExAllocatePool2', true]]);
  });

  it('does not stay behind a routine that throws', () => {
    const underWay: CallUnderWay = { site: null };
    const result = checkDriver(inEntry('  try { DbgPrint(1); } catch { }\n  const other = ExAllocatePool2; other(1);'), new Set(routines));
    const seen: unknown[] = [];
    if (result.kind === 'problems') throw new Error('refused');
    const globals = { DbgPrint: () => { throw new Error('no'); }, ExAllocatePool2: () => seen.push(underWay.site) };
    new DriverRealm({ globals, now: () => 0n, random: seededRandom(1), print: () => undefined, callUnderWay: underWay }).load(result.checked).DriverEntry(null, null);
    expect(seen).toEqual([null]);
  });
});

describe('the names', () => {
  it('are as long as the routine\'s, all different, and end', () => {
    const names: string[] = [];
    for (let number = 1; ; number++) {
      const name = callName('ZwOpen', number);
      if (name === null) break;
      names.push(name);
    }
    // Five letters may be wide, and not none of them.
    expect(names).toHaveLength(2 ** 5 - 1);
    expect(new Set([...names, 'ZwOpen']).size).toBe(2 ** 5);
    expect(names.every((name) => name.length === 6 && isCallName(name) && withoutCallNames(name) === 'ZwOpen')).toBe(true);
  });

  it('are taken out of V8\'s text, and text in wide letters is left', () => {
    expect(withoutCallNames(`TypeError: ${callName('ExAllocatePool2', 5) ?? ''} is not a function or its return value is not iterable`)).toBe('TypeError: ExAllocatePool2 is not a function or its return value is not iterable');
    expect(withoutCallNames('the file ＡＢＣ is gone')).toBe('the file ＡＢＣ is gone');
  });
});

describe('in a run', () => {
  const textOf = (log: ReturnType<typeof runHere>): unknown[] => eventsOf(log).filter(({ kind }) => kind === 'log').map(({ detail, line }) => [detail['text'], line]);

  it('more calls than there are names have their lines too', () => {
    const lines = Array.from({ length: 200 }, (_, at) => `  DbgPrint("${at}");`);
    const log = runHere({ drivers: [preReadDriver(`${lines.join('\n')}\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;`)], operations: [create(1), read(2)] });
    expect(textOf(log)).toEqual(lines.map((_, at) => [String(at), at + 2]));
  });

  it('what a lower filter does is told with its own line, not with that of the call that made it run', () => {
    const upper = preReadDriver('  const file = FltObjects.FileObject;\n  if (Data.Thread !== null && Data.RequestorMode === 1)\n    FltReadFile(FltObjects.Instance, file, null, 16, ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, 0x31677441), 0, null, null, null);\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;', 'upper');
    const lower = { ...preReadDriver('  const print = DbgPrint;\n  print("by another name");\n  DbgPrint("by its own");\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;', 'lower'), id: 2, altitude: '310000' };
    const log = runHere({ drivers: [upper, lower], operations: [create(1), read(2)] });
    expect(log.problems).toEqual([]);
    const said = eventsOf(log).filter(({ kind }) => kind === 'log').map(({ detail, line }) => [detail['driver'], detail['text'], line]);
    expect(said.length).toBeGreaterThanOrEqual(4);
    for (const [driver, text, line] of said) expect([driver, line]).toEqual(['lower', text === 'by its own' ? 4 : 3]);
  });

  it('so is what a routine of the driver\'s does that another one calls at once, e.g. to compare', () => {
    const log = runHere({ drivers: [preReadDriver(`  const print = DbgPrint;
  const table = {} as PRTL_GENERIC_TABLE;
  const compare = (): number => {
    print("by another name");
    return GenericLessThan;
  };
  RtlInitializeGenericTable(table, compare, () => ({}), () => undefined, null);
  for (const n of [1, 2])
    RtlInsertElementGenericTable(table, { n }, 8);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;`)], operations: [create(1), read(2)] });
    expect(log.problems).toEqual([]);
    expect(textOf(log)).toEqual([['by another name', 5]]);
  });

  it('an exception names the routine as the driver does', () => {
    const log = runHere({ drivers: [preReadDriver('  const [first] = FltGetRequestorProcessId(Data);\n  return first;')], operations: [create(1), read(2)] });
    expect(log.problems[0]?.message).toContain('FltGetRequestorProcessId is not a function or its return value is not iterable');
  });
});
