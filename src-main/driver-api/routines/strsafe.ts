/** The counted text routines of ntstrsafe.h, and what drivers use of the C runtime. */
import { input, inputOutput, optionalOutput, output, ownRows, rest, type RoutineRow } from '../routineRow.ts';

const stored = [['STATUS_SUCCESS', 'the whole text and its NUL are stored'], ['STATUS_BUFFER_OVERFLOW', 'cut off (a warning: NT_SUCCESS is false)'], ['STATUS_INVALID_PARAMETER', 'no room at all, or more than 2147483647 characters']] as const;
const args = rest('arguments', 'unknown', 'what the format names');

function family(prefix: 'RtlStringCb' | 'RtlStringCch', suffix: 'A' | 'W'): readonly RoutineRow[] {
  const size = prefix === 'RtlStringCb' ? 'cbDest' : 'cchDest';
  const unit = prefix === 'RtlStringCb' ? 'bytes' : 'characters';
  const width = suffix === 'W' ? 'UTF-16' : 'one byte a character';
  const destination = output('pszDest', 'KBUFFER | Ref<string>', `receives the text (${width}) and a NUL; a box receives the text alone`);
  const changed = inputOutput('pszDest', 'KBUFFER | Ref<string>', `the text (${width}) to append to`);
  const room = input(size, 'SIZE_T', `room in ${unit}, the NUL included`);
  const source = input('pszSrc', 'string | PUNICODE_STRING | KBUFFER', 'the text');
  const count = (verb: 'Copy' | 'Append'): ReturnType<typeof input> => input(`${prefix === 'RtlStringCb' ? 'cb' : 'cch'}To${verb}`, 'SIZE_T', `at most so many ${unit}`);
  return ownRows({ area: 'Values and strings', source: `${prefix}PrintfW and its relatives, ntstrsafe.h`, irql: 'PASSIVE' }, [
    { name: `${prefix}Printf${suffix}`, returns: 'NTSTATUS', parameters: [destination, room, input('pszFormat', 'string', 'as DbgPrint'), args], statuses: stored, meaning: 'Writes formatted text.' },
    { name: `${prefix}Copy${suffix}`, returns: 'NTSTATUS', parameters: [destination, room, source], statuses: stored, meaning: 'Copies a text.' },
    { name: `${prefix}CopyN${suffix}`, returns: 'NTSTATUS', parameters: [destination, room, source, count('Copy')], statuses: stored, meaning: 'Copies the beginning of a text.' },
    { name: `${prefix}Cat${suffix}`, returns: 'NTSTATUS', parameters: [changed, room, source], statuses: stored, meaning: 'Appends a text.' },
    { name: `${prefix}CatN${suffix}`, returns: 'NTSTATUS', parameters: [changed, room, source, count('Append')], statuses: stored, meaning: 'Appends the beginning of a text.' },
    {
      name: `${prefix}Length${suffix}`, returns: 'NTSTATUS', parameters: [input('psz', 'string | KBUFFER', 'the text'), input(prefix === 'RtlStringCb' ? 'cbMax' : 'cchMax', 'SIZE_T', `${unit} it may have, the NUL included`), optionalOutput(prefix === 'RtlStringCb' ? 'pcbLength' : 'pcchLength', 'Ref<number>', `receives its length in ${unit}`)],
      statuses: [['STATUS_SUCCESS', 'measured'], ['STATUS_INVALID_PARAMETER', 'there is no NUL within the limit']], meaning: 'Measures a text.',
    },
  ]);
}

const destination = output('pszDest', 'KBUFFER | Ref<string>', 'receives the text and a NUL');
const unicode = ownRows({ area: 'Values and strings', source: 'ntstrsafe.h', irql: 'PASSIVE' }, [
  { name: 'RtlStringCbCopyUnicodeString', returns: 'NTSTATUS', parameters: [destination, input('cbDest', 'SIZE_T', 'room in bytes'), input('SourceString', 'PUNICODE_STRING | string', 'the text')], statuses: stored, meaning: 'Copies a UNICODE_STRING as a text with its NUL.' },
  { name: 'RtlStringCchCopyUnicodeString', returns: 'NTSTATUS', parameters: [destination, input('cchDest', 'SIZE_T', 'room in characters'), input('SourceString', 'PUNICODE_STRING | string', 'the text')], statuses: stored, meaning: 'Copies a UNICODE_STRING as a text with its NUL.' },
  { name: 'RtlStringCbCatUnicodeString', returns: 'NTSTATUS', parameters: [destination, input('cbDest', 'SIZE_T', 'room in bytes'), input('SourceString', 'PUNICODE_STRING | string', 'the text')], statuses: stored, meaning: 'Appends a UNICODE_STRING.' },
  { name: 'RtlUnicodeStringPrintf', returns: 'NTSTATUS', parameters: [inputOutput('DestinationString', 'UNICODE_STRING', 'the string'), input('pszFormat', 'string', 'as DbgPrint'), args], statuses: [['STATUS_SUCCESS', 'stored'], ['STATUS_BUFFER_OVERFLOW', 'cut off at MaximumLength'], ['STATUS_INVALID_PARAMETER', 'a string whose lengths contradict each other']], meaning: 'Writes formatted text into a UNICODE_STRING.' },
]);

const text = (name: string): ReturnType<typeof input> => input(name, 'string | PUNICODE_STRING | KBUFFER', 'the text');
const count = input('count', 'SIZE_T', 'at most so many characters');
const character = input('c', 'string | number', 'one character');
const runtime = ownRows({ area: 'C runtime', source: 'the C runtime of the kernel', irql: 'any' }, [
  ...['wcslen', 'strlen'].map((name) => ({ name, returns: 'number', parameters: [text('str')], meaning: 'Length in characters.' })),
  { name: 'wcsnlen', returns: 'number', parameters: [text('str'), count], meaning: 'Length in characters, at most `count`.' },
  ...['wcscmp', 'strcmp'].map((name) => ({ name, returns: 'number', parameters: [text('string1'), text('string2')], meaning: 'Negative, 0 or positive.' })),
  ...['_wcsicmp', '_stricmp'].map((name) => ({ name, returns: 'number', parameters: [text('string1'), text('string2')], meaning: 'Negative, 0 or positive; case is ignored.' })),
  ...['wcsncmp', 'strncmp'].map((name) => ({ name, returns: 'number', parameters: [text('string1'), text('string2'), count], meaning: 'Negative, 0 or positive, of the beginnings.' })),
  { name: '_wcsnicmp', returns: 'number', parameters: [text('string1'), text('string2'), count], meaning: 'Negative, 0 or positive, of the beginnings; case is ignored.' },
  ...['wcsstr', 'strstr'].map((name) => ({ name, returns: 'string | null', parameters: [text('str'), text('strSearch')], meaning: 'The text from the first occurrence on; null where there is none.' })),
  { name: 'wcschr', returns: 'string | null', parameters: [text('str'), character], meaning: 'The text from the first such character on; null where there is none.' },
  { name: 'wcsrchr', returns: 'string | null', parameters: [text('str'), character], meaning: 'The text from the last such character on; null where there is none.' },
  { name: 'towupper', returns: 'string', parameters: [character], meaning: 'The upper-case character.' },
  { name: 'towlower', returns: 'string', parameters: [character], meaning: 'The lower-case character.' },
]);

export const strsafeRows: readonly RoutineRow[] = [
  ...family('RtlStringCb', 'W'), ...family('RtlStringCch', 'W'), ...family('RtlStringCb', 'A'), ...family('RtlStringCch', 'A'), ...unicode, ...runtime,
];
