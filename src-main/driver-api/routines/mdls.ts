/** Memory descriptor lists. Lengths count bytes. */
import { input, inputOutput, optionalInput, ownRows, type RoutineRow } from '../routineRow.ts';

const mdl = (name: string, meaning = 'the descriptor list'): ReturnType<typeof input> => input(name, 'PMDL', meaning);
const priority = input('Priority', 'ULONG', 'LowPagePriority, NormalPagePriority or HighPagePriority');
const mode = input('AccessMode', 'ULONG', 'KernelMode or UserMode');
const operation = input('Operation', 'ULONG', 'IoReadAccess, IoWriteAccess or IoModifyAccess');

const dispatch = ownRows({ area: 'MDLs', source: 'wdm.h: the page of the routine; driver-api-usage.md 5.5', irql: 'DISPATCH' }, [
  {
    name: 'IoAllocateMdl', returns: 'PMDL | null', parameters: [input('VirtualAddress', 'KBUFFER', 'the buffer'), input('Length', 'SIZE_T', 'bytes to describe'), optionalInput('SecondaryBuffer', 'boolean', 'chain to the IRP\'s MDL; not supported here'), optionalInput('ChargeQuota', 'boolean', 'ignored'), optionalInput('Irp', 'unknown', 'always NULL in a minifilter')],
    meaning: 'Allocates a memory descriptor list for a buffer; null without memory.',
  },
  { name: 'IoFreeMdl', returns: 'void', parameters: [mdl('Mdl', 'from IoAllocateMdl')], meaning: 'Frees an MDL. Not one that has been put into callback data: that one is the Filter Manager\'s (FV-029).' },
  { name: 'MmBuildMdlForNonPagedPool', returns: 'void', parameters: [mdl('MemoryDescriptorList', 'from IoAllocateMdl, over nonpaged pool')], meaning: 'Fills in the pages of a nonpaged buffer.' },
  { name: 'IoBuildPartialMdl', returns: 'void', parameters: [mdl('SourceMdl', 'the whole'), inputOutput('TargetMdl', 'PMDL', 'describes the part from now on'), input('VirtualAddress', 'KBUFFER', 'a window on the buffer of SourceMdl, where the part begins'), input('Length', 'SIZE_T', 'bytes; 0: to the end')], meaning: 'Makes an MDL describe a part of what another one describes.' },
  { name: 'MmGetSystemAddressForMdlSafe', returns: 'KBUFFER | null', parameters: [mdl('Mdl'), priority], meaning: 'The pages of an MDL as a buffer that can be used in any process; null under memory pressure.' },
  { name: 'MmGetSystemAddressForMdl', returns: 'KBUFFER | null', parameters: [mdl('Mdl')], meaning: 'As MmGetSystemAddressForMdlSafe. Obsolete.' },
  {
    name: 'MmMapLockedPagesSpecifyCache', returns: 'KBUFFER | null', parameters: [mdl('MemoryDescriptorList'), mode, input('CacheType', 'ULONG', 'MmCached'), optionalInput('RequestedAddress', 'unknown', 'NULL'), input('BugCheckOnFailure', 'ULONG', 'ignored'), priority],
    meaning: 'As MmGetSystemAddressForMdlSafe.',
  },
  { name: 'MmUnmapLockedPages', returns: 'void', parameters: [input('BaseAddress', 'KBUFFER', 'from MmMapLockedPagesSpecifyCache'), mdl('MemoryDescriptorList')], meaning: 'Undoes a mapping.' },
  { name: 'MmPrepareMdlForReuse', returns: 'void', parameters: [mdl('Mdl')], meaning: 'Releases what a partial MDL has mapped.' },
  { name: 'MmUnlockPages', returns: 'void', parameters: [mdl('MemoryDescriptorList', 'locked with MmProbeAndLockPages')], meaning: 'Unlocks pages.' },
  { name: 'MmIsAddressValid', returns: 'boolean', parameters: [optionalInput('VirtualAddress', 'unknown', 'a buffer')], source: 'MmIsAddressValid (its page advises against using it)', meaning: 'Whether touching the address would not fault now.' },
]);

const any = ownRows({ area: 'MDLs', source: 'wdm.h: the page of the macro', irql: 'any' }, [
  { name: 'MmGetMdlVirtualAddress', returns: 'KBUFFER', parameters: [mdl('Mdl')], meaning: 'The buffer an MDL was made for; usable only where that buffer is.' },
  { name: 'MmGetMdlByteCount', returns: 'number', parameters: [mdl('Mdl')], meaning: 'How many bytes the MDL describes.' },
  { name: 'MmGetMdlByteOffset', returns: 'number', parameters: [mdl('Mdl')], meaning: 'Offset of the buffer in its first page.' },
]);

const apc = ownRows({ area: 'MDLs', source: 'wdm.h: MmProbeAndLockPages', irql: 'APC' }, [
  { name: 'MmProbeAndLockPages', returns: 'void', parameters: [mdl('MemoryDescriptorList'), mode, operation], meaning: 'Locks the pages of a buffer; raises an exception when it is not there. Undo with MmUnlockPages.' },
  { name: 'MmProbeAndLockProcessPages', returns: 'void', parameters: [mdl('MemoryDescriptorList'), input('Process', 'PEPROCESS', 'whose buffer it is'), mode, operation], meaning: 'As MmProbeAndLockPages, for another process.' },
]);

export const mdlRows: readonly RoutineRow[] = [...dispatch, ...any, ...apc];
