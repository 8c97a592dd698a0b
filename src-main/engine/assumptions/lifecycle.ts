/**
 * Registration, altitudes, volumes and instances: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 1 to 3 (REG, ALT, VOL).
 */
import type { Assumption } from './assumption.ts';

const row = (id: string, values: readonly [string, string], sentence: string, source: string): Assumption => ({ id, values, implemented: values, sentence, source });

const registration: readonly Assumption[] = [
  row('REG-001', ['read-once', 'live'], 'FLT_REGISTRATION is read once, at registration; callbacks that are put into it later are not seen.', 'INFERRED'),
  row('REG-002', ['older-accepted', 'current-only'], 'A registration of an older version is accepted, and its newer members are not looked at.', 'INFERRED; FltRegisterFilter speaks of FLT_REGISTRATION_VERSION only'),
  row('REG-005', ['ignored', 'refused'], 'Unknown bits of the registration flags are ignored.', 'INFERRED'),
  row('REG-007', ['refused', 'dropped'], 'An entry for IRP_MJ_POWER or IRP_MJ_DEVICE_CHANGE, or a post callback for IRP_MJ_SHUTDOWN, refuses the registration with STATUS_INVALID_PARAMETER (REG-007, REG-008, R-1.15).', 'status INFERRED; the other reading drops the entry'),
  row('REG-009', ['refused', 'first-counts'], 'A major function that is registered twice refuses the registration with STATUS_FLT_DUPLICATE_ENTRY.', 'INFERRED; text of the status code'),
  row('REG-010', ['accepted', 'refused'], 'An entry without callbacks is accepted and has no effect.', 'INFERRED'),
  row('REG-011', ['on-arrival', 'as-issued'], 'Skip flags are evaluated when the operation reaches the instance, against the parameters as they are then.', 'moment INFERRED'),
  row('REG-014', ['by-name', 'by-flag'], 'For IRP_MJ_CREATE, SKIP_NON_DASD_IO goes by the name, because the file object has no FO_VOLUME_OPEN yet.', 'INFERRED'),
  row('REG-018', ['failed-driver-entry', 'entry-status'], 'Loading a driver whose entry routine fails answers STATUS_FAILED_DRIVER_ENTRY.', 'INFERRED; the other reading hands out what the entry routine returned'),
  row('REG-019', ['name-collision', 'invalid-parameter'], 'A second FltRegisterFilter while registered answers STATUS_OBJECT_NAME_COLLISION.', 'status INFERRED'),
  row('REG-021', ['inside-the-call', 'after-the-call'], 'All automatic attachments to mounted volumes happen inside FltStartFiltering.', 'order INFERRED'),
  row('REG-024', ['unregistered', 'left-behind'], 'A registration that a failing entry routine leaves behind is ended by the Filter Manager.', 'INFERRED; on Windows it points into a driver that is gone'),
  row('REG-025', ['mount-order', 'attachment-order'], 'FltUnregisterFilter tears down volume by volume in mount order, on each highest altitude first.', 'order INFERRED; the other reading takes the order in which the instances attached'),
  row('REG-030', ['invalid-device-request', 'do-not-detach'], 'A service stop that is not possible fails with STATUS_INVALID_DEVICE_REQUEST (REG-030, REG-034).', 'status INFERRED'),
  row('REG-033', ['unregistered', 'left-loaded'], 'An unload callback that succeeds without FltUnregisterFilter has the filter unregistered for it.', 'engine action INFERRED'),
  row('REG-036', ['waits-for-itself', 'refused'], 'A filter that unloads itself waits for its own thread, for ever.', 'INFERRED; the other reading answers STATUS_FLT_DELETING_OBJECT'),
  row('OV-016', ['length', 'end-entry'], 'An operation array may end without IRP_MJ_OPERATION_END, because here it knows its length; with end-entry the missing entry is reported.', 'driver-api-usage.md 5.3 and filter-manager-objects.md 10.1 differ'),
];

