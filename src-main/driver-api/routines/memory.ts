/** Plain memory. Sizes and offsets count bytes. */
import { input, inputOutput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const destination = output('Destination', 'KBUFFER', 'written');
const source = input('Source', 'KBUFFER', 'read');
const length = input('Length', 'SIZE_T', 'bytes');

const plain = ownRows({ area: 'Memory', source: 'wdm.h, ntifs.h; driver-api-usage.md 5.5', irql: 'any' }, [
  { name: 'RtlCopyMemory', returns: 'void', parameters: [destination, source, length], meaning: 'Copies bytes. Bytes that the trace did not record stay unknown in the copy.' },
  { name: 'RtlMoveMemory', returns: 'void', parameters: [destination, source, length], meaning: 'Copies bytes between buffers that may overlap.' },
  { name: 'RtlCopyBytes', returns: 'void', parameters: [destination, source, length], meaning: 'As RtlCopyMemory.' },
  { name: 'RtlCopyMemoryNonTemporal', returns: 'void', parameters: [destination, source, length], meaning: 'As RtlCopyMemory.' },
  { name: 'RtlZeroMemory', returns: 'void', parameters: [destination, length], meaning: 'Clears bytes.' },
  { name: 'RtlZeroBytes', returns: 'void', parameters: [destination, length], meaning: 'As RtlZeroMemory.' },
  { name: 'RtlSecureZeroMemory', returns: 'void', parameters: [{ ...destination, name: 'ptr' }, { ...length, name: 'cnt' }], meaning: 'As RtlZeroMemory, never optimised away.' },
  { name: 'RtlFillMemory', returns: 'void', parameters: [destination, length, input('Fill', 'UCHAR', 'the byte')], meaning: 'Fills bytes.' },
  { name: 'RtlFillBytes', returns: 'void', parameters: [destination, length, input('Fill', 'UCHAR', 'the byte')], meaning: 'As RtlFillMemory.' },
  { name: 'RtlFillMemoryUlong', returns: 'void', parameters: [destination, length, input('Pattern', 'ULONG', 'four bytes')], meaning: 'Fills with a 32-bit pattern; Length is a multiple of four.' },
  { name: 'RtlCompareMemory', returns: 'number', parameters: [input('Source1', 'KBUFFER', 'read'), input('Source2', 'KBUFFER', 'read'), length], meaning: 'How many bytes are the same from the start: Length when all are.' },
  { name: 'RtlEqualMemory', returns: 'boolean', parameters: [{ ...destination, direction: 'in', meaning: 'read' }, source, length], meaning: 'Whether the bytes are the same.' },
  { name: 'RtlCompareMemoryUlong', returns: 'number', parameters: [source, length, input('Pattern', 'ULONG', 'four bytes')], meaning: 'How many bytes from the start repeat the pattern.' },
  { name: 'Add2Ptr', returns: 'KBUFFER', parameters: [input('P', 'KBUFFER', 'the buffer'), input('I', 'SIZE_T', 'bytes to go on')], source: 'ntifs.h samples', meaning: 'The rest of a buffer from an offset on, on the same bytes.' },
]);

const runtime = ownRows({ area: 'C runtime', source: 'the C runtime of the kernel', irql: 'any' }, [
  { name: 'memcpy', returns: 'KBUFFER', parameters: [{ ...destination, name: 'dest' }, { ...source, name: 'src' }, { ...length, name: 'count' }], meaning: 'As RtlCopyMemory; returns the destination.' },
  { name: 'memmove', returns: 'KBUFFER', parameters: [{ ...destination, name: 'dest' }, { ...source, name: 'src' }, { ...length, name: 'count' }], meaning: 'As RtlMoveMemory; returns the destination.' },
  { name: 'memset', returns: 'KBUFFER', parameters: [{ ...destination, name: 'dest' }, input('c', 'UCHAR', 'the byte'), { ...length, name: 'count' }], meaning: 'Fills bytes; returns the destination.' },
  { name: 'memcmp', returns: 'number', parameters: [input('buffer1', 'KBUFFER', 'read'), input('buffer2', 'KBUFFER', 'read'), { ...length, name: 'count' }], meaning: 'Negative, 0 or positive: the first byte that differs.' },
]);

const address = inputOutput('Address', 'KBUFFER', 'the user buffer');
const alignment = input('Alignment', 'ULONG', '1, 2, 4, 8 or 16');
const probing = ownRows({ area: 'Memory', source: 'wdm.h: ProbeForRead, ProbeForWrite', irql: 'APC' }, [
  { name: 'ProbeForRead', returns: 'void', parameters: [{ ...address, optional: true }, length, alignment], meaning: 'Raises an exception unless the buffer is a program\'s and long enough. Call it in try; Length 0 is always fine.' },
  { name: 'ProbeForWrite', returns: 'void', parameters: [{ ...address, optional: true }, length, alignment], meaning: 'As ProbeForRead, for writing.' },
  { name: 'ExRaiseStatus', returns: 'never', parameters: [input('Status', 'NTSTATUS', 'its code')], source: 'ExRaiseStatus', meaning: 'Raises an exception: what is caught has GetExceptionCode().' },
]);
const raising = ownRows({ area: 'Memory', source: 'ntddk.h', irql: 'PASSIVE' }, [
  { name: 'ExRaiseAccessViolation', returns: 'never', parameters: [], meaning: 'Raises STATUS_ACCESS_VIOLATION.' },
  { name: 'ExRaiseDatatypeMisalignment', returns: 'never', parameters: [], meaning: 'Raises STATUS_DATATYPE_MISALIGNMENT.' },
]);

export const memoryRows: readonly RoutineRow[] = [...plain, ...runtime, ...probing, ...raising];
