/** How long operations took, in slots that are exact up to 128 ticks and 1/64 of their value wide above. */
const exact = 128;
const perOctave = 64;
/** 2^7 to 2^46 ticks: 81 days. */
const octaves = 40;

export class DurationHistogram {
  readonly #counts = new Uint32Array(exact + octaves * perOctave);
  count = 0;
  longest = 0;

  add(ticks: number): void {
    const slot = slotOf(ticks);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.count++;
    if (ticks > this.longest) this.longest = ticks;
  }

  /** The smallest slot's end that at least this share of all lie in or below; null where there are none. */
  quantile(share: number): number | null {
    if (this.count === 0) return null;
    let left = Math.ceil(share * this.count);
    for (let slot = 0; slot < this.#counts.length; slot++) {
      left -= this.#counts[slot] ?? 0;
      if (left <= 0) return Math.min(this.longest, endOf(slot));
    }
    return this.longest;
  }
}

function slotOf(ticks: number): number {
  if (ticks < exact) return Math.max(0, Math.floor(ticks));
  const octave = Math.min(octaves - 1, Math.floor(Math.log2(ticks)) - 7);
  const within = Math.min(perOctave - 1, Math.floor(ticks / 2 ** (octave + 1)) - perOctave);
  return exact + octave * perOctave + Math.max(0, within);
}

/** The highest whole number of ticks in a slot. */
function endOf(slot: number): number {
  if (slot < exact) return slot;
  const octave = Math.floor((slot - exact) / perOctave);
  return ((slot - exact) % perOctave + perOctave + 1) * 2 ** (octave + 1) - 1;
}
