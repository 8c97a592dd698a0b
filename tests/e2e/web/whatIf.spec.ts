/** A what-if: a driver denies an open; what followed from it is told in the list, the inspector and the Changes pane, and the fidelity report says how far the run is the recording. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { filterStackTrace } from '../../support/trace/etl/filterStack.ts';
import { expect, test } from './app.ts';

interface Line { readonly index?: number; readonly operation: string; readonly path: string | null; readonly status: number | null }
const lines = readFileSync(path.resolve(import.meta.dirname, '../../../resources/samples/first-light.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line).filter((line) => line.index !== undefined);
const fileName = 'letter.txt';
/** The first open of the file, and the operations on that handle: everything up to its close. */
const denied = lines.findIndex((line) => line.operation === 'CreateFile' && line.path?.endsWith(fileName) === true && line.status === 0) + 1;
const close = lines.findIndex((line, at) => at >= denied && line.operation === 'IRP_MJ_CLOSE' && line.path?.endsWith(fileName) === true) + 1;

const denying = `let gFilter: PFLT_FILTER;
function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (!String(Data.Iopb.TargetFileObject.FileName).endsWith("${fileName}")) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, null]] }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
`;

test.beforeEach(async ({ workbench }) => {
  await workbench.removeBreakpoints();
});

test('a run through drivers that only look is as recorded', async ({ workbench }) => {
  await workbench.runToEnd();
  await workbench.get('tab-changes').click();
  await expect(workbench.get('changes-none')).toBeVisible();
  await workbench.showPane('fidelity');
  await expect(workbench.get('fidelity-total')).toContainText('100 % as recorded');
  await workbench.screenshot('41-fidelity');
});

test('what a denied open brought with it is listed by its cause, and each row leads there', async ({ workbench, page }) => {
  await workbench.openDriver('statusWatch');
  await workbench.writeSource(denying);
  await workbench.runToEnd();
  await workbench.goTo(denied);
  await expect(workbench.row(denied).getByTestId('replayed')).toHaveText('ACCESS_DENIED');
  await expect(workbench.row(denied).getByTestId('effect-mark')).toHaveText('changed');
  await expect(workbench.row(denied + 1).getByTestId('replayed')).toHaveText(`not issued · #${denied}`);
  await workbench.goTo(close);
  await expect(workbench.row(close).getByTestId('replayed')).toHaveText(`not issued · #${denied}`);
  await expect(workbench.get('operation-fields').first()).toContainText('not issued');
  await workbench.screenshot('42-not-issued');
  await workbench.get('field-operation').click();
  await expect(workbench.get('operation-view')).toContainText(`#${denied}`);
  await expect(workbench.get('operation-fields').first()).toContainText('a filter');

  await workbench.get('tab-changes').click();
  await expect(workbench.get('changes-affected')).toContainText(/\d+/);
  await expect(workbench.get('change').first()).toHaveAttribute('data-effect', 'changed');
  await workbench.screenshot('43-changes');
  await page.locator(`[data-testid="cause"][data-cause="${denied}"]`).click();
  await expect(workbench.get('cause-strip')).toContainText('statusWatch completed it before the file system with ACCESS_DENIED instead of SUCCESS');
  await page.locator(`[data-testid="change"][data-index="${close}"]`).click();
  await expect(workbench.get('operation-view')).toContainText(`#${close}`);
  await page.locator(`[data-testid="change"][data-index="${close}"]`).getByTestId('replayed-cause').click();
  await expect(workbench.get('operation-view')).toContainText(`#${denied}`);
  await workbench.screenshot('44-changes-of-a-cause');

  await workbench.showPane('fidelity');
  await expect(page.locator('[data-testid="fidelity-reason"][data-reason="filter"]')).toContainText(`#${denied}`);
  await expect(page.locator('[data-testid="fidelity-row"][data-operation="CreateFile"]')).not.toContainText('100 %');
  await workbench.screenshot('45-fidelity-of-a-change');
});

test('with model answers the file system says so, and the fidelity table names every kind of operation', async ({ workbench, page }) => {
  await workbench.get('file-system').click();
  await workbench.get('setting-answers').selectOption('model');
  await workbench.get('run-settings-run').click();
  await workbench.ended();
  await workbench.showPane('fidelity');
  await expect(workbench.get('fidelity-total')).toContainText('as recorded');
  await expect(page.locator('[data-testid="fidelity-answers"][data-answer="model"]')).toContainText(/^[1-9]/);
  for (const kind of ['CreateFile', 'ReadFile', 'WriteFile', 'QueryDirectory']) await expect(page.locator(`[data-testid="fidelity-row"][data-operation="${kind}"]`)).toHaveText(/[1-9].*%$/);
  await workbench.screenshot('46-model');
});

test('callbacks that a trace recorded are compared with those of the driver that stands for the filter', async ({ workbench, page }) => {
  const buffer = Buffer.from(filterStackTrace({ A: 'statusWatch.sys', C: 'WdFilter.sys' }, [{ what: 'create', callbacks: 'A> C> <C <A' }, { what: 'read', callbacks: 'C> <C' }, { what: 'cleanup', callbacks: 'C> <C' }]));
  await workbench.importFiles([{ name: 'stack.etl', mimeType: 'application/octet-stream', buffer }]);
  await expect(workbench.get('operations-count')).toContainText('3 operations');
  await workbench.openDriver('statusWatch');
  // Its callbacks for reads are in no recording, and the recorded ones for the create are not in it.
  await workbench.runToEnd();
  await workbench.showPane('fidelity');
  await expect(workbench.get('ground-truth')).toContainText('compared with statusWatch');
  await expect(workbench.get('ground-truth')).toContainText('WdFilter.sys: not in the stack, not compared');
  await expect(page.locator('[data-testid="ground-truth-kind"][data-kind="missing-callback"]')).toContainText('#1');
  await workbench.screenshot('47-ground-truth');
});
