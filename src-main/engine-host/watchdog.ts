/** Notices when a child has said nothing for too long. Sleeps while silence is expected. */
export class Watchdog {
  /** Counts from the next `wake` on. */
  milliseconds: number;
  readonly #alarm: () => void;
  #timer: NodeJS.Timeout | null = null;
  #heardAt = 0;
  #suspected = false;

  constructor(milliseconds: number, alarm: () => void) {
    this.milliseconds = milliseconds;
    this.#alarm = alarm;
  }

  heard(): void {
    this.#heardAt = performance.now();
    this.#suspected = false;
  }

  wake(): void {
    this.heard();
    this.#timer ??= setInterval(() => this.#look(), Math.max(20, this.milliseconds / 10)).unref();
  }

  sleep(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    if (performance.now() - this.#heardAt < this.milliseconds) return;
    // The host itself may have been busy, with messages waiting: they are heard before the second look.
    if (!this.#suspected) {
      this.#suspected = true;
      return;
    }
    this.sleep();
    this.#alarm();
  }
}
