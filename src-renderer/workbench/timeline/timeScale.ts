/** Ticks of the session's clock along a line of pixels. `to` is behind the last tick. */
const smallestSpan = 20n;

export class TimeScale {
  readonly from: bigint;
  readonly to: bigint;
  readonly width: number;

  constructor(from: bigint, to: bigint, width: number) {
    this.from = from;
    this.to = to > from ? to : from + 1n;
    this.width = Math.max(1, width);
  }

  get span(): bigint {
    return this.to - this.from;
  }

  x(time: bigint): number {
    return (Number(time - this.from) / Number(this.span)) * this.width;
  }

  /** Within the line. */
  time(x: number): bigint {
    const share = Math.min(1, Math.max(0, x / this.width));
    const time = this.from + BigInt(Math.round(share * Number(this.span)));
    return time >= this.to ? this.to - 1n : time;
  }

  /** So many times the span, with the time at `x` where it was, within `bounds`. */
  zoomed(factor: number, x: number, bounds: { readonly from: bigint; readonly to: bigint }): { from: bigint; to: bigint } {
    const whole = bounds.to - bounds.from;
    const wanted = BigInt(Math.max(1, Math.round(Number(this.span) * factor)));
    const least = whole < smallestSpan ? whole : smallestSpan;
    const span = wanted < least ? least : wanted > whole ? whole : wanted;
    const share = Math.min(1, Math.max(0, x / this.width));
    return within(this.time(x) - BigInt(Math.round(share * Number(span))), span, bounds);
  }

  panned(pixels: number, bounds: { readonly from: bigint; readonly to: bigint }): { from: bigint; to: bigint } {
    return within(this.from + BigInt(Math.round((pixels / this.width) * Number(this.span))), this.span, bounds);
  }

  /** Round times about `apart` pixels from each other: steps of 1, 2 or 5, of minutes and hours as clocks have them. */
  ticks(apart = 110): { readonly step: bigint; readonly times: readonly bigint[] } {
    const wanted = (Number(this.span) / this.width) * apart;
    const step = steps.find((candidate) => Number(candidate) >= wanted) ?? BigInt(Math.ceil(wanted / Number(day))) * day;
    const times: bigint[] = [];
    for (let time = ((this.from + step - 1n) / step) * step; time < this.to; time += step) times.push(time);
    return { step, times };
  }
}

function within(from: bigint, span: bigint, bounds: { readonly from: bigint; readonly to: bigint }): { from: bigint; to: bigint } {
  const latest = bounds.to - span;
  const begin = from < bounds.from ? bounds.from : from > latest ? latest : from;
  return { from: begin, to: begin + span };
}

const second = 10_000_000n;
const day = 86_400n * second;
const steps: readonly bigint[] = [
  ...[1n, 10n, 100n, 1000n, 10_000n, 100_000n, 1_000_000n].flatMap((unit) => [unit, 2n * unit, 5n * unit]),
  ...[1n, 2n, 5n, 10n, 15n, 30n, 60n, 120n, 300n, 600n, 900n, 1800n, 3600n, 7200n, 10_800n, 21_600n, 43_200n, 86_400n].map((seconds) => seconds * second),
];

/** A time as far as steps of this size differ: `09:15`, `09:15:03`, `09:15:03.25`. */
export function tickText(timeOfDay: string, step: bigint): string {
  if (step >= 60n * second) return timeOfDay.slice(0, 5);
  if (step >= second) return timeOfDay.slice(0, 8);
  let decimals = 7;
  for (let unit = 10n; decimals > 1 && step % unit === 0n; unit *= 10n) decimals--;
  return timeOfDay.slice(0, 9 + decimals);
}
