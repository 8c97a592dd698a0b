/** Time. Times count 100 ns since 1601 (UTC) unless the row says otherwise. */
import { input, optionalOutput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const time = (name: string, meaning = 'the time'): ReturnType<typeof input> => input(name, 'LONGLONG', meaning);
const out = (name: string, meaning: string): ReturnType<typeof output> => output(name, 'Ref<LARGE_INTEGER> | LARGE_INTEGER', meaning);

const any = ownRows({ area: 'Time', source: 'wdm.h: the page of the routine; driver-api-usage.md 5.7', irql: 'any' }, [
  { name: 'KeQuerySystemTime', returns: 'void', parameters: [out('CurrentTime', 'receives the time')], meaning: 'The virtual clock: the recorded time of the operation under way.' },
  { name: 'KeQuerySystemTimePrecise', returns: 'void', parameters: [out('CurrentTime', 'receives the time')], meaning: 'As KeQuerySystemTime.' },
  { name: 'KeQueryInterruptTime', returns: 'bigint', parameters: [], meaning: 'Time since the start of the run, in 100 ns.' },
  { name: 'KeQueryUnbiasedInterruptTime', returns: 'bigint', parameters: [], meaning: 'Time since the start of the run, in 100 ns.' },
  { name: 'KeQueryInterruptTimePrecise', returns: 'bigint', parameters: [output('QpcTimeStamp', 'Ref<bigint>', 'receives the performance counter')], meaning: 'Time since the start of the run, in 100 ns.' },
  { name: 'KeQueryPerformanceCounter', returns: 'LARGE_INTEGER', parameters: [optionalOutput('PerformanceFrequency', 'Ref<LARGE_INTEGER> | LARGE_INTEGER', 'receives the ticks of a second: 10000000')], meaning: 'The performance counter: ticks since the start of the run.' },
  { name: 'KeQueryTickCount', returns: 'void', parameters: [out('CurrentCount', 'receives the count')], meaning: 'Clock interrupts since the start of the run; KeQueryTimeIncrement says how long one is.' },
  { name: 'KeQueryTimeIncrement', returns: 'number', parameters: [], meaning: 'Length of a clock interrupt: 156250 units of 100 ns.' },
  { name: 'ExSystemTimeToLocalTime', returns: 'void', parameters: [time('SystemTime'), out('LocalTime', 'receives the local time')], meaning: 'Local time is UTC here, so that runs are the same everywhere.' },
  { name: 'ExLocalTimeToSystemTime', returns: 'void', parameters: [time('LocalTime'), out('SystemTime', 'receives the system time')], meaning: 'Local time is UTC here.' },
  { name: 'RtlTimeToTimeFields', returns: 'void', parameters: [time('Time'), output('TimeFields', 'Ref<TIME_FIELDS> | TIME_FIELDS', 'receives year, month, day ...')], meaning: 'Splits a time.' },
  { name: 'RtlTimeFieldsToTime', returns: 'boolean', parameters: [input('TimeFields', 'TIME_FIELDS', 'year, month, day ...; Weekday is ignored'), out('Time', 'receives the time')], meaning: 'Puts a time together; FALSE for fields that name no moment.' },
]);

const apc = ownRows({ area: 'Time', source: 'ntifs.h: the page of the routine', irql: 'APC' }, ['1970', '1980'].flatMap((year) => [
  { name: `RtlTimeToSecondsSince${year}`, returns: 'boolean', parameters: [time('Time'), output('ElapsedSeconds', 'Ref<number>', `receives the seconds since ${year}`)], meaning: `Seconds since the start of ${year}; FALSE where 32 bits do not hold them.` },
  { name: `RtlSecondsSince${year}ToTime`, returns: 'void', parameters: [input('ElapsedSeconds', 'ULONG', `seconds since ${year}`), out('Time', 'receives the time')], meaning: `The time so many seconds after the start of ${year}.` },
]));

export const timeRows: readonly RoutineRow[] = [...any, ...apc];
