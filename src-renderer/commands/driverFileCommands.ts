/** The files of a driver: what is asked about them, of the one in front or of one that a menu names. */
import { hasService, newServiceText, type FileSlot } from '../stores/driverFiles.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useDrivers } from '../stores/drivers.ts';
import { useSource, type FileTab } from '../stores/source.ts';
import type { Command, CommandId } from './command.ts';

/** The dialog that asks; `slot`: the file, null for a new one. */
export function askAboutFile(dialog: 'newFile' | 'renameFile' | 'removeFile', driverId: number, slot: FileSlot | null): void {
  const dialogs = useDialogs();
  dialogs.driverId = driverId;
  dialogs.fileSlot = slot;
  dialogs.show(dialog);
}

/** Opens the driver's service script; where there is none, a new one. */
export async function openService(driverId: number): Promise<void> {
  const drivers = useDrivers();
  const driver = drivers.byId(driverId);
  if (driver === undefined) return;
  if (!hasService(driver)) await drivers.addService(driverId, newServiceText(driver.name));
  useSource().open(driverId, 'service');
}

const inFront = (): FileTab | null => {
  const { active } = useSource();
  return active?.kind === 'driver' ? active : null;
};
const whenDriver = (): string | null => (inFront() === null ? 'Open a driver first.' : null);
const whenBeside = (): string | null => whenDriver() ?? (inFront()?.slot === 0 ? 'The file with DriverEntry has the name of its driver and stays.' : null);
const whenNamed = (): string | null => whenBeside() ?? (inFront()?.slot === 'service' ? 'A service script has the name that its driver or the manifest gives it.' : null);

export function driverFileCommands(): readonly Command[] {
  const command = (id: CommandId, title: string, run: (file: FileTab) => void | Promise<void>, unavailable: () => string | null): Command => ({
    id, menu: 'Edit', title, unavailable, keys: [], keyScope: 'everywhere',
    run: () => {
      const file = inFront();
      return file === null ? undefined : run(file);
    },
  });
  return [
    command('driver.newFile', 'Driver: new file…', ({ driverId }) => askAboutFile('newFile', driverId, null), whenDriver),
    command('driver.service', 'Driver: service script', ({ driverId }) => openService(driverId), whenDriver),
    command('driver.renameFile', 'Driver: rename this file…', ({ driverId, slot }) => askAboutFile('renameFile', driverId, slot), whenNamed),
    command('driver.removeFile', 'Driver: delete this file…', ({ driverId, slot }) => askAboutFile('removeFile', driverId, slot), whenBeside),
  ];
}
