/** Security descriptors and access rights. */
import { input, inputOutput, optionalInput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const descriptor = inputOutput('SecurityDescriptor', 'object', 'the security descriptor');

const passive = ownRows({ area: 'Security', source: 'wdm.h, ntifs.h: the page of the routine; driver-api-usage.md 1.3', irql: 'PASSIVE' }, [
  { name: 'RtlCreateSecurityDescriptor', returns: 'NTSTATUS', parameters: [output('SecurityDescriptor', 'object', 'any object'), input('Revision', 'ULONG', 'SECURITY_DESCRIPTOR_REVISION')], statuses: [['STATUS_SUCCESS', 'made'], ['STATUS_UNKNOWN_REVISION', 'another revision']], meaning: 'Makes a security descriptor. Nothing is checked against it.' },
  { name: 'RtlSetDaclSecurityDescriptor', returns: 'NTSTATUS', parameters: [descriptor, input('DaclPresent', 'boolean', 'FALSE: Dacl is ignored'), optionalInput('Dacl', 'PVOID', 'NULL grants everything to everybody'), optionalInput('DaclDefaulted', 'boolean', 'ignored')], statuses: [['STATUS_SUCCESS', 'always']], meaning: 'Sets the access list. No effect: a port of FltBuildDefaultSecurityDescriptor opens to scripts all the same.' },
  { name: 'IoGetFileObjectGenericMapping', source: 'IoGetFileObjectGenericMapping', returns: 'GENERIC_MAPPING', parameters: [], meaning: 'What the generic rights mean for files.' },
  { name: 'RtlValidSecurityDescriptor', returns: 'boolean', parameters: [{ ...descriptor, direction: 'in' }], meaning: 'Always TRUE.' },
  { name: 'RtlLengthSecurityDescriptor', returns: 'number', parameters: [{ ...descriptor, direction: 'in' }], meaning: 'Bytes of an empty self-relative descriptor: 20.' },
]);

const apc = ownRows({ area: 'Security', source: 'ntddk.h: RtlMapGenericMask', irql: 'APC' }, [
  { name: 'RtlSetOwnerSecurityDescriptor', source: 'RtlSetOwnerSecurityDescriptor', returns: 'NTSTATUS', parameters: [descriptor, optionalInput('Owner', 'PVOID', 'ignored'), optionalInput('OwnerDefaulted', 'boolean', 'ignored')], statuses: [['STATUS_SUCCESS', 'always']], meaning: 'Sets the owner. No effect.' },
  { name: 'RtlMapGenericMask', returns: 'void', parameters: [inputOutput('AccessMask', 'Ref<number>', 'generic rights are replaced'), input('GenericMapping', 'GENERIC_MAPPING', '{ GenericRead, GenericWrite, GenericExecute, GenericAll }')], meaning: 'Replaces GENERIC_READ and the like by the rights they stand for.' },
]);

export const securityRows: readonly RoutineRow[] = [...passive, ...apc];
