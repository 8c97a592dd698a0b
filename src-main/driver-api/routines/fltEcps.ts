/** Extra create parameters. Bound to the engine. Source: the reference page of each routine; filter-manager-objects.md 6.5 (GEN-014, GEN-043, GEN-044). */
import { input, inputOutput, optionalInput, optionalOutput, output, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

const row = (name: string, meaning: string, parameters: readonly RoutineParameter[], returns = 'void', statuses: RoutineRow['statuses'] = [], rule = 'GEN-043'): RoutineRow => ({
  name, area: 'Extra create parameters', irql: 'APC', meaning, parameters, statuses, returns, source: `${name} (${rule})`, binding: 'engine',
});

const filter = input('Filter', 'PFLT_FILTER', 'the caller\'s own filter');
const list = input('EcpList', 'PECP_LIST', 'the list');
const context = input('EcpContext', 'PVOID', 'the context of a parameter');
const type = input('EcpType', 'GUID | string', 'the type of parameter, a GUID of the driver\'s own or GUID_ECP_*');
const size = input('SizeOfContext', 'ULONG', 'bytes of the context; here it is an object that takes any members');
const cleanup = optionalInput('CleanupCallback', 'PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK', 'called before the context is freed');
const made = output('EcpContext', 'Ref<any>', 'receives the context: set its members, then insert it into a list');
const lookaside = inputOutput('LookasideList', 'object', 'from FltInitExtraCreateParameterLookasideList');
const found = optionalOutput('EcpContext', 'Ref<any>', 'receives the context; NULL where there is none');
const foundSize = optionalOutput('EcpContextSize', 'Ref<number>', 'receives its size in bytes');
const noMemory: readonly [string, string] = ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'];
const notFound: readonly [string, string] = ['STATUS_NOT_FOUND', 'the list has no parameter of that type'];
const allocated: RoutineRow['statuses'] = [['STATUS_SUCCESS', 'allocated'], noMemory, ['STATUS_INVALID_PARAMETER', 'EcpType is no GUID']];

const making: readonly RoutineRow[] = [
  row('FltAllocateExtraCreateParameterList', 'Makes an empty list, for FltCreateFileEx2 or FltSetEcpListIntoCallbackData. Free it unless a create has become its owner.', [
    filter, input('Flags', 'ULONG', '0, or FSRTL_ALLOCATE_ECPLIST_FLAG_CHARGE_QUOTA'), output('EcpList', 'Ref<PECP_LIST | null>', 'receives the list'),
  ], 'NTSTATUS', [['STATUS_SUCCESS', 'made'], noMemory]),
  row('FltFreeExtraCreateParameterList', 'Frees a list with every parameter in it, after their cleanup callbacks. Not a list that was attached to a create: that one is the I/O manager\'s (OV-070).', [filter, list]),
  row('FltAllocateExtraCreateParameter', 'Allocates one parameter. Until it is inserted into a list it is the caller\'s to free.', [
    filter, type, size, input('Flags', 'ULONG', '0, FSRTL_ALLOCATE_ECP_FLAG_CHARGE_QUOTA or FSRTL_ALLOCATE_ECP_FLAG_NONPAGED_POOL'), cleanup, input('PoolTag', 'string | number', 'four characters'), made,
  ], 'NTSTATUS', allocated),
  row('FltAllocateExtraCreateParameterFromLookasideList', 'As FltAllocateExtraCreateParameter, from a lookaside list.', [
    filter, type, size, input('Flags', 'ULONG', '0'), cleanup, lookaside, made,
  ], 'NTSTATUS', allocated),
  row('FltInitExtraCreateParameterLookasideList', 'Makes a lookaside list for parameters of one size. No effect here but the pairing: delete it before the driver is unloaded.', [
    filter, inputOutput('Lookaside', 'object', 'any object that stands for the list'), input('Flags', 'ULONG', '0, or FSRTL_ECP_LOOKASIDE_FLAG_NONPAGED_POOL'), input('Size', 'SIZE_T', 'bytes of one context'),
    input('Tag', 'string | number', 'four characters'),
  ]),
  row('FltDeleteExtraCreateParameterLookasideList', 'Deletes a lookaside list; every parameter from it has been freed.', [
    filter, inputOutput('Lookaside', 'object', 'from FltInitExtraCreateParameterLookasideList'), input('Flags', 'ULONG', 'as it was made with'),
  ]),
  row('FltFreeExtraCreateParameter', 'Frees a parameter that is in no list. One in a list goes with the list (OV-070).', [filter, context]),
];

const searching: readonly RoutineRow[] = [
  row('FltInsertExtraCreateParameter', 'Puts a parameter into a list, which owns it from now on.', [filter, inputOutput('EcpList', 'PECP_LIST', 'the list'), inputOutput('EcpContext', 'PVOID', 'from FltAllocateExtraCreateParameter')], 'NTSTATUS', [
    ['STATUS_SUCCESS', 'inserted'], ['STATUS_INVALID_PARAMETER', 'the list has one of that type, the parameter is in a list, or one of them has been freed'],
  ]),
  row('FltRemoveExtraCreateParameter', 'Takes a parameter out of a list; it is the caller\'s to free.', [filter, inputOutput('EcpList', 'PECP_LIST', 'the list'), type, output('EcpContext', 'Ref<any>', 'receives the context'), foundSize], 'NTSTATUS', [['STATUS_SUCCESS', 'taken out'], notFound]),
  row('FltFindExtraCreateParameter', 'Looks for a parameter by its type. It stays in the list.', [filter, list, type, found, foundSize], 'NTSTATUS', [['STATUS_SUCCESS', 'found'], notFound]),
  row('FltGetNextExtraCreateParameter', 'Goes through a list, parameter by parameter.', [
    filter, list, optionalInput('CurrentEcpContext', 'PVOID', 'the one before; NULL begins'), optionalOutput('NextEcpType', 'Ref<string>', 'receives the type: the GUID as text in lower case, for IsEqualGUID'),
    optionalOutput('NextEcpContext', 'Ref<any>', 'receives the context; NULL where there is none'), optionalOutput('NextEcpContextSize', 'Ref<number>', 'receives its size in bytes'),
  ], 'NTSTATUS', [['STATUS_SUCCESS', 'there is a next one'], ['STATUS_NOT_FOUND', 'the list is empty, or CurrentEcpContext was the last'], ['STATUS_INVALID_PARAMETER', 'EcpList is NULL']]),
];

const operations: readonly RoutineRow[] = [
  row('FltGetEcpListFromCallbackData', 'The list of a create; NULL where it has none. The list is not the caller\'s to free.', [
    filter, input('CallbackData', 'PFLT_CALLBACK_DATA', 'an IRP-based create'), output('EcpList', 'Ref<PECP_LIST | null>', 'receives the list, or NULL'),
  ], 'NTSTATUS', [['STATUS_SUCCESS', 'also where there is no list'], ['STATUS_INVALID_PARAMETER', 'no IRP-based create']]),
  row('FltSetEcpListIntoCallbackData', 'Attaches a list to a create, for the filters below; the I/O manager frees it at the end. NULL takes a list away.', [
    filter, input('CallbackData', 'PFLT_CALLBACK_DATA', 'an IRP-based create, in its pre callback'), optionalInput('EcpList', 'PECP_LIST', 'the list'),
  ], 'NTSTATUS', [
    ['STATUS_SUCCESS', 'attached'], ['STATUS_INVALID_PARAMETER_2', 'no IRP-based create'], ['STATUS_INVALID_PARAMETER_3', 'the create has a list: use that one'], ['STATUS_INVALID_PARAMETER', 'the list has been freed'],
  ]),
  row('FltAcknowledgeEcp', 'Says that a parameter has been understood and acted upon; its sender can ask.', [filter, context], 'void', [], 'GEN-044'),
  row('FltIsEcpAcknowledged', 'Whether somebody below has acknowledged a parameter.', [filter, context], 'boolean', [], 'GEN-044'),
  row('FltIsEcpFromUserMode', 'Whether a program has sent the parameter: then nothing in it can be trusted.', [filter, context], 'boolean', [], 'GEN-044'),
  row('FltPrepareToReuseEcp', 'Takes the acknowledgement back, so that a parameter can be sent with another create.', [filter, context], 'void', [], 'GEN-044'),
];

export const ecpRows: readonly RoutineRow[] = [...making, ...searching, ...operations];
