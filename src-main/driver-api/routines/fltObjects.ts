/**
 * Filters, instances and volumes: loading, attaching, looking up, properties. Source: the reference page of each routine;
 * filter-manager-objects.md 1 to 3.
 */
import { input, optionalInput, optionalOutput, output, type IrqlLimit, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

const row = (
  name: string, irql: IrqlLimit, rule: string, meaning: string, parameters: readonly RoutineParameter[], statuses: RoutineRow['statuses'], returns = 'NTSTATUS', area: RoutineRow['area'] = 'Contexts and objects',
): RoutineRow => ({ name, area, irql, meaning, parameters, statuses, returns, source: `${name} (${rule})`, binding: 'engine' });

const filter = input('Filter', 'PFLT_FILTER', 'from FltRegisterFilter');
const volume = input('Volume', 'PFLT_VOLUME', 'the volume');
const instance = input('Instance', 'PFLT_INSTANCE', 'the instance');
const object = input('FltObject', 'PFLT_VOLUME | PFLT_INSTANCE', 'a volume, or an instance on it');
const instanceName = optionalInput('InstanceName', 'PUNICODE_STRING', 'name of the instance; NULL: see below');
const filterName = input('FilterName', 'PUNICODE_STRING', 'service name of the minifilter');

const success: readonly [string, string] = ['STATUS_SUCCESS', 'done'];
const deleting: readonly [string, string] = ['STATUS_FLT_DELETING_OBJECT', 'it is being torn down'];
const noMemory: readonly [string, string] = ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'];
const noMoreEntries: readonly [string, string] = ['STATUS_NO_MORE_ENTRIES', 'there is none (a warning)'];
const tooSmall: readonly [string, string] = ['STATUS_BUFFER_TOO_SMALL', 'the buffer is NULL or too small; the size it needs is stored'];
const collisions: RoutineRow['statuses'] = [['STATUS_FLT_INSTANCE_NAME_COLLISION', 'the volume has an instance of that name'], ['STATUS_FLT_INSTANCE_ALTITUDE_COLLISION', 'the volume has an instance at that altitude']];
const gone: readonly [string, string] = ['STATUS_INVALID_PARAMETER', 'a pointer whose object is gone (OV-003)'];
const retInstance = optionalOutput('RetInstance', 'Ref<PFLT_INSTANCE | null>', 'receives the instance, referenced: give it back with FltObjectDereference');
const referenced = (name: string, type: string): RoutineParameter => output(name, `Ref<${type} | null>`, 'receives it, referenced: give it back with FltObjectDereference');
const fileSystemType = 'number';

const lifeCycle: readonly RoutineRow[] = [
  row('FltLoadFilter', 'PASSIVE', 'REG-018', 'Loads a minifilter: runs its DriverEntry.', [filterName], [
    ['STATUS_SUCCESS', 'loaded, and its DriverEntry succeeded'], ['STATUS_IMAGE_ALREADY_LOADED', 'it is running'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'there is no such service'],
    ['STATUS_DRIVER_FAILED_PRIOR_UNLOAD', 'an earlier copy did not go away'], ['STATUS_FAILED_DRIVER_ENTRY', 'its DriverEntry failed'],
  ], 'NTSTATUS', 'Life cycle'),
  row('FltUnloadFilter', 'PASSIVE', 'REG-030 to REG-036', 'Unloads a minifilter, if it agrees. A filter that names itself waits for its own thread for ever.', [filterName], [
    ['STATUS_SUCCESS', 'unloaded'], ['STATUS_FLT_FILTER_NOT_FOUND', 'it is not running'], ['STATUS_FLT_DELETING_OBJECT', 'it is being unloaded already'],
    ['STATUS_FLT_DO_NOT_DETACH', 'it has no unload callback, or that refused; another error status is the callback\'s own'],
  ], 'NTSTATUS', 'Life cycle'),
  row('FltAttachVolume', 'PASSIVE', 'VOL-017 to VOL-019', 'Attaches an instance to a volume, by the name of an instance definition; NULL for the default one.', [filter, volume, instanceName, retInstance], [
    ['STATUS_SUCCESS', 'attached'], ['STATUS_FLT_DELETING_OBJECT', 'the filter or the volume is being torn down'], ['STATUS_FLT_FILTER_NOT_READY', 'before FltStartFiltering'],
    ['STATUS_OBJECT_NAME_NOT_FOUND', 'there is no definition of that name'], ['STATUS_FLT_DO_NOT_ATTACH', 'the definition forbids it; the setup callback may refuse with any status'], ...collisions, noMemory, gone,
  ], 'NTSTATUS', 'Life cycle'),
  row('FltAttachVolumeAtAltitude', 'PASSIVE', 'VOL-017 to VOL-019, ALT-027', 'Attaches an instance at an altitude of the caller\'s choice, for testing. A NULL name is made of filter name and altitude.',
    [filter, volume, input('Altitude', 'PUNICODE_STRING', 'digits with at most one decimal point'), instanceName, retInstance], [
      ['STATUS_SUCCESS', 'attached'], ['STATUS_FLT_DELETING_OBJECT', 'the filter or the volume is being torn down'], ['STATUS_FLT_FILTER_NOT_READY', 'before FltStartFiltering'],
      ['STATUS_INVALID_PARAMETER', 'the altitude is no altitude, or a pointer\'s object is gone'], ...collisions, noMemory,
    ], 'NTSTATUS', 'Life cycle'),
  row('FltDetachVolume', 'APC', 'VOL-021 to VOL-024', 'Detaches an instance, if its query-teardown callback agrees; NULL for the filter\'s highest one on the volume. Blocks until teardown is complete.', [filter, volume, instanceName], [
    ['STATUS_SUCCESS', 'detached'], ['STATUS_FLT_INSTANCE_NOT_FOUND', 'there is no such instance'], deleting,
    ['STATUS_FLT_DO_NOT_DETACH', 'there is no query-teardown callback, or that refused; another error status is the callback\'s own'], gone,
  ], 'NTSTATUS', 'Life cycle'),
];

const array = (name: string, type: string): RoutineParameter[] => [
  optionalOutput(name, `(${type} | null)[]`, 'array that receives the pointers; NULL with a size of 0 asks for the number'), input(`${name}Size`, 'number', 'how many the array can hold'),
];

const lookups: readonly RoutineRow[] = [
  row('FltEnumerateInstances', 'APC', 'VOL-060', 'Lists instances: of a volume, of a filter, or of both. Each pointer is referenced.',
    [optionalInput('Volume', 'PFLT_VOLUME', 'only on this volume'), optionalInput('Filter', 'PFLT_FILTER', 'only of this filter'), ...array('InstanceList', 'PFLT_INSTANCE'), output('NumberInstancesReturned', 'Ref<number>', 'number of instances')],
    [success, ['STATUS_BUFFER_TOO_SMALL', 'the array is too small; the number needed is stored'], ['STATUS_INVALID_PARAMETER', 'volume and filter are both NULL, or a pointer\'s object is gone']]),
  row('FltEnumerateVolumes', 'APC', 'VOL-060', 'Lists the volumes the filter can attach to, by mount. Each pointer is referenced.',
    [filter, ...array('VolumeList', 'PFLT_VOLUME'), output('NumberVolumesReturned', 'Ref<number>', 'number of volumes')], [success, ['STATUS_BUFFER_TOO_SMALL', 'the array is too small; the number needed is stored'], gone]),
  row('FltEnumerateFilters', 'APC', 'VOL-060', 'Lists the registered filters, by start. Each pointer is referenced.',
    [...array('FilterList', 'PFLT_FILTER'), output('NumberFiltersReturned', 'Ref<number>', 'number of filters')], [success, ['STATUS_BUFFER_TOO_SMALL', 'the array is too small; the number needed is stored']]),
  row('FltGetUpperInstance', 'APC', 'VOL-061', 'The next instance above on the same volume.', [input('CurrentInstance', 'PFLT_INSTANCE', 'where to look from'), referenced('UpperInstance', 'PFLT_INSTANCE')], [success, noMoreEntries, deleting, gone]),
  row('FltGetLowerInstance', 'APC', 'VOL-061', 'The next instance below on the same volume.', [input('CurrentInstance', 'PFLT_INSTANCE', 'where to look from'), referenced('LowerInstance', 'PFLT_INSTANCE')], [success, noMoreEntries, deleting, gone]),
  row('FltGetTopInstance', 'APC', 'VOL-061', 'The highest instance on a volume.', [volume, referenced('Instance', 'PFLT_INSTANCE')], [success, noMoreEntries, deleting, gone]),
  row('FltGetBottomInstance', 'APC', 'VOL-061', 'The lowest instance on a volume.', [volume, referenced('Instance', 'PFLT_INSTANCE')], [success, noMoreEntries, deleting, gone]),
  row('FltGetVolumeInstanceFromName', 'APC', 'VOL-062', 'An instance on a volume by its name; NULL for the highest one.',
    [optionalInput('Filter', 'PFLT_FILTER', 'whose instance; NULL for any filter\'s'), volume, instanceName, referenced('RetInstance', 'PFLT_INSTANCE')], [success, ['STATUS_FLT_INSTANCE_NOT_FOUND', 'there is none'], deleting, gone]),
  row('FltGetVolumeFromName', 'PASSIVE', 'VOL-053', 'A volume by its device name.', [filter, input('VolumeName', 'PUNICODE_STRING', 'e.g. \\Device\\HarddiskVolume1'), referenced('RetVolume', 'PFLT_VOLUME')],
    [success, ['STATUS_FLT_VOLUME_NOT_FOUND', 'there is none, or it is gone'], deleting, gone]),
  row('FltGetVolumeFromFileObject', 'APC', 'VOL-053', 'The volume an open file lies on.', [filter, input('FileObject', 'PFILE_OBJECT', 'the file'), referenced('RetVolume', 'PFLT_VOLUME')], [success, ['STATUS_FLT_VOLUME_NOT_FOUND', 'there is none'], deleting, gone]),
  row('FltGetVolumeFromDeviceObject', 'APC', 'VOL-053', 'The volume of a device object.', [filter, input('DeviceObject', 'PDEVICE_OBJECT', 'the file system\'s, or the disk\'s'), referenced('RetVolume', 'PFLT_VOLUME')],
    [success, ['STATUS_FLT_VOLUME_NOT_FOUND', 'there is none'], deleting, gone]),
  row('FltGetVolumeFromInstance', 'APC', 'VOL-002', 'The volume an instance is attached to.', [instance, referenced('RetVolume', 'PFLT_VOLUME')], [success, deleting, gone]),
  row('FltGetFilterFromInstance', 'APC', 'VOL-061', 'The filter an instance belongs to.', [instance, referenced('RetFilter', 'PFLT_FILTER')], [success, deleting, gone]),
  row('FltGetFilterFromName', 'APC', 'VOL-061', 'A registered filter by its name.', [filterName, referenced('RetFilter', 'PFLT_FILTER')], [success, ['STATUS_FLT_FILTER_NOT_FOUND', 'there is none'], deleting]),
];

const information = (subject: RoutineParameter, kind: string, classes: string): RoutineParameter[] => [
  subject, input('InformationClass', 'number', classes), optionalOutput('Buffer', 'KBUFFER | object', `receives the ${kind}; a plain object receives its members by name`), input('BufferSize', 'number', 'bytes'),
  output('BytesReturned', 'Ref<number>', 'bytes stored, or needed'),
];
const wrongClass: readonly [string, string] = ['STATUS_INVALID_PARAMETER', 'there is no such class, or a pointer\'s object is gone'];
const name = (parameter: string): RoutineParameter[] => [{ ...optionalInput(parameter, 'UNICODE_STRING', 'receives the name; its MaximumLength counts'), direction: 'inout' }, optionalOutput('BufferSizeNeeded', 'Ref<number>', 'bytes the name needs')];

const properties: readonly RoutineRow[] = [
  row('FltGetVolumeName', 'APC', 'VOL-002', 'The device name of a volume.', [volume, ...name('VolumeName')], [success, tooSmall, gone]),
  row('FltGetVolumeGuidName', 'PASSIVE', 'VOL-002', 'The name of a volume with its GUID.', [volume, ...name('VolumeGuidName')], [success, tooSmall, ['STATUS_NOT_FOUND', 'the volume has no such name'], ['STATUS_INVALID_DEVICE_REQUEST', 'a network volume has no GUID'], ['STATUS_FLT_VOLUME_NOT_FOUND', 'the volume is gone'], noMemory, gone]),
  row('FltGetVolumeProperties', 'APC', 'VOL-063', 'FLT_VOLUME_PROPERTIES: device type, sector size, names.',
    [volume, optionalOutput('VolumeProperties', 'KBUFFER | object', 'receives FLT_VOLUME_PROPERTIES; a plain object receives its members by name'), input('VolumePropertiesLength', 'number', 'bytes'), output('LengthReturned', 'Ref<number>', 'bytes stored, or needed')],
    [success, ['STATUS_BUFFER_TOO_SMALL', 'less than the structure'], ['STATUS_BUFFER_OVERFLOW', 'less than structure and names: the numbers are there, the names are not (a warning)'], gone]),
  row('FltGetVolumeInformation', 'APC', 'VOL-063', 'Information about a volume.', information(volume, 'structure', 'FilterVolumeBasicInformation 0, FilterVolumeStandardInformation 1'), [success, tooSmall, wrongClass]),
  row('FltGetInstanceInformation', 'APC', 'VOL-063', 'Information about an instance: names, altitude.',
    information(instance, 'structure', 'InstanceBasicInformation 0, InstancePartialInformation 1, InstanceFullInformation 2, InstanceAggregateStandardInformation 3'), [success, tooSmall, wrongClass]),
  row('FltGetFilterInformation', 'APC', 'VOL-063', 'Information about a filter: name, frame, instances.',
    information(filter, 'structure', 'FilterFullInformation 0, FilterAggregateBasicInformation 1, FilterAggregateStandardInformation 2'), [success, tooSmall, wrongClass]),
  row('FltGetFileSystemType', 'APC', 'VOL-063', 'Which file system a volume has: FLT_FSTYPE_*.', [object, output('FileSystemType', `Ref<${fileSystemType}>`, 'receives it')], [success, gone]),
  row('FltIsVolumeWritable', 'PASSIVE', 'VOL-063', 'Whether the disk below a volume can be written.', [object, output('IsWritable', 'Ref<boolean>', 'receives the answer')], [success, ['STATUS_INVALID_DEVICE_REQUEST', 'the device cannot tell'], noMemory, gone]),
  row('FltIsVolumeSnapshot', 'PASSIVE', 'VOL-063', 'Whether a volume is a snapshot.', [object, output('IsSnapshotVolume', 'Ref<boolean>', 'receives the answer')], [success, ['STATUS_FLT_NO_DEVICE_OBJECT', 'the volume has no disk'], noMemory, gone]),
  row('FltGetDeviceObject', 'DISPATCH', 'VOL-002', 'The device object of the file system on a volume.', [volume, output('DeviceObject', 'Ref<PDEVICE_OBJECT>', 'receives it, referenced: give it back with ObDereferenceObject')], [success, ['STATUS_FLT_NO_DEVICE_OBJECT', 'the volume has no device object'], gone]),
  row('FltGetDiskDeviceObject', 'DISPATCH', 'VOL-002', 'The disk device object below a volume.', [volume, output('DiskDeviceObject', 'Ref<PDEVICE_OBJECT | null>', 'receives it, referenced: give it back with ObDereferenceObject')],
    [success, ['STATUS_FLT_NO_DEVICE_OBJECT', 'the volume has no disk: a network file system, or storage that is gone'], gone]),
  row('FltGetRoutineAddress', 'DISPATCH', 'driver-api-usage.md 5.10', 'A routine of the Filter Manager by its name, for drivers that run on versions without it.', [input('FltMgrRoutineName', 'string', 'exact name')], [], '((...args: any[]) => any) | null'),
];

export const fltObjectRows: readonly RoutineRow[] = [...lifeCycle, ...lookups, ...properties];
