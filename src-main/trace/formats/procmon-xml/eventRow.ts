/** One `<event>`: its columns, and its stack where the export has them. Source: procmon-formats.md 13. */
import type { RecordedStack } from '../../record.ts';
import type { XmlReader } from '../../xml/xmlReader.ts';
import { countIn, durationIn, timeOfDayIn } from '../procmon-text/cells.ts';
import { columnKey, columnNames } from '../procmon-text/columns.ts';
import type { TextRow } from '../procmon-text/textRow.ts';
import { StackCache } from './stackCache.ts';

type CellKind = 'text' | 'count' | 'time' | 'duration';

const kindOf: { readonly [name: string]: CellKind } = {
  'Time of Day': 'time', 'Completion Time': 'time', Duration: 'duration', 'Relative Time': 'duration', PID: 'count', TID: 'count', 'Parent PID': 'count',
};
const kinds = columnNames.map((name) => kindOf[name] ?? 'text');
const slotOf = new Map(columnNames.map((name, slot) => [columnKey(name), slot] as const));
/** Names of elements are few; a damaged file may have any number. */
const maximumNames = 1024;
const maximumFrames = 4096;

export class EventRow implements TextRow {
  readonly #texts = new Array<string>(columnNames.length).fill('');
  readonly #numbers = new Float64Array(columnNames.length);
  readonly #durations = new Array<bigint | null>(columnNames.length).fill(null);
  readonly #slots = new Map<string, number>();
  readonly #present = new Array<boolean>(columnNames.length).fill(false);
  readonly #stacks = new StackCache();
  readonly #addresses: string[] = [];
  readonly #paths: string[] = [];
  readonly #locations: string[] = [];
  /** Procmon's number of the process; -1 where the event has none. */
  processIndex = -1;

  clear(): void {
    this.#texts.fill('');
    this.#numbers.fill(Number.NaN);
    this.#durations.fill(null);
    this.#addresses.length = 0;
    this.#paths.length = 0;
    this.#locations.length = 0;
    this.processIndex = -1;
  }

  /** Columns that any event had so far. */
  presentNames(): readonly string[] {
    return columnNames.filter((_, slot) => this.#present[slot]);
  }

  text(column: number): string {
    return this.#texts[column] ?? '';
  }
  count(column: number): number {
    const value = this.#numbers[column] ?? Number.NaN;
    return Number.isNaN(value) ? -1 : value;
  }
  timeOfDay(column: number): number {
    return this.#numbers[column] ?? Number.NaN;
  }
  duration(column: number): bigint | null {
    return this.#durations[column] ?? null;
  }

  stack(): RecordedStack | null {
    return this.#addresses.length === 0 ? null : this.#stacks.of(this.#addresses, this.#paths, this.#locations);
  }

  /** Reads up to the event's end; false where damage came first. */
  read(xml: XmlReader): boolean {
    const outside = xml.depth - 1;
    for (;;) {
      const token = xml.next();
      if (token === 'leaf') this.#leaf(xml);
      else if (token === 'damage' || token === 'end') return false;
      else if (token === 'close' && xml.depth <= outside) return true;
      else if (token === 'open' && xml.name === 'frame') this.#addFrame();
    }
  }

  #leaf(xml: XmlReader): void {
    const slot = this.#slotOf(xml.name);
    if (slot >= 0) this.#column(slot, xml);
    else if (xml.name === 'ProcessIndex') this.processIndex = countIn(xml.bytes, xml.textStart, xml.textEnd);
    else if (xml.name === 'frame') this.#addFrame();
    else if (this.#addresses.length > 0) this.#frameLeaf(xml);
  }

  #slotOf(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = slotOf.get(columnKey(name)) ?? -1;
    if (this.#slots.size < maximumNames) this.#slots.set(name, slot);
    return slot;
  }

  #column(slot: number, xml: XmlReader): void {
    const { bytes, textStart, textEnd } = xml;
    this.#present[slot] = true;
    const kind = kinds[slot];
    if (kind === 'text') {
      this.#texts[slot] = xml.text();
    } else if (kind === 'duration') {
      this.#durations[slot] = durationIn(bytes, textStart, textEnd);
    } else {
      const value = kind === 'count' ? countIn(bytes, textStart, textEnd) : timeOfDayIn(bytes, textStart, textEnd);
      this.#numbers[slot] = value;
      // For the message that says so.
      if (Number.isNaN(value)) this.#texts[slot] = xml.text();
    }
  }

  #addFrame(): void {
    if (this.#addresses.length >= maximumFrames) return;
    this.#addresses.push('0x0');
    this.#paths.push('');
    this.#locations.push('');
  }

  #frameLeaf(xml: XmlReader): void {
    const last = this.#addresses.length - 1;
    if (xml.name === 'address') this.#addresses[last] = xml.text();
    else if (xml.name === 'path') this.#paths[last] = xml.text();
    else if (xml.name === 'location') this.#locations[last] = xml.text();
  }
}
