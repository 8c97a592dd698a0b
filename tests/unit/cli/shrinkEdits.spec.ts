/** `fltreplay shrink` of a run with edits: they go on naming their operations, those that do not matter go, and the saved folder shows the same. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { STATUS_ACCESS_DENIED } from '../../../src-main/nt/values.generated.ts';
import { writeJsonLines } from '../../../src-main/trace/formats/fltreplay-jsonl/writer.ts';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { create, read, testProcesses } from '../../support/engine-host/runs.ts';
import { tempFolder } from '../../support/tempFolder.ts';

/** Remembers whether a read began with the letter B. */
const state = `
export let marked = false;
export let armed = false;
export function mark(): void { marked = true; }
export function arm(): void { armed = true; }
`;
/** The newer version denies reads once that has been so, and a read of 1234 bytes has passed. */
const routines = (denies: boolean): string => `
let filter: PFLT_FILTER;
function PreRead(Data: PFLT_CALLBACK_DATA): FLT_PREOP_CALLBACK_STATUS {
  if (Data.Iopb.Parameters.Read.Length === 1234) arm();
  else if (${denies ? 'marked && armed' : 'false'}) { Data.IoStatus.Status = STATUS_ACCESS_DENIED; return FLT_PREOP_COMPLETE; }
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}
function PostRead(Data: PFLT_CALLBACK_DATA): FLT_POSTOP_CALLBACK_STATUS {
  const buffer = Data.Iopb.Parameters.Read.ReadBuffer;
  if (buffer !== null && buffer.u8(0) === 0x42) mark();
  return FLT_POSTOP_FINISHED_PROCESSING;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT): NTSTATUS {
  const made = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, PostRead]], FilterUnloadCallback: () => { FltUnregisterFilter(filter); return STATUS_SUCCESS; } }, made);
  filter = made.value;
  return FltStartFiltering(filter);
}
`;

/** As one file. */
const source = (denies: boolean): string => `${state.replaceAll('export ', '')}${routines(denies)}`;

const other = { path: 'C:\\docs\\other.txt' };
const far = { path: 'C:\\docs\\far.txt' };
// The contents of a.txt begin with B, those of the others do not.
const trace = [create(1), create(2, other), read(3), read(4, other), read(5, other), create(6, far), read(7, far), read(8, far), read(9, other)];

describe('fltreplay shrink', { timeout: 300_000 }, () => {
  it.each([['one file', false], ['several files', true]])('reduces a run with edits, a driver of %s that is switched and supplied contents, and saves all of it', async (_what, hasFiles) => {
    const folder = tempFolder();
    const at = (...names: readonly string[]): string => path.join(folder, ...names);
    const driver = (denies: boolean): string => (hasFiles ? `import { arm, armed, mark, marked } from './gate/state.ts';\n${routines(denies)}` : source(denies));
    writeFileSync(at('trace.jsonl'), [...writeJsonLines({ system: {}, processes: testProcesses, modules: [], operations: trace.map(({ index: _index, ...op }) => ({ ...op, stack: null })), contextEvents: [] }), ''].join('\n'));
    writeFileSync(at('gate.ts'), driver(false));
    mkdirSync(at('edits/contents/C/docs'), { recursive: true });
    for (const beside of hasFiles ? ['gate', 'edits/gate'] : []) {
      mkdirSync(at(beside));
      writeFileSync(at(beside, 'state.ts'), state);
    }
    for (const [name, text] of [['a', 'Bees'], ['other', 'ants'], ['unused', 'none']] as const) writeFileSync(at('edits/contents/C/docs', `${name}.txt`), text);
    writeFileSync(at('edits/newer.ts'), driver(true));
    writeFileSync(at('edits/plan.json'), JSON.stringify({
      overlays: [{ kind: 'skip', operation: 5 }, { kind: 'insert', after: 7, like: 4, values: { length: 1234 } }, { kind: 'ioStatus', operation: 8, status: 0xc000007f, information: 0 }],
      switches: [{ from: 6, driver: 'gate', source: 'newer.ts' }], contents: 'contents',
    }));
    const first = await fltreplay(folder, 'run', 'trace.jsonl', '--driver', 'gate.ts@265000', '--driver', 'passThrough', '--plan', 'edits/plan.json', '--session', 's.fltreplay', '--json');
    const denied = jsonLines(first).filter(({ type, replayed }) => type === 'divergence' && replayed === STATUS_ACCESS_DENIED);
    expect(denied.map(({ index }) => index)).toEqual([8, 9]);

    const result = await fltreplay(folder, 'shrink', 's.fltreplay', '--operation', '9', '--into', 'finding', '--json');
    expect(result.stderr).toBe('');
    // What marks (1, 3), what the copy is a copy of (2, 4), what it is issued behind (6, 7), and #9 itself; the inserted read and the switch.
    expect(jsonLines(result)).toMatchObject([{ type: 'summary', state: 'done', drivers: { now: ['gate'] }, edits: { before: 4, now: 2 } }]);
    const operations = readFileSync(at('finding/trace.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => 'operation' in line);
    expect(operations.map(({ path: file, major }) => `${String(file).slice(8)} ${String(major).slice(7)}`)).toEqual(['a.txt CREATE', 'other.txt CREATE', 'a.txt READ', 'other.txt READ', 'far.txt CREATE', 'far.txt READ', 'other.txt READ']);
    const plan = JSON.parse(readFileSync(at('finding/plan.json'), 'utf8')) as Record<string, unknown>;
    expect(plan).toMatchObject({ overlays: [{ kind: 'insert', after: 6, like: 4, values: { length: 1234 } }], switches: [{ driver: 'gate' }], contents: 'contents' });
    expect(existsSync(at('finding/contents/C/docs/a.txt'))).toBe(true);
    expect(existsSync(at('finding/contents/C/docs/unused.txt'))).toBe(false);

    expect(existsSync(at('finding', hasFiles ? 'gate/gate/state.ts' : 'gate.ts'))).toBe(true);
    const command = /^fltreplay (.+)$/m.exec(readFileSync(at('finding/README.md'), 'utf8'))?.[1] ?? '';
    const again = await fltreplay(at('finding'), ...command.split(' '), '--json');
    expect(again.stderr).toBe('');
    expect(jsonLines(again).filter(({ type }) => type === 'divergence')).toMatchObject([{ index: 7, replayed: STATUS_ACCESS_DENIED }]);
    expect(JSON.parse(readFileSync(at('finding/expected.json'), 'utf8'))).toMatchObject({ divergence: { operation: 7, replayed: 'STATUS_ACCESS_DENIED' } });
  });
});
