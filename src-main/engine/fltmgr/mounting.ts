/**
 * Volumes come and go: mount, dismount.
 *
 * VOL-003, VOL-012, VOL-050 to VOL-052 of filter-manager-objects.md (PFLT_INSTANCE_SETUP_CALLBACK; PFLT_INSTANCE_TEARDOWN_CALLBACK).
 */
import { FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_VOLUME_ALREADY_MOUNTED, STATUS_FLT_VOLUME_NOT_FOUND, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Blocking } from '../kernel/wait.ts';
import { setUpNewVolume } from './attach.ts';
import type { Core } from './core.ts';
import { Volume, type VolumeDescription } from './instance.ts';
import { sameName } from './services.ts';
import { tearDown } from './teardown.ts';

/** The volume of that name: the newest one, which may be gone. */
export const volumeNamed = (core: Core, name: string): Volume | undefined => core.volumes.findLast((volume) => sameName(volume.name, name));

export function addVolume(core: Core, description: VolumeDescription): Volume {
  const volume = new Volume(description);
  core.volumes.push(volume);
  return volume;
}

/** A volume that was mounted by now is due for set-up when its first create comes (VOL-012). */
function becomeMounted(core: Core, volume: Volume): void {
  // Mount order is the order of the list.
  core.volumes.splice(core.volumes.indexOf(volume), 1);
  core.volumes.push(volume);
  volume.state = 'mounted';
  volume.setupDue = true;
  if (core.is('VOL-012', 'at-mount')) setUpNewVolume(core, volume);
}

/** A file system mounts the volume: a known one that is not mounted, or a new object on the same device (VOL-052). */
export function mountVolume(core: Core, wanted: Volume | VolumeDescription): { readonly status: number; readonly volume: Volume } {
  const present = wanted instanceof Volume ? wanted : volumeNamed(core, wanted.name);
  if (present?.state === 'mounted' || present?.state === 'dismounting') return { status: STATUS_FLT_VOLUME_ALREADY_MOUNTED, volume: present };
  const again = present?.state === 'gone' && core.is('VOL-052', 'same-object') ? present : null;
  const volume = again ?? (present?.state === 'unmounted' ? present : addVolume(core, { ...(wanted instanceof Volume ? wanted.description : wanted), mounted: false }));
  becomeMounted(core, volume);
  return { status: STATUS_SUCCESS, volume };
}

/** VOL-050: each instance, highest altitude first, without being asked; then the volume contexts of all filters. */
export function* dismountVolume(core: Core, volume: Volume, thread: EngineThread): Blocking<number> {
  if (volume.state === 'gone' || volume.state === 'unmounted') return STATUS_FLT_VOLUME_NOT_FOUND;
  if (volume.state === 'dismounting') return STATUS_FLT_DELETING_OBJECT;
  volume.state = 'dismounting';
  volume.setupDue = false;
  const instances = core.is('VOL-050', 'lowest-first') ? volume.instances.toReversed() : volume.instances;
  for (const instance of instances) yield* tearDown(core, instance, thread, FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT);
  core.contexts.volumeGone(volume);
  volume.state = 'gone';
  return STATUS_SUCCESS;
}
