/** Point 7: what was there before closing is there after opening. */
import { expect, testAlone, Workbench } from './app.ts';

testAlone('trace, drivers, breakpoints, last run and its events outlive the program', async ({ workbench, app, page }) => {
  await workbench.get('breakpoint-enabled').first().click();
  await workbench.openDriver('passThrough');
  await workbench.writeSource(`// kept\n${'export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {\n  return STATUS_SUCCESS;\n}\n'}`);
  await workbench.addCallbackBreakpoint({ kind: 'pre', driver: 'statusWatch', major: 'IRP_MJ_CREATE', path: '*nowhere*' });
  await workbench.runToEnd();
  // The log is asked for after the run has ended: its count is there when it is no longer 0.
  await expect(workbench.get('log-count')).toHaveText(/[1-9]\d* events/);
  const events = await workbench.get('log-count').textContent();

  const url = await app.restart();
  const again = new Workbench(page);
  await again.open(url);
  await expect(again.get('session-name')).toContainText('first-light');
  await expect(again.get('breakpoint')).toHaveCount(2);
  await expect(again.get('run').first()).toHaveAttribute('data-state', 'ended');
  await expect(again.row(1).getByTestId('replayed')).toHaveText('SUCCESS');
  await expect(again.get('log-count')).toHaveText(events ?? '');
  await again.openDriver('passThrough');
  await expect(again.get('editor')).toContainText('// kept');
  await again.screenshot('16-reopened');
});
