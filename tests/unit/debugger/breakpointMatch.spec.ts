import { describe, expect, it } from 'vitest';
import { CompiledBreakpoint, decidingEvents, eventHits, type BreakpointMoment, type EventSources } from '../../../src-main/debugger/breakpointMatch.ts';
import { breakpointSpec, type BreakpointAt, type BreakpointWhere } from '../../../src-main/debugger/breakpointSpec.ts';
import { compileHitCondition, hitConditionProblem } from '../../../src-main/debugger/hitCondition.ts';
import { parseLogMessage } from '../../../src-main/debugger/logMessage.ts';
import type { OperationFacts } from '../../../src-main/debugger/operationFacts.ts';
import { readBreakpoint } from '../../../src-main/debugger/readBreakpoint.ts';
import { EventPageBuilder, eventKindCode, noResult } from '../../../src-main/replay/eventPage.ts';

const pre: BreakpointAt = { kind: 'callback', callbacks: ['pre'] };
const facts: OperationFacts = { major: 3, minor: 0, kind: 'irp', path: 'C:\\docs\\Report.docx', process: 'notes.exe', pid: 100, tid: 7, controlCode: null, fileClass: null, volumeClass: null, recordedStatus: 0xc0000022 };
const moment: BreakpointMoment = { driverId: 1, tid: 9, irql: 0, status: 0xc0000022, operation: facts };
const meets = (where: Partial<BreakpointWhere>, change: Partial<BreakpointMoment> = {}): boolean => new CompiledBreakpoint({ id: 1, spec: breakpointSpec({ at: pre, where }) }).meets({ ...moment, ...change });

describe('which operations a breakpoint is for', () => {
  it.each<[string, Partial<BreakpointWhere>, boolean]>([
    ['any', {}, true],
    ['its major function', { major: 3 }, true],
    ['another major function', { major: 4 }, false],
    ['another minor function', { minor: 1 }, false],
    ['a path, whatever its case', { path: 'c:\\DOCS\\*.docx' }, true],
    ['a path with a question mark', { path: '*\\repor?.docx' }, true],
    ['another path', { path: '*.txt' }, false],
    ['a dot that stands for itself', { path: '*Report?docx' }, true],
    ['a dot that stands for nothing else', { path: '*ReportXdocx' }, false],
    ['a process by name', { process: 'NOTES.*' }, true],
    ['a process by id', { process: '100' }, true],
    ['another process', { process: '101' }, false],
    ['the thread that issued it', { tid: 7 }, true],
    ['the thread it happens in', { tid: 9 }, true],
    ['another thread', { tid: 8 }, false],
    ['a status by name', { status: 'STATUS_ACCESS_DENIED' }, true],
    ['a status by its short name', { status: 'access_denied' }, true],
    ['a status by number', { status: '0xC0000022' }, true],
    ['the class of errors', { status: 'error' }, true],
    ['the class of successes', { status: 'success' }, false],
    ['the class of warnings', { status: 'warning' }, false],
    ['its IRQL', { irql: 'PASSIVE' }, true],
    ['another IRQL', { irql: 'DISPATCH' }, false],
    ['its kind', { operationKind: 'irp' }, true],
    ['another kind', { operationKind: 'fastio' }, false],
    ['one that all hold for', { major: 3, path: '*.docx', process: 'notes.exe', status: 'error', irql: 'PASSIVE' }, true],
    ['one that does not hold for one of them', { major: 3, path: '*.docx', process: 'word.exe' }, false],
  ])('%s', (_name, where, expected) => expect(meets(where)).toBe(expected));

  it('control codes and information classes by name and number', () => {
    const control = { operation: { ...facts, major: 13, controlCode: 0x90240 } };
    expect([meets({ fsctl: 'FSCTL_REQUEST_OPLOCK' }, control), meets({ fsctl: '0x00090240' }, control), meets({ fsctl: 'FSCTL_SET_SPARSE' }, control), meets({ fsctl: 'FSCTL_REQUEST_OPLOCK' })]).toEqual([true, true, false, false]);
    const information = { operation: { ...facts, major: 6, fileClass: 10 } };
    expect([meets({ informationClass: 'FileRenameInformation' }, information), meets({ informationClass: '10' }, information), meets({ informationClass: 'FileFsSizeInformation' }, information)]).toEqual([true, true, false]);
    const volume = { operation: { ...facts, major: 10, volumeClass: 3 } };
    expect([meets({ informationClass: 'FileFsSizeInformation' }, volume), meets({ informationClass: 'FileBothDirectoryInformation' }, volume)]).toEqual([true, false]);
  });

  it('nothing that is asked of an operation holds where there is none', () => {
    expect([meets({ path: '*' }, { operation: null }), meets({ irql: 'PASSIVE' }, { operation: null }), meets({ status: 'error' }, { status: null })]).toEqual([false, true, false]);
  });

  it('a driver, any driver, nobody', () => {
    const own = new CompiledBreakpoint({ id: 1, spec: breakpointSpec({ at: pre, driverId: 2 }) });
    expect([own.meets(moment), own.meets({ ...moment, driverId: 2 }), own.meets({ ...moment, driverId: null })]).toEqual([false, true, false]);
  });

  it('violations of a severity or worse, by id, but for those left out', () => {
    const violation = (id: string, severity: 'B' | 'V' | 'W' | 'I' | '', except: readonly string[] = []): CompiledBreakpoint => new CompiledBreakpoint({ id: 1, spec: breakpointSpec({ at: { kind: 'violation', id, severity, except } }) });
    expect(['B', 'V', 'W', 'I'].map((one) => violation('', 'V').violation('FV-084', one, null))).toEqual([true, true, false, false]);
    expect(violation('', '').violation('D-16', 'I', null)).toBe(true);
    expect([violation('FV-084, FV-01?', '').violation('FV-012', 'V', null), violation('FV-084, FV-01?', '').violation('FV-112', 'V', null)]).toEqual([true, false]);
    expect(violation('', 'V', ['FV-084']).violation('FV-084', 'V', 'encrypt')).toBe(false);
    const ofOne = violation('', 'V', ['FV-08? of encrypt']);
    expect([ofOne.violation('FV-084', 'V', 'encrypt'), ofOne.violation('FV-084', 'V', 'deleteGuard'), ofOne.violation('FV-084', 'V', null), ofOne.violation('FV-090', 'V', 'encrypt')]).toEqual([false, true, true, true]);
  });
});

