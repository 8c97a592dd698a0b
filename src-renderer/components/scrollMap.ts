/**
 * Scroll positions for lists taller than a browser allows.
 *
 * Browsers clamp an element's height (Chromium near 33.5 million px, Firefox near 17.8), which 22 px rows reach at 800 000 to
 * 1.5 million. So the scrolled element is at most `maxHeight` tall, and a position in the list ("virtual", in px from the first
 * row) is kept beside the element's own scrollTop ("physical"). A short move, a wheel notch or a page, moves both by the same
 * pixels; a long one, a drag of the thumb, is taken as a fraction of the whole.
 */
export class ScrollMap {
  readonly rowCount: number;
  readonly rowHeight: number;
  readonly viewport: number;
  readonly physicalHeight: number;
  readonly virtualHeight: number;

  constructor(rowCount: number, rowHeight: number, viewport: number, maxHeight = 8_000_000) {
    this.rowCount = rowCount;
    this.rowHeight = rowHeight;
    this.viewport = viewport;
    this.virtualHeight = rowCount * rowHeight;
    this.physicalHeight = Math.min(this.virtualHeight, maxHeight);
  }

  get maxVirtual(): number {
    return Math.max(0, this.virtualHeight - this.viewport);
  }

  get maxPhysical(): number {
    return Math.max(0, this.physicalHeight - this.viewport);
  }

  clamp(virtual: number): number {
    return Math.min(Math.max(0, virtual), this.maxVirtual);
  }

  toPhysical(virtual: number): number {
    return this.maxVirtual === 0 ? 0 : (this.clamp(virtual) / this.maxVirtual) * this.maxPhysical;
  }

  toVirtual(physical: number): number {
    return this.maxPhysical === 0 ? 0 : this.clamp((physical / this.maxPhysical) * this.maxVirtual);
  }

  /** Where the list is after the element's scrollTop went from `fromPhysical` to `toPhysical`. */
  scrolled(fromVirtual: number, fromPhysical: number, toPhysical: number): number {
    const delta = toPhysical - fromPhysical;
    const isShort = Math.abs(delta) <= this.viewport * 2;
    if (this.physicalHeight === this.virtualHeight) return this.clamp(toPhysical);
    // The ends are the ends, however one came there.
    if (toPhysical <= 0) return 0;
    if (toPhysical >= this.maxPhysical - 1) return this.maxVirtual;
    return isShort ? this.clamp(fromVirtual + delta) : this.toVirtual(toPhysical);
  }

  firstRow(virtual: number): number {
    return Math.min(Math.floor(virtual / this.rowHeight), Math.max(0, this.rowCount - 1));
  }

  lastRow(virtual: number): number {
    return Math.min(Math.ceil((virtual + this.viewport) / this.rowHeight), this.rowCount) - 1;
  }

  /** The position that shows a row: unmoved where it is in view, at the nearest edge, or near the middle with a whole row at the top. */
  reveal(virtual: number, row: number, align: 'nearest' | 'center'): number {
    const top = row * this.rowHeight;
    if (top >= virtual && top + this.rowHeight <= virtual + this.viewport) return virtual;
    if (align === 'center') return this.clamp(top - Math.max(0, Math.floor((this.viewport - this.rowHeight) / 2 / this.rowHeight)) * this.rowHeight);
    return this.clamp(top < virtual ? top : top + this.rowHeight - this.viewport);
  }
}
