/** Drivers of several files in a real child: every line that comes out is the driver line of its file. */
import { describe, expect, it } from 'vitest';
import { driverLine } from '../../../src-main/base/driverLines.ts';
import { create, eventsOf, read, runToEnd } from '../../support/engine-host/runs.ts';
import { callbacksFile, guard, textFile } from '../../support/engine-host/severalFiles.ts';

const operations = [create(1), read(2, { length: 100 }), read(3, { length: 200 })];
const [callbacks, text] = [1, 2];

describe('a driver of several files', { timeout: 60_000 }, () => {
  it('runs with its files in the order of its imports, and tells lines of the file where they are', async () => {
    const log = await runToEnd({ drivers: [guard()], operations });
    expect(log.problems).toEqual([]);
    const printed = eventsOf(log).filter(({ kind }) => kind === 'log');
    expect(printed.map(({ line, detail }) => [line, detail['text']])).toEqual([[driverLine(callbacks, 7), '1: length 100'], [driverLine(callbacks, 7), '2: length 200']]);
  });

  it('tells violations and exceptions with the file they are in', async () => {
    const completes = guard({ callbacks: callbacksFile.replace('return FLT_PREOP_SUCCESS_NO_CALLBACK', 'return FLT_PREOP_COMPLETE') });
    const violations = eventsOf(await runToEnd({ drivers: [completes], operations })).filter(({ kind }) => kind === 'violation');
    // Found when the callback has returned: the line is worked out from the source.
    expect(violations.map(({ name, line }) => [name, line])).toContainEqual(['FV-012', driverLine(callbacks, 8)]);
    const throws = guard({ text: textFile.replace('const text = prefix + length;', 'if (length > 100) throw new Error("too long"); const text = "";') });
    const { problems } = await runToEnd({ drivers: [throws], operations });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ kind: 'exception', driver: 'guard', line: driverLine(text, 4), column: 27, message: expect.stringMatching(/^util\/text\.ts:4:27: Error: too long/) });
    expect(problems[0]?.stack.map(({ name, line }) => [name, line])).toEqual([['describe', driverLine(text, 4)], ['PreRead', driverLine(callbacks, 6)]]);
  });
});
