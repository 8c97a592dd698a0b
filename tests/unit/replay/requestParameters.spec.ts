import { describe, expect, it } from 'vitest';
import { requestParameters } from '../../../src-main/replay/requestParameters.ts';
import type { BufferMaker } from '../../../src-main/replay/requestParameters.ts';
import type { NumberedOperation, OperationIndex } from '../../../src-main/trace/record.ts';
import { record } from '../../support/operations.ts';

const make: BufferMaker = { buffer: (kind, length) => `${kind} ${length}`, mdl: () => 'mdl' };
const parameters = (fields: Parameters<typeof record>[1]) => requestParameters({ ...record(0, fields), index: 1 as OperationIndex } as NumberedOperation, make);

describe('parameters of a recorded request', () => {
  it('tells the lazy writer moving valid data from a user setting the end of file', () => {
    const common = { FileInformationClass: 20, EndOfFile: 4096 };
    expect(parameters({ major: 6, length: 8, detail: { ...common, AdvanceOnly: true } }).values).toMatchObject({ FileInformationClass: 20, AdvanceOnly: 1 });
    expect(parameters({ major: 6, length: 8, detail: common }).values['AdvanceOnly']).toBe(0);
  });
});
