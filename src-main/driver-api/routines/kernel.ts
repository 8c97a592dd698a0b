/** File names, and spin locks as marks of intent. Implemented in nameInformation.ts and ownRoutines.ts. */
import { input, inputOutput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const nameInfo = inputOutput('FileNameInformation', 'PFLT_FILE_NAME_INFORMATION', 'from FltGetFileNameInformation');

const names = ownRows({ area: 'Names', source: 'fltkernel reference; filter-manager-core.md section 7', irql: 'APC' }, [
  {
    name: 'FltGetFileNameInformation', returns: 'NTSTATUS',
    parameters: [input('CallbackData', 'PFLT_CALLBACK_DATA', 'the operation'), input('NameOptions', 'number', 'format FLT_FILE_NAME_NORMALIZED, _OPENED or _SHORT, with a query method FLT_FILE_NAME_QUERY_*'), output('FileNameInformation', 'Ref<PFLT_FILE_NAME_INFORMATION>', 'receives the name; release it')],
    statuses: [['STATUS_SUCCESS', 'the name'], ['STATUS_FLT_INVALID_NAME_REQUEST', 'in the paging path when no name is cached, or without a file object'], ['STATUS_INVALID_PARAMETER', 'no format, or no query method'], ['STATUS_FLT_NAME_CACHE_MISS', 'only the cache was asked']],
    meaning: 'The name of the file the operation is for, with its volume: `\\Device\\HarddiskVolume1\\Users\\...`. Taken from the trace, where short and normalised names are the same.',
  },
  { name: 'FltParseFileNameInformation', returns: 'NTSTATUS', parameters: [nameInfo], statuses: [['STATUS_SUCCESS', 'the parts are filled in']], meaning: 'Splits the name into volume, share, parent directory, final component, extension and stream.' },
  { name: 'FltReleaseFileNameInformation', returns: 'void', parameters: [nameInfo], meaning: 'Gives the reference back. The structure must not be used afterwards.' },
  { name: 'FltReferenceFileNameInformation', returns: 'void', parameters: [nameInfo], meaning: 'Takes one more reference.' },
]);

const synchronisation = ownRows({ area: 'Synchronisation', source: 'wdm.h; driver-api-usage.md 5.12', irql: 'any' }, [
  { name: 'KeInitializeSpinLock', returns: 'void', parameters: [inputOutput('SpinLock', 'object', 'any object that stands for the lock')], meaning: 'Makes a spin lock. Driver routines never run at the same time here, so locks only mark intent.' },
  { name: 'KeAcquireSpinLock', returns: 'void', irql: 'DISPATCH', parameters: [inputOutput('SpinLock', 'object', 'the lock'), output('OldIrql', 'Ref<number>', 'receives the IRQL')], meaning: 'Takes a spin lock.' },
  { name: 'KeReleaseSpinLock', returns: 'void', irql: 'DISPATCH', parameters: [inputOutput('SpinLock', 'object', 'the lock'), input('NewIrql', 'number', 'what KeAcquireSpinLock gave')], meaning: 'Releases a spin lock.' },
]);

export const kernelRoutines: readonly RoutineRow[] = [...names, ...synchronisation];
