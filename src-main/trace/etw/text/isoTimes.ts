/** Times of text forms: `2024-01-17T21:20:00.000100000Z`, or with an offset (`-07:00`) instead of `Z`. Finer than 100 ns is cut. */
import type { TraceTime } from '../../record.ts';

/** Ticks from 1601-01-01 to 1970-01-01. */
const unixEpoch = 116_444_736_000_000_000n;
const minuteLength = 17;

export class IsoTimes {
  /** Minutes by which times without a zone are ahead of UTC. */
  readonly #utcOffset: number;
  /** Times of one minute stand together: the text up to the minute, and its ticks. */
  #minute = '';
  #zone = '';
  #base = 0n;
  #isKnown = false;
  /** A time was read that stood without a zone. */
  lackZone = false;

  constructor(utcOffset: number) {
    this.#utcOffset = utcOffset;
  }

  read(text: string): TraceTime | undefined {
    let end = minuteLength + 2;
    let ticks = digits(text, minuteLength, end);
    let scale = 10_000_000;
    ticks *= scale;
    if (text.charCodeAt(end) === 0x2e) {
      end += 1;
      for (let digit = digitAt(text, end); digit >= 0; digit = digitAt(text, ++end)) {
        scale /= 10;
        if (scale >= 1) ticks += digit * scale;
      }
    }
    if (!(ticks >= 0)) return undefined;
    const zone = text.length === end + 1 ? 'Z' : text.slice(end);
    if (zone !== this.#zone || !text.startsWith(this.#minute) || this.#minute === '') this.#learn(text.slice(0, minuteLength), text.slice(end));
    return this.#isKnown ? ((this.#base + BigInt(ticks)) as TraceTime) : undefined;
  }

  #learn(minute: string, zone: string): void {
    this.#minute = minute;
    this.#zone = zone === 'z' ? 'Z' : zone;
    const zoneMinutes = this.#zoneMinutes(zone);
    const match = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):$/.exec(minute);
    this.#isKnown = match !== null && zoneMinutes !== undefined && Number(match[1]) >= 1601;
    if (!this.#isKnown || match === null) return;
    const unix = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]), Number(match[4]), Number(match[5]) - (zoneMinutes ?? 0));
    this.#base = BigInt(unix) * 10_000n + unixEpoch;
    this.#isKnown = this.#base >= 0n;
  }

  #zoneMinutes(zone: string): number | undefined {
    if (zone === 'Z' || zone === 'z') return 0;
    if (zone === '') {
      this.lackZone = true;
      return this.#utcOffset;
    }
    const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
    return match === null ? undefined : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
  }
}

function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit < 10 ? digit : -1;
}

/** NaN where there is anything else. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = digitAt(text, at);
    if (digit < 0) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
