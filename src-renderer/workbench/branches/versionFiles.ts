/** The files of two versions of a driver beside each other. */
import type { DriverInfo } from '../../../src-preload/contract/index.ts';
import { fileName, type NamedFile } from '../../../src-main/base/driverLines.ts';
import { serviceName, type DriverTexts, type FileSlot } from '../../stores/driverFiles.ts';

export interface VersionFile {
  readonly slot: FileSlot;
  readonly name: string;
  /** What the later version did to it; empty: nothing. */
  readonly what: string;
  readonly original: string;
  readonly modified: string;
}

/** The entry first, the service script last, those of either version between. */
export function versionFiles(driver: Pick<DriverInfo, 'name' | 'serviceName'>, before: DriverTexts, after: DriverTexts): readonly VersionFile[] {
  const slots = [...new Map([...after.files, ...before.files].map((file): [number, NamedFile] => [file.slot, file])).keys()];
  const beside = slots.map((slot): VersionFile => {
    const [old, now] = [before, after].map(({ files }) => files.find((file) => file.slot === slot));
    const what = old === undefined ? 'added' : now === undefined ? 'deleted' : old.name !== now.name ? `was ${old.name}` : changed(old.text, now.text);
    return { slot, name: (now ?? old)?.name ?? '', what, original: old?.text ?? '', modified: now?.text ?? '' };
  });
  const script: VersionFile = {
    slot: 'service', name: serviceName(driver), original: before.service, modified: after.service,
    what: before.service === after.service ? '' : before.service === '' ? 'added' : after.service === '' ? 'deleted' : 'changed',
  };
  return [
    { slot: 0, name: fileName(driver.name, [], 0), what: changed(before.source, after.source), original: before.source, modified: after.source },
    ...beside.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(before.service === '' && after.service === '' ? [] : [script]),
  ];
}

const changed = (a: string, b: string): string => (a === b ? '' : 'changed');
