/** A driver of several files in the window: made in the explorer, written, run, renamed, and put back. */
import { expect, test, type Workbench } from './app.ts';

// The editor indents and closes by itself.
const reads = `// What is told of reads.

export function tellRead(Data: PFLT_CALLBACK_DATA): ULONG {
const { Length } = Data.Iopb.Parameters.Read;
DbgPrint("read of %u bytes", Length);
return Length;
}
`;
const entry = `import { tellRead } from './util/reads.ts';

let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
const filter = ref<PFLT_FILTER>();
const status: NTSTATUS = FltRegisterFilter(DriverObject, {
OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]],
FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; },
}, filter);
if (!NT_SUCCESS(status)) return status;
gFilter = filter.value;
return FltStartFiltering(gFilter);
}

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
tellRead(Data);
return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
`;

/** A name in the editor; the last time it stands there. */
const nameIn = (workbench: Workbench, name: string): ReturnType<Workbench['page']['locator']> => workbench.page.locator('.editor .view-line span span').filter({ hasText: name }).last();

async function addGuard(workbench: Workbench): Promise<void> {
  await workbench.removeBreakpoints();
  await workbench.get('add-driver').click();
  await workbench.get('template-preRead').check({ force: true });
  await workbench.get('driver-name').fill('guard');
  await workbench.get('driver-create').click();
  await expect(workbench.get('driver-open-guard')).toBeVisible();
  await workbench.idle();
}

async function addFile(workbench: Workbench, name: string): Promise<void> {
  await workbench.get('driver-open-guard').click({ button: 'right' });
  await workbench.get('menu-item-newFile').click();
  await workbench.get('driver-file-name').fill(name);
  await workbench.page.keyboard.press('Enter');
  await expect(workbench.get('driver-file-dialog')).toHaveCount(0);
  await expect(workbench.get(`source-tab-${name}`)).toHaveAttribute('aria-selected', 'true');
  await workbench.idle();
}

