/** The files of a driver as the window shows them: the one with DriverEntry, those beside it, and its service script. */
import { importedFile, relativeTarget, withTargets } from '../../src-main/base/driverImports.ts';
import { fileName, isFileName, type DriverFile, type NamedFile } from '../../src-main/base/driverLines.ts';
import type { DriverInfo } from '../../src-preload/contract/index.ts';

/** Which file of a driver. The service script is no part of its code: lines of it are no driver lines. */
export type FileSlot = number | 'service';

export interface SourceFile {
  readonly slot: FileSlot;
  /** From the driver's folder: `guard.ts`, `util/strings.ts`, `guard.service.ts`. */
  readonly name: string;
  readonly text: string;
}

/** Texts that the host does not have yet. */
export type Drafts = ReadonlyMap<FileSlot, string>;

export interface DriverTexts {
  readonly source: string;
  readonly files: readonly DriverFile[];
  /** Empty: none. */
  readonly service: string;
}

/** As edited, saved or not. A draft of a file that is gone counts no longer. */
export function editedTexts(driver: DriverInfo, drafts: Drafts): DriverTexts {
  return {
    source: drafts.get(0) ?? driver.source,
    files: driver.files.map((file) => ({ ...file, text: drafts.get(file.slot) ?? file.text })),
    service: (hasService(driver) ? drafts.get('service') : undefined) ?? driver.service ?? '',
  };
}

/** The entry first, the service script last. */
export function filesOf(driver: DriverInfo, drafts: Drafts = new Map()): readonly SourceFile[] {
  const { source, files, service } = editedTexts(driver, drafts);
  const beside = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [{ slot: 0, name: fileName(driver.name, [], 0), text: source }, ...beside, ...(hasService(driver) ? [{ slot: 'service' as const, name: serviceName(driver), text: service }] : [])];
}

export const hasService = ({ service }: Pick<DriverInfo, 'service'>): boolean => (service ?? '') !== '';
/** Of the script that it has, or would have. */
export const serviceName = (driver: Pick<DriverInfo, 'name' | 'serviceName'>): string => driver.serviceName ?? usualServiceName(driver.name);
export const usualServiceName = (driver: string): string => `${driver}.service.ts`;

/** Every file that the driver has or had, for places in runs of older versions. */
export const knownFiles = (driver: DriverInfo | undefined): readonly NamedFile[] => (driver === undefined ? [] : [...driver.files, ...driver.formerFiles]);

/** What a file gets that is made in the window. */
export const newFileText = (driver: string): string => `/** Part of ${driver}: what other files import is exported here. */

export function helper(): void {
}
`;

/** A service script that ends nothing and answers nothing. */
export const newServiceText = (driver: string): string => `/* The program behind ${driver}: it answers what the driver sends to its communication port. */

service.process({ name: '${driver}.exe' });
`;

/** Why a file cannot have this name; null where it can. `slot`: the file that is to be renamed. */
export function fileNameProblem(driver: DriverInfo, name: string, slot: FileSlot | null): string | null {
  if (!isFileName(name)) return 'A name like names.ts or util/strings.ts: letters, digits, _ and - only.';
  return filesOf(driver).some((file) => file.slot !== slot && file.name.toLowerCase() === name.toLowerCase()) ? `There is a file named ${name} already.` : null;
}

/** A file under another name, and the import lines of the driver's files as they have to be then. */
export function withFileRenamed(driver: DriverInfo, slot: number, name: string): Pick<DriverTexts, 'source' | 'files'> {
  const before = driver.files.find((file) => file.slot === slot)?.name;
  const newName = (file: string): string => (file === before ? name : file);
  const textOf = (own: string, text: string): string => withTargets(text, (target) => {
    const file = importedFile(own, target);
    if (file === null || (file !== before && own !== before)) return target;
    const changed = relativeTarget(newName(own), newName(file));
    return target.endsWith('.ts') ? changed : changed.replace(/\.ts$/, '');
  });
  return {
    source: textOf(fileName(driver.name, [], 0), driver.source),
    files: driver.files.map((file) => ({ slot: file.slot, name: newName(file.name), text: textOf(file.name, file.text) })),
  };
}
