/** A driver goes on with another version in the middle of a run: its state stays, its code is new. */
import { describe, expect, it } from 'vitest';
import type { DriverSource, RunProblem } from '../../../src-main/engine-host/messages.ts';
import { emptyPlan } from '../../../src-main/replay/runPlan.ts';
import { assertExists } from '../../../src-main/base/assert.ts';
import { ownDriver, eventsOf } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { processes, Recording } from '../../support/whatif/recording.ts';

const file = 'C:\\docs\\plan.txt';

/** One open, then reads of 10 bytes: operations 2 to 7. */
function recording(reads = 6): Recording {
  const r = new Recording();
  r.open(file, { disposition: 'create', access: 'rw' });
  for (let at = 0; at < reads; at++) r.write(file, 10, { offset: at * 10 });
  return r;
}

/** A driver around its own lines: `top` stands at the top level, `pre` in the callback of writes. */
const driver = (top: string, pre: string, rest = ''): string => `
${top}
function PreWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  ${pre}
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
${rest}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  DbgPrint('entry');
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_WRITE, 0, PreWrite, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`;

interface Printed {
  /** What the driver has printed, with the operation it was in. */
  readonly lines: readonly string[];
  readonly problems: readonly RunProblem[];
  readonly told: readonly string[];
  readonly kept: readonly string[];
}

/** Runs `older`, with `newer` from operation 4 on. */
function switched(older: string, newer: string, from = 4, r = recording()): Printed {
  const source: DriverSource = ownDriver('counts', older, 1, '320000');
  const log = runHere({ drivers: [source], operations: r.operations, request: { processes, plan: { ...emptyPlan, switches: [{ from, driver: 1, version: 2 }] }, versions: [{ driver: 1, version: 2, source: newer }] } });
  const events = eventsOf(log);
  return {
    lines: events.filter(({ kind }) => kind === 'log').map(({ operation, detail }) => `${operation}: ${String(detail['text'])}`), problems: log.problems,
    told: events.filter(({ kind }) => kind === 'load').flatMap(({ detail }) => (typeof detail['text'] === 'string' && detail['text'].includes('version') ? [detail['text']] : [])),
    kept: log.summary?.report.switches?.[0]?.carried ?? [],
  };
}

