import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { breakpointSpec } from '../../../../src-preload/contract/index.ts';
import { callbackLines, linesOfBreakpoint } from '../../../../src-renderer/editor/callbackLines.ts';

const source = readFileSync(path.resolve(import.meta.dirname, '../../../../resources/drivers/statusWatch.ts'), 'utf8');
const lineOf = (name: string): number => source.split('\n').findIndex((line) => line.startsWith(`function ${name}(`)) + 1;
const at = (callbacks: readonly ('pre' | 'post' | 'status')[], major: string | null): readonly number[] => linesOfBreakpoint(breakpointSpec({ at: { kind: 'callback', callbacks } }), callbackLines(source), major);

it('finds where the callbacks of a real driver begin, by kind and operation', () => {
  expect(at(['pre'], 'IRP_MJ_READ')).toEqual([lineOf('PreRead')]);
  expect(at(['post'], 'IRP_MJ_FILE_SYSTEM_CONTROL')).toEqual([lineOf('PostOplock')]);
  expect(at(['post'], 'IRP_MJ_DIRECTORY_CONTROL')).toEqual([]);
  expect(at(['status'], null)).toEqual(['ReadStatus', 'OplockStatus', 'NotifyStatus'].map(lineOf));
});