describe('recorded events', () => {
  const builder = new EventPageBuilder();
  const text = (value: string): number => builder.text(value);
  const row = (kind: number, layer: number, status: number, name = '', detail = '', operation = 5): number =>
    builder.add(operation, 5, 1, kind, 0, layer, 7, 0, status, 0, noResult, 0, text(name), 0, text(detail));
  const rows = {
    issue: row(eventKindCode.issue, 0, 1), again: row(eventKindCode.issue, 0, 0), pre: row(eventKindCode.pre, 1, 0), post: row(eventKindCode.post, 2, 0xc0000022), status: row(eventKindCode.status, 1, 0x103),
    change: row(eventKindCode.change, 1, 0, 'Parameters.Read.Length'), api: row(eventKindCode.api, 2, 0, 'FltGetFileNameInformation'), freed: row(eventKindCode.api, 2, 0),
    violation: row(eventKindCode.violation, 1, 0, 'FV-084', '{"severity":"V"}'), hint: row(eventKindCode.hint, 1, 0, 'D-16', '{"severity":"I"}'), complete: row(eventKindCode.complete, 0, 0), own: row(eventKindCode.pre, 2, 0, '', '', 0x80000001),
  };
  const page = builder.peek();
  const known = { ...facts, recordedStatus: 0 };
  const sources: EventSources = {
    driverId: (layer) => (layer === 0 ? null : layer * 10), driverName: (layer) => (layer === 0 ? null : `layer${layer}`), operation: (index) => (index === 5 ? known : null),
    mayConcern: ({ tests }, from, to) => from <= 5 && to >= 5 && tests.every(({ holds }) => holds(known)),
  };
  const hitBy = (at: BreakpointAt, where: Partial<BreakpointWhere> = {}, driverId: number | null = null): string[] => {
    const breakpoint = new CompiledBreakpoint({ id: 1, spec: breakpointSpec({ at, where, driverId }) });
    return Object.entries(rows).filter(([, at]) => eventHits(breakpoint, page, at, sources)).map(([name]) => name);
  };

  it.each<[BreakpointAt, Partial<BreakpointWhere>, number | null, readonly string[]]>([
    [pre, {}, null, ['pre', 'own']],
    [pre, {}, 10, ['pre']],
    [pre, { path: '*.docx' }, null, ['pre']],
    [{ kind: 'callback', callbacks: ['post', 'status'] }, {}, null, ['post', 'status']],
    [{ kind: 'callback', callbacks: ['post', 'status'] }, { status: 'error' }, null, ['post']],
    [{ kind: 'callback', callbacks: ['pre'] }, { status: 'STATUS_SUCCESS' }, null, ['pre']],
    [{ kind: 'change', field: 'Parameters.*.Length' }, {}, null, ['change']],
    [{ kind: 'change', field: 'IrpFlags' }, {}, null, []],
    [{ kind: 'api', routine: '*' }, {}, null, ['api']],
    [{ kind: 'api', routine: 'FltGet*' }, {}, 10, []],
    [{ kind: 'violation', id: '', severity: 'V', except: [] }, {}, null, ['violation']],
    [{ kind: 'violation', id: '', severity: '', except: [] }, {}, null, ['violation', 'hint']],
    [{ kind: 'violation', id: '', severity: '', except: ['D-16 of layer2', 'FV-084 of layer1'] }, {}, null, ['hint']],
    [{ kind: 'operation', step: 'issue' }, {}, null, ['issue']],
    [{ kind: 'operation', step: 'complete' }, { status: 'success' }, null, ['complete']],
    [{ kind: 'difference' }, {}, null, []],
  ])('%j %j %s', (at, where, driverId, expected) => expect(hitBy(at, where, driverId)).toEqual(expected));

  it('decide what needs no code, no counting and no clock', () => {
    const decided = (fields: Parameters<typeof breakpointSpec>[0]): boolean => decidingEvents(breakpointSpec(fields)) !== null;
    expect([decided({ at: pre }), decided({ at: { kind: 'callback', callbacks: [] } }), decided({ at: { kind: 'callback', callbacks: ['work'] } }), decided({ at: pre, condition: 'true' }), decided({ at: pre, hitCondition: '2' }), decided({ at: pre, dependsOn: 3 })])
      .toEqual([true, false, false, false, false, false]);
    expect([decided({ at: { kind: 'line', line: 3 }, driverId: 1 }), decided({ at: { kind: 'pending', what: 'never', ticks: null } })]).toEqual([false, false]);
    // Calls of kernel routines are in no log.
    expect(['Flt*, FltReadFile', '*', 'Ex*', 'FltReadFile, KeSetEvent'].map((routine) => decided({ at: { kind: 'api', routine } }))).toEqual([true, true, false, false]);
  });
});

