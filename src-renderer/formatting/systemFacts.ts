/** What a trace says of itself, in words: where and how it was recorded. */
import type { DetailValue } from '../../src-preload/contract/index.ts';
import { detailText } from './detailText.ts';
import { formatBytes, formatCount } from './numbers.ts';
import { formatUtcOffset } from './utcOffset.ts';

export interface Fact {
  readonly name: string;
  readonly text: string;
}

type System = { readonly [key: string]: DetailValue };

/** The facts an analyst looks for first, in their order. What is not known is left out. */
export function systemFacts(system: System): readonly Fact[] {
  const { text, count } = reading(system);
  const memory = system['physicalMemory'];
  const facts: readonly (readonly [string, string])[] = [
    ['Computer', text('computer')],
    ['Windows', windowsText(system)],
    ['Processors', count('processors')],
    ['Memory', typeof memory === 'number' || typeof memory === 'bigint' ? formatBytes(Number(memory)) : ''],
    ['Session', text('sessionName', 'loggerName')],
    ['Recorded', text('recorded')],
    ['Log file', text('logFileName')],
    ['Lost', lostText(system)],
    ['Times', timesText(system)],
    ['Description', text('description')],
  ];
  return facts.filter(([, value]) => value !== '').map(([name, value]) => ({ name, text: value }));
}

/** The same with how the file was wrapped, and with what other tools said of their traces. */
export function reportFacts(system: System): readonly Fact[] {
  const { text } = reading(system);
  const packed = system['packedBytes'];
  const wrapped = [text('wrapping'), text('member'), typeof packed === 'number' ? formatBytes(packed) : ''].filter((word) => word !== '').join(' · ');
  const parts = system['parts'];
  const others = Object.entries(system).filter(([key, value]) => !toldKeys.has(key) && value !== null && value !== '');
  return [
    ...systemFacts(system),
    ...(wrapped === '' ? [] : [{ name: 'Wrapped', text: wrapped }]),
    ...(Array.isArray(parts) ? [{ name: 'Parts', text: detailText(parts) }] : []),
    ...others.map(([name, value]) => ({ name, text: detailText(value) })),
  ];
}

/** What the trace lacks, and how to record it better: sentences for people. */
export function systemNotes({ note }: System): readonly string[] {
  if (typeof note !== 'string' || note === '') return [];
  return note.split('; ').map((sentence) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${/[.!?]$/.test(sentence) ? '' : '.'}`);
}

/** Said above in other words, told elsewhere in a report, or of use to nobody who reads one. */
const toldKeys: ReadonlySet<string> = new Set([
  'computer', 'systemRoot', 'is64Bit', 'windowsVersion', 'windowsBuild', 'servicePack', 'productType', 'windows', 'osVersion', 'build', 'pointerSize', 'processors', 'physicalMemory',
  'highestUserAddress', 'sessionName', 'loggerName', 'recorded', 'logFileName', 'eventsLost', 'buffersLost', 'lossMarks', 'missingSequenceNumbers', 'timeZone', 'timeZoneBias', 'date', 'dateOrder',
  'precision', 'times', 'start', 'clock', 'startTime', 'endTime', 'buffers', 'compressedBuffers', 'skippedBuffers', 'cpuSpeed', 'cpuSpeedInMHz', 'performanceFrequency', 'traceLength', 'columns',
  'listedProcesses', 'pendingAtEnd', 'description', 'synthetic', 'note', 'wrapping', 'member', 'packedBytes', 'parts',
]);

function reading(system: System): { text: (...keys: string[]) => string; count: (key: string) => string } {
  const text = (...keys: string[]): string => {
    const value = keys.map((key) => system[key]).find((candidate) => candidate !== undefined && candidate !== null && candidate !== '');
    return value === undefined ? '' : detailText(value);
  };
  const count = (key: string): string => {
    const value = system[key];
    return typeof value === 'number' && value > 0 ? formatCount(value) : '';
  };
  return { text, count };
}

/** `10.0.19045 Service Pack 1, 64-bit, server` */
function windowsText(system: System): string {
  const { text } = reading(system);
  const version = text('windowsVersion', 'windows', 'osVersion', 'build').replace(/^(\d+\.\d+) build (\d+)$/, '$1.$2');
  const bits = typeof system['is64Bit'] === 'boolean' ? (system['is64Bit'] ? '64-bit' : '32-bit') : system['pointerSize'] === 8 ? '64-bit' : system['pointerSize'] === 4 ? '32-bit' : '';
  return [[version === '0.0.0' ? '' : version, text('servicePack')].filter((word) => word !== '').join(' '), bits, text('productType')].filter((word) => word !== '').join(', ');
}

function lostText(system: System): string {
  const amount = (key: string, what: string): string[] => {
    const value = system[key];
    return typeof value === 'number' && value > 0 ? [`${formatCount(value)} ${what}`] : [];
  };
  return [...amount('eventsLost', 'events'), ...amount('buffersLost', 'buffers'), ...amount('missingSequenceNumbers', 'numbers missing')].join(', ');
}

/** What has to be known of its times: a zone that is told, and what is assumed. */
function timesText(system: System): string {
  const { text } = reading(system);
  const bias = system['timeZoneBias'];
  const zone = text('timeZone');
  const words = [
    typeof bias === 'number' && bias !== 0 && Math.abs(bias) <= 24 * 60 ? `recorded where local time was UTC${formatUtcOffset(-bias)}` : '',
    zone === '' ? '' : `time zone ${zone}`,
    system['date'] === undefined || system['date'] === 'recorded' ? '' : `date ${text('date')}`,
    text('dateOrder') === '' ? '' : `order of dates: ${text('dateOrder')}`,
    text('precision'),
    text('start') === '' ? '' : `start ${text('start')}`,
    text('times'),
  ];
  return words.filter((word) => word !== '').join('; ');
}