test('a second file is made in the explorer, stopped in, renamed with its imports, and gone with an older version', async ({ workbench, page }) => {
  await addGuard(workbench);
  await addFile(workbench, 'util/reads.ts');
  await workbench.get('tab-problems').click();
  await expect(workbench.get('problem')).toContainText(['No other file imports util/reads.ts']);
  await workbench.writeSource(reads);
  await workbench.openDriver('guard');
  await workbench.writeSource(entry);
  await expect(workbench.get('problem')).toHaveCount(0, { timeout: 60_000 });

  // What is wrong in one file because of another is found without touching it.
  await workbench.get('driver-file-util/reads.ts').click();
  await workbench.writeSource(reads.replace('tellRead', 'tellReads'));
  await expect(workbench.get('problem').filter({ hasText: 'guard.ts' }).filter({ hasText: "no exported member named 'tellRead'" })).toHaveCount(1, { timeout: 60_000 });
  await workbench.writeSource(reads);
  await expect(workbench.get('problem')).toHaveCount(0, { timeout: 60_000 });

  // F12 in the entry goes to the other file.
  await workbench.openDriver('guard');
  await expect(workbench.get('source-tab-guard')).toHaveAttribute('aria-selected', 'true');
  await nameIn(workbench, 'tellRead').click();
  await page.keyboard.press('F12');
  await expect(workbench.get('source-tab-util/reads.ts')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.editor .line-numbers.active-line-number')).toHaveText('3');

  // A breakpoint by its gutter.
  const [editor, line] = [await page.locator('.editor').boundingBox(), await page.locator('.editor .view-line').filter({ hasText: 'DbgPrint' }).boundingBox()];
  if (editor === null || line === null) throw new Error('The line is not in sight.');
  await page.mouse.click(editor.x + 10, line.y + line.height / 2);
  await expect(workbench.get('breakpoint-open')).toContainText('util/reads.ts:5');
  await workbench.openDriver('guard');
  await workbench.runToStop();
  await expect(workbench.get('source-tab-util/reads.ts')).toHaveAttribute('aria-selected', 'true');
  await expect(workbench.get('editor')).toHaveAttribute('data-current-line', '5');
  await expect(page.locator('.editor .inline-values').first()).toContainText('Length = ');
  await workbench.get('tab-variables').click();
  await expect(workbench.get('stack-frame').nth(0)).toContainText('util/reads.ts:5');
  await expect(workbench.get('stack-frame').nth(1)).toContainText('guard.ts:17');
  await workbench.screenshot('driver-files-stop');
  await workbench.get('stack-frame').nth(1).click();
  await expect(workbench.get('source-tab-guard')).toHaveAttribute('aria-selected', 'true');
  await expect(workbench.get('editor')).toHaveAttribute('data-current-line', '17');
  await expect(workbench.get('status-point')).toHaveText(/^\d+:\d+:util\/reads\.ts:5 of /);
  const point = /^\S+/.exec((await workbench.get('status-point').textContent()) ?? '')?.[0] ?? '';
  await workbench.removeBreakpoints();
  await workbench.runToEnd();
  // As it stands in the status bar it is taken where one goes to a moment.
  await workbench.get('operations-list').focus();
  await page.keyboard.press('Control+g');
  await workbench.get('go-to-number').fill(point);
  await page.keyboard.press('Enter');
  await expect(workbench.get('status-past-point')).toHaveText(point);
  await expect(workbench.get('source-tab-util/reads.ts')).toHaveAttribute('aria-selected', 'true');
  await workbench.get('to-present').click();

  // A new name, and what imports it.
  await workbench.get('driver-file-util/reads.ts').focus();
  await page.keyboard.press('F2');
  await workbench.get('driver-file-name').fill('tell.ts');
  await page.keyboard.press('Enter');
  await expect(workbench.get('driver-file-tell.ts')).toBeVisible();
  await expect(workbench.get('source-tab-tell.ts')).toBeVisible();
  await workbench.openDriver('guard');
  // A name of the other file has a new one in both.
  await nameIn(workbench, 'tellRead').click();
  await page.keyboard.press('F2');
  await page.locator('.rename-input').fill('noteRead');
  await page.keyboard.press('Enter');
  await expect(nameIn(workbench, 'noteRead')).toBeVisible();
  await page.keyboard.press('Control+Home');
  await expect(workbench.get('editor')).toContainText("from './tell.ts'");
  await workbench.get('driver-file-tell.ts').click();
  await expect(workbench.get('editor')).toContainText('export function noteRead');
  await workbench.openDriver('guard');
  await expect(workbench.get('problem')).toHaveCount(0, { timeout: 60_000 });

  // The version before any of it: one file.
  await workbench.get('driver-open-guard').click({ button: 'right' });
  await workbench.get('menu-item-versions').click();
  await page.locator('[data-testid="version"][data-version="1"]').click();
  await expect(workbench.get('version-file-tell.ts')).toContainText('added');
  await workbench.get('version-file-tell.ts').click();
  await expect(workbench.get('version-diff')).toContainText('What is told of reads');
  await workbench.screenshot('driver-files-versions');
  await workbench.get('version-restore').click();
  await expect(workbench.get('driver-file-tell.ts')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(workbench.get('source-tab-tell.ts')).toHaveCount(0);
});

test('the service script beside a driver is a file of it, with an API of its own', async ({ workbench, page }) => {
  await addGuard(workbench);
  await workbench.get('tab-problems').click();
  await workbench.get('driver-open-guard').click({ button: 'right' });
  await workbench.get('menu-item-service').click();
  await expect(workbench.get('source-tab-guard.service.ts')).toHaveAttribute('aria-selected', 'true');
  await expect(workbench.get('editor')).toContainText("service.process({ name: 'guard.exe' })");
  await workbench.idle();
  await expect(workbench.get('problem')).toHaveCount(0);
  // FltRegisterFilter is the driver's, service is the script's; each is unknown to the other.
  await workbench.writeSource('service.process({ name: 5 });\nFltRegisterFilter();\n');
  await expect(workbench.get('problem').filter({ hasText: 'guard.service.ts:1' }).filter({ hasText: "Type 'number' is not assignable to type 'string'" })).toHaveCount(1, { timeout: 60_000 });
  await expect(workbench.get('problem').filter({ hasText: 'guard.service.ts:2' }).filter({ hasText: "Cannot find name 'FltRegisterFilter'" })).toHaveCount(1);
  await expect(workbench.get('problem').filter({ hasText: 'guard.service.ts:2' }).filter({ hasText: 'load' }).first()).toBeVisible();
  await workbench.screenshot('driver-files-service');
  await nameIn(workbench, 'process').click();
  await page.keyboard.press('F12');
  await expect(workbench.get('source-tab-service-declarations')).toHaveAttribute('aria-selected', 'true');
  await workbench.get('driver-file-guard.service.ts').focus();
  await page.keyboard.press('Delete');
  await workbench.get('remove-file').click();
  await expect(workbench.get('driver-file-guard.service.ts')).toHaveCount(0);
  await expect(workbench.get('problem')).toHaveCount(0, { timeout: 60_000 });
});

test('files of a driver are dropped together and become one', async ({ workbench, page }) => {
  const file = (name: string, text: string): { name: string; bytes: Uint8Array } => ({ name, bytes: new TextEncoder().encode(text) });
  const source = file('keeper.ts', entry);
  await workbench.drop([source]);
  await expect(workbench.get('driver-files-problem')).toContainText('It imports util/reads.ts');
  // The dialog is still open, and what is missing is enough; or it is just closing, and it is all of it.
  const missing = [file('reads.ts', reads), file('keeper.json', '{ "altitude": "321000" }')];
  for (const [key, dropped] of [[null, missing], ['Escape', [...missing, source]]] as const) {
    if (key !== null) await page.keyboard.press(key);
    await workbench.drop(dropped);
    await expect(workbench.get('add-driver-dialog')).toContainText('keeper.ts with util/reads.ts, its manifest');
  }
  await expect(workbench.get('driver-files-problem')).toHaveCount(0);
  await workbench.screenshot('driver-files-add');
  await workbench.get('driver-create').click();
  await expect(workbench.get('driver-file-util/reads.ts')).toBeVisible();
  await expect(workbench.get('driver-altitude-keeper')).toHaveText('321000');
  await workbench.idle();
  await workbench.get('tab-problems').click();
  await expect(workbench.get('problem')).toHaveCount(0);
});