describe('a driver that goes on with another version', () => {
  it('keeps its counter, and calls the new callback', () => {
    const { lines, told, kept } = switched(driver('let counter = 0;', "DbgPrint('old %d', ++counter);"), driver('let counter = 0;', "DbgPrint('new %d', ++counter);"));
    // DriverEntry is the older one's, once.
    expect(lines).toEqual(['0: entry', '2: old 1', '3: old 2', '4: new 3', '5: new 4', '6: new 5', '7: new 6']);
    expect(kept).toEqual(['counter']);
    expect(told).toEqual(['counts.ts version 2 from here on: counter is kept']);
  });

  it('takes over what stands in the source: a constant, and a value that nothing assigns', () => {
    const body = "DbgPrint('%d of %d', ++counter, limit + step);";
    expect(switched(driver('let counter = 0; const limit = 4; let step = 1;', body), driver('let counter = 0; const limit = 8; let step = 2;', body)).lines).toEqual(
      ['0: entry', '2: 1 of 5', '3: 2 of 5', '4: 3 of 10', '5: 4 of 10', '6: 5 of 10', '7: 6 of 10'],
    );
  });

  it('keeps objects that the run has filled, also constant ones', () => {
    const body = (word: string): string => `seen.set(Data.Iopb.Parameters.Write.ByteOffset, 1); totals.bytes += 10; DbgPrint('${word} %d %d', seen.size, totals.bytes);`;
    const top = 'const seen = new Map<bigint, number>(); const totals = { bytes: 0 };';
    expect(switched(driver(top, body('old')), driver(`const word = 'x'; ${top}`, body('new'))).lines.slice(2, 5)).toEqual(['3: old 2 20', '4: new 3 30', '5: new 4 40']);
  });

  it('calls the new helper, from the callback and from tables of routines', () => {
    const rest = (word: string): string => `function helper(): string { return '${word}'; }\nconst arrow = (a: string): string => a + '${word}';\nconst short = () => '${word}';\nconst table = { helper };`;
    const body = "DbgPrint('%s %s %s %s', helper(), arrow('-'), short(), table.helper());";
    expect(switched(driver('', body, rest('old')), driver('', body, rest('new'))).lines.slice(2, 4)).toEqual(['3: old -old old old', '4: new -new new new']);
  });

  it('routines that others hold lead to the new code: a work item that is queued before and runs after', () => {
    const work = (word: string): string => `function Worker(Item: PFLT_GENERIC_WORKITEM, FltObject: PVOID, Context: PVOID): void { DbgPrint('${word} works'); FltFreeGenericWorkItem(Item); }`;
    const body = 'const item = FltAllocateGenericWorkItem(); FltQueueGenericWorkItem(item, FltObjects.Filter, Worker, DelayedWorkQueue, null);';
    const { lines } = switched(driver('', body, work('old')), driver('', body, work('new')));
    expect(lines).toEqual(['0: entry', '0: old works', '0: old works', ...Array.from({ length: 4 }, () => '0: new works')]);
  });

  it('objects of the older class get the new methods and count as instances of the new class', () => {
    const top = (word: string): string => `class Thing { constructor(public at: number) {} say(): string { return '${word} ' + this.at; } }\nlet thing: Thing | null = null; let made = 0;`;
    const body = "if (thing === null) thing = new Thing(++made); DbgPrint('%s %d', thing.say(), thing instanceof Thing ? 1 : 0);";
    const noParameterProperty = (text: string): string => text.replace('constructor(public at: number) {}', 'at: number; constructor(at: number) { this.at = at; }');
    expect(switched(driver(noParameterProperty(top('old')), body), driver(noParameterProperty(top('new')), body)).lines.slice(2, 4)).toEqual(['3: old 1 1', '4: new 1 1']);
  });

  it('arrow functions whose parameters are patterns or have defaults', () => {
    const top = (word: string): string => `const sum = ({ a, b = 1 }: { a: number; b?: number }, [c]: number[] = [5], ...rest: number[]) => '${word} ' + (a + b + c + rest.length);\nconst block = ({ a }: { a: number }) => {\n  return '${word} ' + a;\n};`;
    const body = "DbgPrint('%s %s %d %s', sum({ a: 1 }), block({ a: 2 }), sum.length, block.name);";
    expect(switched(driver(top('old'), body), driver(top('new'), body)).lines.slice(2, 4)).toEqual(['3: old 7 old 2 0 block', '4: new 7 new 2 0 block']);
    // Switched or not, a run up to there is the same.
    expect(switched(driver(top('old'), "DbgPrint('%s', sum({ a: 1, b: 2 }, [3], 4, 5));"), driver(top('old'), ''), 9).lines.slice(1, 2)).toEqual(['2: old 8']);
  });

  it('methods of objects and tables, with the values that they keep beside them', () => {
    const source = (word: string, step: number): string => `const guard = { count: 0, step: ${step}, inner: { say: () => '${word}' }, get twice() { return this.count * 2; }, PreWrite(Data: PFLT_CALLBACK_DATA) { this.count += this.step; DbgPrint('%s %d %d', this.inner.say(), this.count, this.twice); return FLT_PREOP_SUCCESS_NO_CALLBACK; } };
const table: [(Data: PFLT_CALLBACK_DATA) => number][] = [[(Data) => { DbgPrint('table ${word}'); return guard.PreWrite(Data); }]];
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_WRITE, 0, table[0][0], null]] }, filter);
  return FltStartFiltering(filter.value);
}
`;
    const { lines, told, problems } = switched(source('old', 1), source('new', 10));
    expect(problems).toEqual([]);
    expect(lines.slice(2, 6)).toEqual(['3: table old', '3: old 2 4', '4: table new', '4: new 12 24']);
    expect(told).toEqual(['counts.ts version 2 from here on: guard is kept']);
  });

  it('classes with private members: older objects get the newer methods, which reach what the older ones kept', () => {
    const top = (word: string): string => `const Base = class {
  #seen = 1
  #twice = 2
  static #made = 0;
  static make() { Base.#made++; return new this(); }
  static get made() { return Base.#made; }
  get #sum() { return this.#seen + this?.#twice; }
  #bump(by: number) { this.#seen += by; return this.#sum; }
  next() { return '${word} ' + this.#bump(1) + ' ' + (#seen in this) + ' ' + Object.keys(this).length; }
};
class Thing extends Base { #seen = 'own'; next() { return super.next() + ' ' + this.#seen; } }
let thing: Thing | null = null;`;
    const body = "thing ??= Thing.make() as Thing; DbgPrint('%s %d', thing.next(), Base.made);";
    const { lines, told } = switched(driver(top('old'), body), driver(top('new'), body));
    expect(lines.slice(1, 5)).toEqual(['2: old 4 true 0 own 1', '3: old 5 true 0 own 1', '4: new 6 true 0 own 1', '5: new 7 true 0 own 1']);
    expect(told).toEqual(['counts.ts version 2 from here on: thing is kept']);
  });

  it('which of its routines a variable was given is kept, with the newer code', () => {
    const top = (word: string): string => `const a = () => '${word} a';\nconst b = () => '${word} b';\nlet chosen = a;`;
    const body = "DbgPrint('%s', chosen()); chosen = b;";
    expect(switched(driver(top('old'), body), driver(top('new'), body)).lines.slice(1, 4)).toEqual(['2: old a', '3: old b', '4: new b']);
  });

  it('what was made while another routine ran keeps its code, and that is said with its line', () => {
    const source = (word: string): string => `const handlers = new Map<string, () => string>();
const register = (name: string) => {
  handlers.set(name, () => '${word} ' + name);
};
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  register('x');
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_WRITE, 0, (Data: PFLT_CALLBACK_DATA) => {
    DbgPrint('${word} %s', handlers.get('x')?.());
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`;
    const { lines, told } = switched(source('old'), source('new'));
    expect(lines.slice(0, 3)).toEqual(['2: old old x', '3: old old x', '4: old old x']);
    expect(told).toEqual(['counts.ts version 2 from here on: handlers is kept; a function without a name (line 8, registered as PreOperation), a function without a name (line 3, in handlers) keep their old code']);
  });

  it('contexts live on', () => {
    const top = '';
    const body = (word: string): string => `
  const found = ref<PFLT_CONTEXT>();
  if (!NT_SUCCESS(FltGetStreamHandleContext(FltObjects.Instance, FltObjects.FileObject, found))) {
    FltAllocateContext(FltObjects.Filter, FLT_STREAMHANDLE_CONTEXT, 16, NonPagedPool, found);
    (found.value as { count?: number }).count = 0;
    FltSetStreamHandleContext(FltObjects.Instance, FltObjects.FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, found.value, null);
  }
  const context = found.value as { count: number };
  DbgPrint('${word} %d', ++context.count);
  FltReleaseContext(found.value);`;
    const withContexts = (source: string): string => source.replace('{ OperationRegistration:', "{ ContextRegistration: [[FLT_STREAMHANDLE_CONTEXT, 0, Cleanup, 16, 'ctxs'], [FLT_CONTEXT_END]], OperationRegistration:");
    const rest = (word: string): string => `function Cleanup(Context: PFLT_CONTEXT, ContextType: FLT_CONTEXT_TYPE): void { DbgPrint('${word} cleanup'); }`;
    const r = recording();
    r.end(file);
    const { lines, problems } = switched(withContexts(driver(top, body('old'), rest('old'))), withContexts(driver(top, body('new'), rest('new'))), 4, r);
    expect(problems).toEqual([]);
    expect(lines.slice(1)).toEqual(['2: old 1', '3: old 2', '4: new 3', '5: new 4', '6: new 5', '7: new 6', '0: new cleanup']);
  });

  it('says what is new and what is gone', () => {
    const { told } = switched(driver('let a = 1; let b = 0;', 'b++;', 'function unused(): void {}'), driver('let b = 0; let c = 3;', 'b += c;'));
    expect(told).toEqual(['counts.ts version 2 from here on: b is kept; c is as the new source says; unused, a are gone']);
  });

  it('says that the program at the other end of its ports is not exchanged', () => {
    const source: DriverSource = ownDriver('counts', driver('', ''), 1, '320000');
    const told = (service: string): string => {
      const log = runHere({ drivers: [source], operations: recording().operations, request: { processes, plan: { ...emptyPlan, switches: [{ from: 4, driver: 1, version: 2 }] }, versions: [{ driver: 1, version: 2, source: source.source, service }] } });
      return eventsOf(log).flatMap(({ kind, detail }) => (kind === 'load' && typeof detail['text'] === 'string' && detail['text'].includes('version 2') ? [detail['text']] : [])).join();
    };
    expect(told('')).not.toContain('service script');
    expect(told('DbgPrint("x");')).toContain('its service script goes on as it was: that of the new version begins with a run from the start');
  });

  it('is refused where a registered callback has no successor, with the place to go on from', () => {
    const older = driver('', "DbgPrint('old');");
    const { lines, problems } = switched(older, older.replaceAll('PreWrite', 'BeforeWrite'));
    expect(problems.map(({ message }) => message)).toEqual(['counts.ts version 2 cannot go on from here: PreWrite is still registered as PreOperation, and the new version has no routine of that name. Keep the name, or run from the start.']);
    expect(lines).toEqual(['0: entry', '2: old', '3: old']);
  });

  it('is refused like any driver where the new source is none', () => {
    expect(switched(driver('', ''), driver('', 'Nope();')).problems[0]).toMatchObject({ kind: 'load', line: 4 });
  });

  it('runs as without a switch up to there: the same events', () => {
    const older = driver('let counter = 0;', "DbgPrint('old %d', ++counter);");
    const events = (plan: boolean): unknown[] => {
      const r = recording();
      const log = runHere({ drivers: [ownDriver('counts', older, 1, '320000')], operations: r.operations, request: { processes, ...(plan && { plan: { ...emptyPlan, switches: [{ from: 6, driver: 1, version: 2 }] }, versions: [{ driver: 1, version: 2, source: older }] }) } });
      return eventsOf(log).filter(({ issued }) => issued < 5);
    };
    expect(assertExists(events(true).length)).toBeGreaterThan(10);
    expect(events(true)).toEqual(events(false));
  });
});
