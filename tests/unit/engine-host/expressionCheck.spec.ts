import { describe, expect, it } from 'vitest';
import { breakpointCodeProblem, checkExpression } from '../../../src-main/engine-host/expressionCheck.ts';

const problemOf = (text: string, open = false): string | null => {
  const checked = checkExpression(text, open);
  return checked.kind === 'ok' ? null : `${checked.problem.column ?? '-'} ${checked.problem.message}`;
};

describe('an expression of a breakpoint', () => {
  it.each([
    'Data.Iopb.Parameters.Read.Length > 4096', '(Data as any).foo!.bar', 'NT_SUCCESS(Data.IoStatus.Status) && FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_IRP_OPERATION) !== 0', 'FltObjects.FileObject.FileName.Buffer.endsWith(".txt")',
    '[IRP_MJ_READ, IRP_MJ_WRITE].some((major) => major === Data.Iopb.MajorFunction)', '/\\.docx?$/i.test(Operation.path)', 'Math.max(1, Change.to) > 3', '`${Data.Flags}` === "1"', 'new Map([[1, 2]]).get(1)', 'Object.keys(FltObjects).includes("Volume")', '({ a: 1 }).a', 'view(FILE_BASIC_INFORMATION, Data.Iopb.Parameters.SetFileInformation.InfoBuffer).FileAttributes === FILE_ATTRIBUTE_HIDDEN',
  ])('%s', (text) => expect(problemOf(text)).toBeNull());

  it.each<[string, RegExp]>([
    ['Data.Flags = 1', /^1 .*cannot assign/], ['1 + (Data.Flags++)', /^6 .*cannot assign/], ['delete Data.Flags', /cannot delete/], ['Data.Flags > 1; 2', /^15 .*cannot be understood/], ['Data[', /cannot be understood/], ['', /cannot be understood/],
    ['FltSetCallbackDataDirty(Data)', /^1 FltSetCallbackDataDirty would take part in the run/], ['[1].map(FltSetCallbackDataDirty)', /needs a function that is written here/], ['length > 1', /^1 length is not known here/], ['Data.list.push(1)', /^11 push cannot be called/],
    ['Object.assign(Data, {})', /assign cannot be called/], ['Math.random() > 0.5', /random cannot be called/], ['(() => 1)()', /named methods/], ['Data["set"](1)', /named methods/], ['new Promise(1)', /makes nothing new/], ['function () { return 1; }', /one plain expression/], ['Data`x`', /one plain expression/],
  ])('%s is refused', (text, says) => expect(problemOf(text)).toMatch(says));

  it('sees variables of the driver at a line, and calls none of its functions', () => {
    expect([problemOf('length > gLimit && gNames.has(path)', true), problemOf('isInteresting(Data)', true), problemOf('gPattern.test(path)', true)]).toEqual([null, expect.stringContaining('isInteresting cannot be called'), expect.stringContaining('test cannot be called')]);
  });

  it('of a log message is found within the message', () => {
    expect(breakpointCodeProblem('', 'flags {Data.Flags}, {Data.x = 1}', false)).toMatchObject({ column: 22 });
    expect(breakpointCodeProblem('Data.Flags > 1', '{{no expression}} {Data.Flags}', false)).toBeNull();
  });
});