describe('what is written in a breakpoint', () => {
  it.each<[string, readonly number[]]>([
    ['3', [3]], ['=3', [3]], ['>=4', [4, 5, 6]], ['> 4', [5, 6]], ['<3', [1, 2]], ['<=2', [1, 2]], ['%3', [3, 6]], ['nonsense', []],
  ])('hit condition %s', (text, expected) => expect([1, 2, 3, 4, 5, 6].filter((hits) => compileHitCondition(text)?.(hits))).toEqual(expected));

  it('says which hit condition cannot be understood', () => {
    expect(['', '5', '>=5', '%10'].map(hitConditionProblem)).toEqual([null, null, null, null]);
    expect([hitConditionProblem('often'), hitConditionProblem('%0')].every((problem) => problem?.includes('hit condition'))).toBe(true);
  });

  it('takes log messages apart', () => {
    expect(parseLogMessage('{Data.Iopb.Parameters.Read.Length} bytes of {{x}} {`${"}"}`}')).toEqual([
      { kind: 'expression', text: 'Data.Iopb.Parameters.Read.Length', at: 1 }, { kind: 'text', text: ' bytes of {x} ' }, { kind: 'expression', text: '`${"}"}`', at: 51 },
    ]);
    expect([parseLogMessage('{open'), parseLogMessage('close}')]).toEqual([null, null]);
  });

  it.each<[unknown, RegExp]>([
    [null, /has to be an object/], [{ at: { kind: 'moon' } }, /no kind of breakpoint/], [{ at: pre, colour: 1 }, /no member "colour"/], [{ at: { kind: 'callback', callbacks: ['mid'] } }, /no callback/],
    [{ at: { kind: 'line', line: 3 } }, /needs a driver/], [{ at: pre, where: { major: 'IRP_MJ_MOON' } }, /no major function/], [{ at: pre, where: { status: 'bad' } }, /no status/], [{ at: pre, where: { fsctl: 'FSCTL_MOON' } }, /no control code/],
    [{ at: pre, hitCondition: 'x' }, /no hit condition/], [{ at: pre, logMessage: '{' }, /brace/], [{ at: { kind: 'pending', what: 'longerThan' } }, /how long/], [{ at: { kind: 'api' } }, /which routine/],
  ])('%j is refused', (value, sentence) => {
    const read = readBreakpoint(value);
    expect(read.kind === 'problem' && sentence.test(read.message)).toBe(true);
  });

  it('reads names of functions and ticks as text, and leaves open what is not said', () => {
    expect(readBreakpoint({ at: { kind: 'pending', what: 'longerThan', ticks: '10000000' }, where: { major: 'READ' } })).toEqual({ kind: 'ok', spec: breakpointSpec({ at: { kind: 'pending', what: 'longerThan', ticks: 10_000_000n }, where: { major: 3 } }) });
  });
});
