/** Point 3: drivers with altitude and switch, new ones from a template, edited with types. */
import { expect, test } from './app.ts';

test('drivers stand in order of altitude and can be switched and moved', async ({ workbench, page }) => {
  const names = workbench.get('driver');
  await expect(names).toHaveText([/minispy/, /passThrough/, /statusWatch/]);
  await workbench.get('driver-altitude-statusWatch').click();
  await workbench.get('driver-altitude-input-statusWatch').fill('385100.5');
  await page.keyboard.press('Enter');
  await expect(names).toHaveText([/statusWatch/, /minispy/, /passThrough/]);
  await workbench.get('driver-altitude-statusWatch').click();
  await workbench.get('driver-altitude-input-statusWatch').fill('12x');
  await expect(workbench.get('driver-altitude-input-statusWatch')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Escape');
  await workbench.get('driver-switch-minispy').click();
  await expect(workbench.get('driver-switch-minispy')).toHaveAttribute('aria-checked', 'true');
});

test('a new driver comes from a template and takes part in the next run', async ({ workbench }) => {
  await workbench.removeBreakpoints();
  await workbench.get('add-driver').click();
  await workbench.get('template-denyCreate').check({ force: true });
  await workbench.get('driver-name').fill('gate');
  await workbench.get('driver-altitude').fill('320500');
  await workbench.get('driver-create').click();
  await expect(workbench.get('driver-open-gate')).toBeVisible();
  await workbench.idle();
  await expect(workbench.get('editor')).toContainText('refuses to open');
  await workbench.screenshot('08-new-driver');
  await workbench.runToEnd();
  await expect(workbench.get('log-list')).toContainText('gate');
});

test('the other drivers that come with it can be added', async ({ workbench }) => {
  await workbench.get('add-driver').click();
  await workbench.get('template-bundled').check({ force: true });
  await workbench.get('bundled-driver').selectOption('scanner');
  await workbench.screenshot('08-bundled-driver');
  await workbench.get('driver-create').click();
  await expect(workbench.get('driver-open-scanner')).toBeVisible();
  await expect(workbench.get('driver-altitude-scanner')).toHaveText('265000');
  await workbench.get('add-driver').click();
  await expect(workbench.get('bundled-driver').locator('option', { hasText: 'scanner' })).toHaveCount(0);
});

test('type errors and unknown names are shown at their place; documentation comes on hover', async ({ workbench, page }) => {
  await workbench.openDriver('passThrough');
  await workbench.writeSource(`export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const wrong: number = "text";
  return FltStartFilterin(DriverObject);
}
`);
  await workbench.page.getByTestId('tab-problems').click();
  await expect(workbench.get('problem').filter({ hasText: "Type 'string' is not assignable to type 'number'" })).toHaveCount(1, { timeout: 60_000 });
  await expect(workbench.get('problem').filter({ hasText: 'FltStartFilterin' }).first()).toBeVisible();
  await page.locator('.view-line').filter({ hasText: 'PDRIVER_OBJECT' }).getByText('NTSTATUS').hover();
  await expect(page.locator('.monaco-hover').first()).toContainText('NTSTATUS');
  await workbench.screenshot('09-type-errors');
});