const altitudes: readonly Assumption[] = [
  row('ALT-002', ['digits-on-both-sides', 'point-at-end'], 'An altitude has digits before and behind its point.', 'leading and trailing point INFERRED'),
  row('ALT-005', ['by-value', 'by-text'], 'Altitudes that compare equal are one altitude, whatever their text.', 'INFERRED'),
  row('ALT-006', ['one', 'sign-only'], 'FltCompareInstanceAltitudes answers -1, 0 or 1; with sign-only the number is another one of the same sign.', 'value INFERRED; the page promises the sign only'),
  row('ALT-009', ['whole-part', 'whole-number'], 'The load-order group of an altitude is found by its whole part, so that a fraction above the last number of a group belongs to it.', 'INFERRED'),
  row('ALT-011', ['load-order-groups', 'allocated-altitudes'], 'Where the two pages end a load-order group differently, the page of the groups counts.', 'load-order-groups-and-altitudes-for-minifilter-drivers and allocated-altitudes differ'),
  row('ALT-021', ['definition-order', 'highest-first'], 'Automatic attachment takes the instance definitions in their order.', 'INFERRED'),
  row('ALT-023', ['per-volume', 'per-system'], 'Instance names are unique on a volume, not in the system.', 'INFERRED; one sentence of FltAttachVolume speaks of the system'),
  row('ALT-025', ['altitude-collision', 'object-name-collision'], 'A taken altitude answers STATUS_FLT_INSTANCE_ALTITUDE_COLLISION.', 'decision INFERRED; the kernel page names STATUS_OBJECT_NAME_COLLISION, its user-mode twin the altitude code'),
  row('ALT-026', ['name-first', 'altitude-first'], 'Where both collide the name is reported.', 'INFERRED'),
  row('ALT-027', ['dash', 'joined'], 'A generated instance name is filter name, " - " and altitude.', 'form INFERRED'),
  row('ALT-028', ['dropped', 'start-fails'], 'An automatic attachment that collides is dropped, and filtering starts all the same.', 'INFERRED'),
  row('ALT-029', ['reported', 'not-reported'], 'Every collision is also reported as FV-103.', 'INFERRED; the status alone tells it too'),
];

const volumes: readonly Assumption[] = [
  row('VOL-011', ['mount-order', 'newest-first'], 'A filter that starts is attached to the volumes in mount order.', 'order INFERRED'),
  row('VOL-012', ['first-create', 'at-mount'], 'Filters are asked about a new volume when its first create comes.', 'order INFERRED'),
  row('VOL-015', ['after-setup', 'during-setup'], 'Operations come to an instance only after its setup callback has succeeded.', 'INFERRED; the other reading has it in the stack while the callback runs'),
  row('VOL-016', ['no-callback', 'torn-down'], 'An attachment that the setup callback declined gets no teardown callbacks.', 'INFERRED'),
  row('VOL-017', ['state-first', 'definition-first'], 'A manual attachment looks at the states of filter and volume before it looks for the definition.', 'order INFERRED'),
  row('VOL-022', ['do-not-detach', 'not-supported'], 'A manual detach without query callback answers STATUS_FLT_DO_NOT_DETACH.', 'status INFERRED'),
  row('VOL-023', ['after-teardown', 'returns-at-once'], 'FltDetachVolume returns when the teardown is complete.', 'INFERRED'),
  row('VOL-030', ['start-first', 'drain-first'], 'The teardown-start callback runs before operations are drained.', 'order INFERRED'),
  row('VOL-032', ['stays-pended', 'passed-down'], 'An operation that is pended after the teardown-start callback stays pended and holds the teardown up.', 'INFERRED; the other reading takes it as FLT_PREOP_SUCCESS_NO_CALLBACK'),
  row('VOL-033', ['oldest-first', 'newest-first'], 'Operations are drained oldest first.', 'order INFERRED'),
  row('VOL-041', ['drained', 'waited-for'], 'The post callback of an operation that the teardown-start callback resumed is drained at once.', 'INFERRED; the other reading waits for the operation'),
  row('VOL-043', ['one-by-one', 'together'], 'Instances are torn down one after the other, never interleaved.', 'INFERRED; the other reading starts all before it completes any'),
  row('VOL-050', ['highest-first', 'lowest-first'], 'A dismount tears instances down highest altitude first.', 'order INFERRED'),
  row('VOL-052', ['new-object', 'same-object'], 'A volume that is mounted again is a new volume object.', 'INFERRED'),
  row('VOL-060', ['oldest-first', 'newest-first'], 'Enumerations list volumes by mount, instances from the top, filters by start.', 'order INFERRED; the other reading lists them the other way round'),
];

/** INFERRED rules that no other reading could make the engine behave otherwise by. */
export const undecidable: Readonly<Record<string, string>> = {
  'REG-017': 'nothing is kept for an instance that is passed by, so there is nothing to drain or to wait for',
  'REG-020': 'samples create ports and allocate contexts before FltStartFiltering; the refusal of an attachment is documented',
  'ALT-004': 'one way to carry out the documented numeric comparison',
  'ALT-010': 'examples of ALT-004',
  'VOL-004': 'which operations there are is decided by whoever issues them',
  'VOL-035': 'follows from R-3.12, which is documented',
  'VOL-040': 'says what follows from late attachment and teardown',
};

export const lifecycleAssumptions: readonly Assumption[] = [...registration, ...altitudes, ...volumes];
