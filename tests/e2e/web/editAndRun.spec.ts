/** Point 6: edit, run again, and what goes wrong in a driver is told at its place while the window stays alive. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './app.ts';

const statusWatch = readFileSync(path.resolve(import.meta.dirname, '../../../resources/drivers/statusWatch.ts'), 'utf8');

const driver = (pre: string): string => `let gFilter: PFLT_FILTER;
function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
${pre}
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, Pre, null]] }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
`;

test.beforeEach(async ({ workbench }) => {
  await workbench.removeBreakpoints();
});

test('the replayed column and the log follow the edited callback', async ({ workbench }) => {
  await workbench.runToEnd();
  await expect(workbench.row(1).getByTestId('replayed')).toHaveText('SUCCESS');
  await workbench.openDriver('statusWatch');
  await workbench.writeSource(driver(`  DbgPrint("denied by the edit\\n");
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;`));
  await workbench.runToEnd();
  await expect(workbench.row(1).getByTestId('replayed')).toHaveText('ACCESS_DENIED');
  await expect(workbench.get('log-list')).toContainText('denied by the edit');
  await workbench.screenshot('14-edited');
});

test('a run can start from the selected operation', async ({ workbench, page }) => {
  await workbench.goTo(20);
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('Run from the selected');
  await page.keyboard.press('Enter');
  await workbench.ended();
  await expect(workbench.row(20).getByTestId('replayed')).not.toHaveText('');
  await workbench.goTo(15);
  await expect(workbench.row(15).getByTestId('replayed')).toHaveText('');
});

test('asking for the status after the swap ends FV-084', async ({ workbench }) => {
  await workbench.runToEnd();
  await workbench.page.getByTestId('tab-violations').click();
  await expect(workbench.get('violation').first()).toHaveAttribute('data-violation', 'FV-084');
  const request = /  \/\/ The trap:[\s\S]*?status\);\n/.exec(statusWatch)?.[0] ?? '';
  expect(request).toContain('FltRequestOperationStatusCallback');
  const fixed = statusWatch.replace(request, '').replace('  FltSetCallbackDataDirty(Data);\n', `  FltSetCallbackDataDirty(Data);\n${request}`);
  await workbench.openDriver('statusWatch');
  await workbench.writeSource(fixed);
  await workbench.runToEnd();
  await expect(workbench.get('violation')).toHaveCount(0);
});

const mistakes = [
  { name: 'a syntax error', source: driver('  const = 5;'), message: /statusWatch\.ts:3|line 3|:3/, place: 3, runs: false },
  { name: 'an exception', source: driver('  return (null as any).Field;'), message: /null|TypeError/, place: 3, runs: true },
  { name: 'an unknown routine', source: driver('  FltDoesNotExist();\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;'), message: /FltDoesNotExist/, place: 3, runs: false },
  { name: 'an endless loop', source: driver('  for (;;) ;'), message: /without returning|endless|running for/i, place: 3, runs: true },
];
for (const mistake of mistakes) {
  test(`${mistake.name} is told with file and line, and the window stays alive`, async ({ workbench, page }) => {
    await workbench.openDriver('statusWatch');
    await workbench.writeSource(mistake.source);
    await page.keyboard.press('F5');
    if (mistake.name === 'an exception') {
      // The run stops where it is thrown; going on ends it.
      await expect(workbench.get('stop-view')).toContainText('Nothing in statusWatch catches the exception', { timeout: 60_000 });
      await workbench.screenshot('15-stopped-at-an-exception');
      await page.keyboard.press('F5');
    }
    await expect(workbench.get('run-problem')).toContainText(mistake.message, { timeout: 60_000 });
    await expect(workbench.get('run-problem-place')).toContainText(`statusWatch.ts:${mistake.place}`);
    // What ran before is kept and shown.
    if (mistake.runs) await expect(workbench.get('log-count')).toHaveText(/[1-9]\d* events/);
    // What is merely suspicious (no unload, no query-teardown callback) is no violation.
    if (mistake.name === 'an exception') await expect(workbench.get('status-violations')).toHaveText('no violations · 2 hints');
    await workbench.screenshot(`15-${mistake.name.replaceAll(' ', '-')}`);
    // Nothing is lost: the list scrolls, the source is there, and a mended driver runs.
    await workbench.goTo(100);
    await workbench.openDriver('statusWatch');
    await workbench.writeSource(driver('  return FLT_PREOP_SUCCESS_NO_CALLBACK;'));
    await workbench.runToEnd();
    await expect(workbench.get('run-problem')).toHaveCount(0);
    await expect(workbench.row(100).getByTestId('replayed')).not.toHaveText('');
  });
}
