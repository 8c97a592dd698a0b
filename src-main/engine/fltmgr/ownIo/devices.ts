/** Which volume a full name leads to. Of several that were mounted under one name the newest counts. */
import { findDevice } from '../../iomgr/objectName.ts';
import type { Core } from '../core.ts';
import type { Volume } from '../instance.ts';

export function deviceOf(core: Core, name: string): { readonly volume: Volume; readonly path: string } | null {
  const devices = core.volumes.filter(({ gone }) => !gone).map((volume) => ({ volume, name: volume.name, guidName: volume.description.guidName })).reverse();
  const found = findDevice(name, devices);
  return found === null ? null : { volume: found.volume.volume, path: found.path };
}
