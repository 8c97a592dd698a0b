import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { breakpointSpec } from '../../../../src-preload/contract/index.ts';
import { callbackLines, callbacksIn, linesOfBreakpoint } from '../../../../src-renderer/editor/callbackLines.ts';

const source = readFileSync(path.resolve(import.meta.dirname, '../../../../resources/drivers/statusWatch.ts'), 'utf8');
const lineOf = (name: string): number => source.split('\n').findIndex((line) => line.startsWith(`function ${name}(`)) + 1;
const at = (callbacks: readonly ('pre' | 'post' | 'status')[], major: string | null): readonly number[] => linesOfBreakpoint(breakpointSpec({ at: { kind: 'callback', callbacks } }), callbackLines([{ slot: 0, text: source }]), major);

it('finds a callback in another file than the one that registers it', () => {
  const files = [{ slot: 0, text: 'const ops = [\n[IRP_MJ_READ, 0, PreRead, null]];\n' }, { slot: 3, text: '// Reads.\n\nexport function PreRead() {\n}\n' }];
  expect(callbackLines(files)).toEqual([{ callback: 'pre', major: 'IRP_MJ_READ', line: 300_003 }]);
  expect([callbacksIn(0, callbackLines(files)), callbacksIn(3, callbackLines(files))]).toEqual([[], [{ callback: 'pre', major: 'IRP_MJ_READ', line: 3 }]]);
});

it('finds where the callbacks of a real driver begin, by kind and operation', () => {
  expect(at(['pre'], 'IRP_MJ_READ')).toEqual([lineOf('PreRead')]);
  expect(at(['post'], 'IRP_MJ_FILE_SYSTEM_CONTROL')).toEqual([lineOf('PostOplock')]);
  expect(at(['post'], 'IRP_MJ_DIRECTORY_CONTROL')).toEqual([]);
  expect(at(['status'], null)).toEqual(['ReadStatus', 'OplockStatus', 'NotifyStatus'].map(lineOf));
});
