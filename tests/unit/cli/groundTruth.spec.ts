/** `fltreplay run` of a trace with minifilter events: they are stored, and compared with the run's callbacks out of the session. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { filterStackTrace } from '../../support/trace/etl/filterStack.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();

function driver(name: string, altitude: string, recordedAs: readonly string[] = []): string {
  const file = path.join(folder, `${name}.ts`);
  writeFileSync(file, `const Pre: PFLT_PRE_OPERATION_CALLBACK = () => FLT_PREOP_SUCCESS_WITH_CALLBACK;
const Post: PFLT_POST_OPERATION_CALLBACK = () => FLT_POSTOP_FINISHED_PROCESSING;
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, Pre, Post], [IRP_MJ_READ, 0, Pre, Post]] }, filter);
  return FltStartFiltering(filter.value);
}
`);
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify({ service: name, altitude, recordedAs }));
  return file;
}

describe('recorded callbacks', { timeout: 120_000 }, () => {
  it('are compared with the run, by the names of the drivers and by what a manifest says', async () => {
    const file = path.join(folder, 'stack.etl');
    writeFileSync(file, filterStackTrace({ A: 'alpha.sys', B: 'vendor.sys', C: 'WdFilter.sys' }, [
      { what: 'create', callbacks: 'A> C> B> <B <C <A' }, { what: 'read', callbacks: 'A> C> B> <B=c0000022 <C <A' }, { what: 'cleanup', callbacks: 'C> <C' },
    ]));
    const args = ['run', file, '--driver', driver('alpha', '380000'), '--driver', driver('mine', '180000', ['Vendor.sys'])];
    const json = await fltreplay(folder, ...args, '--json');
    expect(jsonLines(json).find(({ type }) => type === 'callbacks')).toEqual({
      type: 'callbacks', compared: 3, same: 2, different: 1, kinds: [{ kind: 'other-status', count: 1, first: 2 }],
      differences: [{ operation: 2, kind: 'other-status', phase: 'post', driver: 'mine', recorded: 0xc0000022, replayed: 0 }],
      filters: [{ name: 'WdFilter.sys', callbacks: 12, driver: null }, { name: 'alpha.sys', callbacks: 8, driver: 'alpha' }, { name: 'vendor.sys', callbacks: 8, driver: 'mine' }], withoutRecording: [],
    });
    const text = await fltreplay(folder, ...args);
    expect(text.stdout).toContain('callbacks    2 of 3 operations with recorded callbacks ran the same ones, in their order and with their status');
    expect(text.stdout).toContain('#2 postoperation callback of mine: recorded STATUS_ACCESS_DENIED, replayed STATUS_SUCCESS');
    expect(text.stdout).toContain('recorded WdFilter.sys, 12 events: not in the stack, not compared');
  });
});
