/** Sorted tables. */
import { input, inputOutput, optionalInput, optionalOutput, ownRows, type RoutineRow } from '../routineRow.ts';

const table = inputOutput('Table', 'object', 'the table: any object');
const buffer = input('Buffer', 'PVOID', 'an element, or what the comparison needs of one');

const family = (suffix: '' | 'Avl'): readonly RoutineRow[] => ownRows({ area: 'Lists', source: `ntddk.h: RtlInitializeGenericTable${suffix} and its relatives`, irql: 'DISPATCH' }, [
  { name: `RtlInitializeGenericTable${suffix}`, returns: 'void', parameters: [{ ...table, direction: 'out' }, input('CompareRoutine', 'Function', '(Table, First, Second): GenericLessThan, GenericGreaterThan or GenericEqual'), input('AllocateRoutine', 'Function', '(Table, ByteSize): memory or NULL'), input('FreeRoutine', 'Function', '(Table, Buffer)'), optionalInput('TableContext', 'PVOID', 'kept as Table.TableContext')], meaning: 'Makes an empty table.' },
  { name: `RtlInsertElementGenericTable${suffix}`, returns: 'any', parameters: [table, buffer, input('BufferSize', 'SIZE_T', 'bytes of the element'), optionalOutput('NewElement', 'Ref<boolean>', 'receives whether it is new')], meaning: 'Puts a copy of an element in. Returns the element in the table: the copy, or the equal one that was there; null without memory.' },
  { name: `RtlLookupElementGenericTable${suffix}`, returns: 'any', parameters: [table, buffer], meaning: 'The equal element in the table; null where there is none.' },
  { name: `RtlDeleteElementGenericTable${suffix}`, returns: 'boolean', parameters: [table, buffer], meaning: 'Takes the equal element out and frees it; FALSE where there is none.' },
  { name: `RtlEnumerateGenericTable${suffix}`, returns: 'any', parameters: [table, input('Restart', 'boolean', 'TRUE begins with the first')], meaning: 'The next element in ascending order; null after the last.' },
  { name: `RtlGetElementGenericTable${suffix}`, returns: 'any', parameters: [table, input('I', 'ULONG', 'number from 0')], meaning: 'An element by its number; null beyond the last.' },
  { name: `RtlNumberGenericTableElements${suffix}`, returns: 'number', parameters: [table], meaning: 'How many there are.' },
  { name: `RtlIsGenericTableEmpty${suffix}`, returns: 'boolean', parameters: [table], meaning: 'Whether there are none.' },
]);

export const genericTableRows: readonly RoutineRow[] = [...family(''), ...family('Avl')];
