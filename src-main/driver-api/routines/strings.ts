/** Text routines. IRQL limits and statuses are those of their pages. */
import { input, inputOutput, optionalInput, optionalOutput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const text = (name: string, meaning = 'the text'): ReturnType<typeof input> => input(name, 'PUNICODE_STRING | string', meaning);
const ignoreCase = (name = 'CaseInSensitive'): ReturnType<typeof input> => input(name, 'boolean', 'TRUE ignores case');
const target = output('DestinationString', 'Ref<UNICODE_STRING> | UNICODE_STRING', 'the string or a box for it');
const allocate = input('AllocateDestinationString', 'boolean', 'TRUE makes a new string, to be freed with RtlFreeUnicodeString');
const converted = [['STATUS_SUCCESS', 'converted'], ['STATUS_BUFFER_OVERFLOW', 'not allocated, and MaximumLength is too small'], ['STATUS_NO_MEMORY', 'no memory for a new string'], ['STATUS_INVALID_PARAMETER', 'not allocated, and there is no string to fill']] as const;
const appended = [['STATUS_SUCCESS', 'appended'], ['STATUS_BUFFER_TOO_SMALL', 'MaximumLength does not allow it; nothing is changed']] as const;
const safe = [['STATUS_SUCCESS', 'stored'], ['STATUS_BUFFER_OVERFLOW', 'cut off at MaximumLength (a warning: NT_SUCCESS is false)'], ['STATUS_INVALID_PARAMETER', 'a string whose lengths contradict each other']] as const;
const base = optionalInput('Base', 'ULONG', '0, 2, 8, 10 or 16');

const anyLevel = ownRows({ area: 'Values and strings', source: 'wdm.h, ntdef.h; driver-api-usage.md 5.8', irql: 'any' }, [
  { name: 'RtlInitUnicodeString', returns: 'void', parameters: [target, optionalInput('SourceString', 'PUNICODE_STRING | string', 'the text')], meaning: 'Makes a UNICODE_STRING of a text. Length counts bytes; MaximumLength is two more.' },
  { name: 'RtlInitEmptyUnicodeString', returns: 'void', parameters: [{ ...target, name: 'UnicodeString' }, optionalInput('Buffer', 'unknown', 'not needed: text has its own memory'), input('BufferSize', 'USHORT', 'MaximumLength in bytes')], meaning: 'Makes an empty string that can take so many bytes.' },
  { name: 'RtlCopyUnicodeString', returns: 'void', parameters: [output('DestinationString', 'UNICODE_STRING', 'written, as far as MaximumLength allows'), optionalInput('SourceString', 'PUNICODE_STRING | string', 'the text; NULL empties the string')], meaning: 'Copies a string. What does not fit is cut off silently.' },
  { name: 'RtlAppendUnicodeToString', returns: 'NTSTATUS', parameters: [inputOutput('Destination', 'UNICODE_STRING', 'the string'), optionalInput('Source', 'PUNICODE_STRING | string', 'the text')], statuses: appended, meaning: 'Appends a text.' },
  { name: 'RtlAppendUnicodeStringToString', returns: 'NTSTATUS', parameters: [inputOutput('Destination', 'UNICODE_STRING', 'the string'), text('Source')], statuses: appended, meaning: 'Appends a string.' },
  { name: 'RtlInitAnsiString', returns: 'void', parameters: [output('DestinationString', 'Ref<ANSI_STRING> | ANSI_STRING', 'the string or a box for it'), optionalInput('SourceString', 'string', 'the text')], meaning: 'Makes an ANSI_STRING of a text.' },
  { name: 'RtlInitString', returns: 'void', parameters: [output('DestinationString', 'Ref<ANSI_STRING> | ANSI_STRING', 'the string or a box for it'), optionalInput('SourceString', 'string', 'the text')], meaning: 'As RtlInitAnsiString.' },
  { name: 'RtlCopyString', returns: 'void', parameters: [output('DestinationString', 'ANSI_STRING', 'written, as far as MaximumLength allows'), optionalInput('SourceString', 'ANSI_STRING | string', 'the text')], meaning: 'Copies an ANSI_STRING.' },
]);

const apc = ownRows({ area: 'Values and strings', source: 'wdm.h, ntddk.h, ntifs.h', irql: 'APC' }, [
  { name: 'RtlUpcaseUnicodeChar', returns: 'string', parameters: [input('SourceCharacter', 'string | number', 'one character')], meaning: 'The upper-case character, by the same table everywhere.' },
  { name: 'RtlUpperChar', returns: 'string', parameters: [input('Character', 'string | number', 'one character')], meaning: 'The upper-case character of A to Z.' },
  { name: 'RtlUpperString', returns: 'void', parameters: [output('DestinationString', 'ANSI_STRING', 'written'), input('SourceString', 'ANSI_STRING | string', 'the text')], meaning: 'Copies an ANSI_STRING in upper case.' },
  { name: 'RtlUpcaseUnicodeString', returns: 'NTSTATUS', parameters: [target, text('SourceString'), allocate], statuses: converted, meaning: 'Copies a string in upper case.' },
  { name: 'RtlDowncaseUnicodeString', returns: 'NTSTATUS', parameters: [target, text('SourceString'), allocate], statuses: converted, meaning: 'Copies a string in lower case.' },
  { name: 'RtlHashUnicodeString', returns: 'NTSTATUS', parameters: [text('String'), ignoreCase(), input('HashAlgorithm', 'ULONG', 'HASH_STRING_ALGORITHM_DEFAULT or HASH_STRING_ALGORITHM_X65599'), output('HashValue', 'Ref<number>', 'receives the hash')], statuses: [['STATUS_SUCCESS', 'computed'], ['STATUS_INVALID_PARAMETER', 'another algorithm']], meaning: 'A 32-bit hash of a string: the same for equal strings.' },
  { name: 'RtlFreeUnicodeString', returns: 'void', parameters: [inputOutput('UnicodeString', 'UNICODE_STRING', 'made by a routine that allocates')], meaning: 'Frees what RtlCreateUnicodeString, RtlAnsiStringToUnicodeString and the like have allocated; the string is empty afterwards.' },
  { name: 'RtlFreeAnsiString', returns: 'void', parameters: [inputOutput('AnsiString', 'ANSI_STRING', 'made by RtlUnicodeStringToAnsiString')], meaning: 'Frees an allocated ANSI_STRING.' },
  { name: 'RtlUnicodeToMultiByteN', returns: 'NTSTATUS', parameters: [output('MultiByteString', 'KBUFFER', 'receives one byte a character'), input('MaxBytesInMultiByteString', 'ULONG', 'bytes there are'), optionalOutput('BytesInMultiByteString', 'Ref<number>', 'receives the bytes written'), text('UnicodeString'), input('BytesInUnicodeString', 'ULONG', 'bytes of the text')], statuses: [['STATUS_SUCCESS', 'converted'], ['STATUS_BUFFER_OVERFLOW', 'cut off']], meaning: 'Writes a text as bytes; characters beyond 255 become ?.' },
]);

const passive = ownRows({ area: 'Values and strings', source: 'wdm.h, ntddk.h, ntifs.h', irql: 'PASSIVE' }, [
  { name: 'RtlEqualUnicodeString', returns: 'boolean', parameters: [text('String1'), text('String2'), ignoreCase()], meaning: 'Whether the strings are the same.' },
  { name: 'RtlCompareUnicodeString', returns: 'number', parameters: [text('String1'), text('String2'), ignoreCase()], meaning: 'Negative, 0 or positive: the first string is less, the same, greater.' },
  { name: 'RtlPrefixUnicodeString', returns: 'boolean', parameters: [text('String1', 'the beginning'), text('String2', 'the whole'), ignoreCase()], meaning: 'Whether the first string begins the second. Says nothing about where a path component ends: `\\dir` begins `\\directory`.' },
  { name: 'RtlSuffixUnicodeString', returns: 'boolean', parameters: [text('String1', 'the end'), text('String2', 'the whole'), ignoreCase()], meaning: 'Whether the first string ends the second.' },
  { name: 'RtlEqualString', returns: 'boolean', parameters: [input('String1', 'ANSI_STRING | string', 'the text'), input('String2', 'ANSI_STRING | string', 'the text'), ignoreCase()], meaning: 'Whether two ANSI_STRINGs are the same.' },
  { name: 'RtlCompareString', returns: 'number', parameters: [input('String1', 'ANSI_STRING | string', 'the text'), input('String2', 'ANSI_STRING | string', 'the text'), ignoreCase()], meaning: 'Negative, 0 or positive.' },
  { name: 'RtlDowncaseUnicodeChar', returns: 'string', parameters: [input('SourceCharacter', 'string | number', 'one character')], meaning: 'The lower-case character.' },
  { name: 'RtlIntegerToUnicodeString', returns: 'NTSTATUS', parameters: [input('Value', 'ULONG', 'the number'), base, inputOutput('String', 'UNICODE_STRING', 'receives the digits')], statuses: [['STATUS_SUCCESS', 'converted'], ['STATUS_BUFFER_OVERFLOW', 'MaximumLength is too small'], ['STATUS_INVALID_PARAMETER', 'another base']], meaning: 'Writes a 32-bit number as text.' },
  { name: 'RtlInt64ToUnicodeString', returns: 'NTSTATUS', parameters: [input('Value', 'LONGLONG', 'the number'), base, inputOutput('String', 'UNICODE_STRING', 'receives the digits')], statuses: [['STATUS_SUCCESS', 'converted'], ['STATUS_BUFFER_OVERFLOW', 'MaximumLength is too small'], ['STATUS_INVALID_PARAMETER', 'another base']], meaning: 'Writes a 64-bit number as text.' },
  { name: 'RtlUnicodeStringToInteger', returns: 'NTSTATUS', parameters: [text('String', 'blanks, sign, 0x 0o 0b, digits'), base, output('Value', 'Ref<number>', 'receives the number')], statuses: [['STATUS_SUCCESS', 'read; 0 when there is no digit'], ['STATUS_INVALID_PARAMETER', 'another base']], meaning: 'Reads a number from a text.' },
  { name: 'RtlCharToInteger', returns: 'NTSTATUS', parameters: [input('String', 'string', 'the text'), base, output('Value', 'Ref<number>', 'receives the number')], statuses: [['STATUS_SUCCESS', 'read'], ['STATUS_INVALID_PARAMETER', 'another base']], meaning: 'As RtlUnicodeStringToInteger, for a plain text.' },
  { name: 'RtlAnsiStringToUnicodeString', returns: 'NTSTATUS', parameters: [target, input('SourceString', 'ANSI_STRING | string', 'the text'), allocate], statuses: converted, meaning: 'Makes a UNICODE_STRING of an ANSI_STRING.' },
  { name: 'RtlUnicodeStringToAnsiString', returns: 'NTSTATUS', parameters: [output('DestinationString', 'Ref<ANSI_STRING> | ANSI_STRING', 'the string or a box for it'), text('SourceString'), allocate], statuses: converted, meaning: 'Makes an ANSI_STRING of a UNICODE_STRING.' },
  { name: 'RtlAnsiStringToUnicodeSize', returns: 'number', parameters: [input('AnsiString', 'ANSI_STRING | string', 'the text')], meaning: 'Bytes the text needs as UTF-16, with its end.' },
  { name: 'RtlxAnsiStringToUnicodeSize', returns: 'number', parameters: [input('AnsiString', 'ANSI_STRING | string', 'the text')], meaning: 'As RtlAnsiStringToUnicodeSize.' },
  { name: 'RtlUnicodeStringToAnsiSize', returns: 'number', parameters: [text('String')], meaning: 'Bytes the text needs with one byte a character, with its end.' },
  { name: 'RtlCreateUnicodeString', returns: 'boolean', parameters: [target, input('SourceString', 'PUNICODE_STRING | string', 'the text')], meaning: 'Makes a string with memory of its own; FALSE without memory. Free it with RtlFreeUnicodeString.' },
  { name: 'RtlDuplicateUnicodeString', returns: 'NTSTATUS', parameters: [input('Flags', 'ULONG', 'ignored'), text('StringIn'), { ...target, name: 'StringOut' }], statuses: [['STATUS_SUCCESS', 'made'], ['STATUS_NO_MEMORY', 'no memory']], meaning: 'Makes a copy with memory of its own.' },
  { name: 'RtlGUIDFromString', returns: 'NTSTATUS', parameters: [text('GuidString', '{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}'), output('Guid', 'Ref<GUID> | GUID', 'receives the GUID')], statuses: [['STATUS_SUCCESS', 'read'], ['STATUS_INVALID_PARAMETER', 'not in that form']], meaning: 'Reads a GUID.' },
  { name: 'RtlStringFromGUID', returns: 'NTSTATUS', parameters: [input('Guid', 'GUID', 'the GUID'), { ...target, name: 'GuidString' }], statuses: [['STATUS_SUCCESS', 'made; free it with RtlFreeUnicodeString'], ['STATUS_NO_MEMORY', 'no memory'], ['STATUS_INVALID_PARAMETER', 'no GUID']], meaning: 'Writes a GUID in braces.' },
  { name: 'FsRtlIsNameInExpression', returns: 'boolean', parameters: [text('Expression', 'pattern: * ? and the DOS forms < > "; already in upper case when case is ignored'), text('Name', 'the name, without wildcards'), ignoreCase('IgnoreCase'), optionalInput('UpcaseTable', 'unknown', 'always NULL')], meaning: 'Whether a name matches a pattern.' },
  { name: 'FsRtlDoesNameContainWildCards', returns: 'boolean', parameters: [text('Name')], meaning: 'Whether a name has one of * ? < > ".' },
  { name: 'FsRtlAreNamesEqual', returns: 'boolean', parameters: [text('ConstantNameA'), text('ConstantNameB'), ignoreCase('IgnoreCase'), optionalInput('UpcaseTable', 'unknown', 'always NULL')], meaning: 'Whether two names are the same.' },
  { name: 'FsRtlDissectName', returns: 'void', parameters: [text('Path'), output('FirstName', 'Ref<UNICODE_STRING> | UNICODE_STRING', 'receives the first component'), output('RemainingName', 'Ref<UNICODE_STRING> | UNICODE_STRING', 'receives what follows it, without the backslash')], meaning: 'Splits the first component off a path.' },
]);

const strsafe = ownRows({ area: 'Values and strings', source: 'ntstrsafe.h', irql: 'PASSIVE' }, [
  { name: 'RtlUnicodeStringInit', returns: 'NTSTATUS', parameters: [target, optionalInput('pszSrc', 'string', 'the text')], statuses: [['STATUS_SUCCESS', 'made'], ['STATUS_INVALID_PARAMETER', 'longer than 32767 characters']], meaning: 'RtlInitUnicodeString with a check.' },
  { name: 'RtlUnicodeStringCopy', returns: 'NTSTATUS', parameters: [output('DestinationString', 'UNICODE_STRING', 'the string'), text('SourceString')], statuses: safe, meaning: 'Copies a string and says when it was cut off.' },
  { name: 'RtlUnicodeStringCopyString', returns: 'NTSTATUS', parameters: [output('DestinationString', 'UNICODE_STRING', 'the string'), input('pszSrc', 'string', 'the text')], statuses: safe, meaning: 'Copies a text and says when it was cut off.' },
  { name: 'RtlUnicodeStringCat', returns: 'NTSTATUS', parameters: [inputOutput('DestinationString', 'UNICODE_STRING', 'the string'), text('SourceString')], statuses: safe, meaning: 'Appends a string and says when it was cut off.' },
  { name: 'RtlUnicodeStringCatString', returns: 'NTSTATUS', parameters: [inputOutput('DestinationString', 'UNICODE_STRING', 'the string'), input('pszSrc', 'string', 'the text')], statuses: safe, meaning: 'Appends a text and says when it was cut off.' },
  { name: 'RtlUnicodeStringValidate', returns: 'NTSTATUS', parameters: [input('SourceString', 'UNICODE_STRING', 'the string')], statuses: [['STATUS_SUCCESS', 'sound'], ['STATUS_INVALID_PARAMETER', 'its lengths contradict one another']], meaning: 'Whether a UNICODE_STRING is sound.' },
]);

export const stringRows: readonly RoutineRow[] = [...anyLevel, ...apc, ...passive, ...strsafe];
