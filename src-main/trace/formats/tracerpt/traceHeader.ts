/** The first event of a tracerpt file: the log file's header as fields. Source: etw-formats.md 2, 14, 15. */
import type { DetailValue } from '../../record.ts';

/** MOF class EventTrace_Header, as far as its order does not depend on the version of tracerpt. */
export const headerFields = [
  'BufferSize', 'Version', 'ProviderVersion', 'NumberOfProcessors', 'EndTime', 'TimerResolution', 'MaxFileSize', 'LogFileMode', 'BuffersWritten', 'StartBuffers',
  'PointerSize', 'EventsLost', 'CPUSpeed',
] as const;

/** What of the header says something of the system and the recording. */
const shown: ReadonlyMap<string, string> = new Map([
  ['ProviderVersion', 'build'], ['NumberOfProcessors', 'processors'], ['PointerSize', 'pointerSize'], ['EventsLost', 'eventsLost'], ['CPUSpeed', 'cpuSpeedInMHz'],
  ['BuffersLost', 'buffersLost'], ['PerfFreq', 'performanceFrequency'], ['LoggerName', 'loggerName'], ['LogFileName', 'logFileName'], ['SessionNameString', 'loggerName'],
  ['LogFileNameString', 'logFileName'],
]);

export class TraceHeader {
  readonly #facts: { [key: string]: DetailValue } = {};
  eventsLost = 0;
  buffersLost = 0;
  /** Of the performance counter, where the header says it; 0 where not. */
  frequency = 0;

  get facts(): { readonly [key: string]: DetailValue } {
    return this.#facts;
  }

  /** One field as text. */
  take(name: string, text: string): void {
    const key = shown.get(name);
    if (key === undefined || text === '') return;
    const number = /^(?:\d{1,15}|0[xX][0-9a-fA-F]{1,12})$/.test(text) ? Number(text) : null;
    // Pointers to the names stand under the names' own names in some versions.
    if (key.endsWith('Name') && number !== null) return;
    this.#facts[key] = number ?? text;
    if (number === null) return;
    if (key === 'eventsLost') this.eventsLost = number;
    else if (key === 'buffersLost') this.buffersLost = number;
    else if (key === 'performanceFrequency') this.frequency = number;
  }
}
