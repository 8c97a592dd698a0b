/** References and handles of kernel objects. */
import { input, optionalInput, optionalOutput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const object = input('Object', 'object', 'the object');
const access = input('DesiredAccess', 'ULONG', 'not checked');
const type = optionalInput('ObjectType', 'POBJECT_TYPE', 'PsProcessType, PsThreadType, IoFileObjectType ...; NULL: any');
const mode = input('AccessMode', 'ULONG', 'KernelMode or UserMode');
const tag = input('Tag', 'string | number', 'four letters');
const handle = input('Handle', 'HANDLE', 'the handle');

const dispatch = ownRows({ area: 'Object references', source: 'wdm.h: the page of the routine', irql: 'DISPATCH' }, [
  { name: 'ObReferenceObject', returns: 'void', parameters: [object], meaning: 'Takes one more reference. What is not given back is in the leak report.' },
  { name: 'ObfReferenceObject', returns: 'void', parameters: [object], meaning: 'As ObReferenceObject.' },
  { name: 'ObReferenceObjectWithTag', returns: 'void', parameters: [object, tag], meaning: 'As ObReferenceObject; the tag is ignored.' },
  { name: 'ObReferenceObjectByPointer', returns: 'NTSTATUS', parameters: [object, access, type, mode], statuses: [['STATUS_SUCCESS', 'referenced'], ['STATUS_OBJECT_TYPE_MISMATCH', 'the object has another type']], meaning: 'Takes one more reference if the type is right.' },
  { name: 'ObDereferenceObject', returns: 'number', parameters: [object], meaning: 'Gives a reference back. One too many is REFERENCE_BY_POINTER (0x18).' },
  { name: 'ObfDereferenceObject', returns: 'number', parameters: [object], meaning: 'As ObDereferenceObject.' },
  { name: 'ObDereferenceObjectWithTag', returns: 'number', parameters: [object, tag], meaning: 'As ObDereferenceObject; the tag is ignored.' },
  { name: 'ObDereferenceObjectDeferDelete', returns: 'number', parameters: [object], meaning: 'As ObDereferenceObject; the object goes away later.' },
]);

const apc = ownRows({ area: 'Object references', source: 'ntifs.h: the page of the routine', irql: 'APC' }, [
  {
    name: 'ObOpenObjectByPointer', returns: 'NTSTATUS', parameters: [object, input('HandleAttributes', 'ULONG', 'OBJ_KERNEL_HANDLE'), optionalInput('PassedAccessState', 'unknown', 'NULL'), access, type, mode, output('Handle', 'Ref<HANDLE>', 'receives the handle; close it with ZwClose')],
    statuses: [['STATUS_SUCCESS', 'opened'], ['STATUS_OBJECT_TYPE_MISMATCH', 'the object has another type'], ['STATUS_ACCESS_DENIED', 'no handle could be made'], ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'], ['STATUS_INVALID_PARAMETER', 'unknown attributes; not checked here'], ['STATUS_PRIVILEGE_NOT_HELD', 'a privilege is wanting; not checked here'], ['STATUS_QUOTA_EXCEEDED', 'too many handles; not checked here'], ['STATUS_UNSUCCESSFUL', 'no handle could be made']], meaning: 'A handle to an object.',
  },
  { name: 'ObIsKernelHandle', returns: 'boolean', parameters: [handle], meaning: 'Every handle is a kernel handle here.' },
]);

const passive = ownRows({ area: 'Object references', source: 'wdm.h: the page of the routine', irql: 'PASSIVE' }, [
  {
    name: 'ObReferenceObjectByHandle', returns: 'NTSTATUS', parameters: [handle, access, type, mode, output('Object', 'Ref<any>', 'receives the object; give it back with ObDereferenceObject'), optionalOutput('HandleInformation', 'unknown', 'NULL')],
    statuses: [['STATUS_SUCCESS', 'referenced'], ['STATUS_INVALID_HANDLE', 'no open handle'], ['STATUS_OBJECT_TYPE_MISMATCH', 'the object has another type'], ['STATUS_ACCESS_DENIED', 'the handle was opened for less than DesiredAccess; not checked here']], meaning: 'The object behind a handle.',
  },
  { name: 'ZwClose', returns: 'NTSTATUS', parameters: [handle], statuses: [['STATUS_SUCCESS', 'closed'], ['STATUS_INVALID_HANDLE', 'no open handle'], ['STATUS_HANDLE_NOT_CLOSABLE', 'the handle is protected; not here']], meaning: 'Closes a handle. One that FltCreateFile gave is closed with FltClose.' },
  { name: 'ObCloseHandle', returns: 'NTSTATUS', parameters: [handle, input('PreviousMode', 'ULONG', 'KernelMode')], statuses: [['STATUS_SUCCESS', 'closed'], ['STATUS_INVALID_HANDLE', 'no open handle'], ['STATUS_HANDLE_NOT_CLOSABLE', 'the handle is protected; not here']], meaning: 'As ZwClose.' },
  {
    name: 'InitializeObjectAttributes', irql: 'any', source: 'ntdef.h', returns: 'void', parameters: [output('InitializedAttributes', 'Ref<OBJECT_ATTRIBUTES> | OBJECT_ATTRIBUTES', 'the structure or a box for it'), optionalInput('ObjectName', 'PUNICODE_STRING | string', 'the name'), input('Attributes', 'ULONG', 'OBJ_KERNEL_HANDLE, OBJ_CASE_INSENSITIVE ...'), optionalInput('RootDirectory', 'HANDLE', 'what the name is relative to'), optionalInput('SecurityDescriptor', 'PVOID', 'the security descriptor')],
    meaning: 'Fills an OBJECT_ATTRIBUTES.',
  },
]);

export const objectRows: readonly RoutineRow[] = [...dispatch, ...apc, ...passive];
