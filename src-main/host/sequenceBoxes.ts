/** Events of one operation, in order, as boxes and what connects them. Nothing is looked up here. */
import type { EventRow, SequenceBox, SequenceBoxKind, SequenceFinding, SequenceGap, SequenceLink, SequencePoint } from '../../src-preload/contract/index.ts';

/** An event with what its line of text is made from. */
export interface SequenceEvent {
  readonly row: EventRow;
  /** API routine, work routine. */
  readonly name: string;
  readonly result: string;
  /** What the row itself says. */
  readonly own: string;
}

type Writable = { -readonly [K in keyof SequenceBox]: SequenceBox[K] } & { findings: SequenceFinding[]; depth: number };

export interface SequenceParts {
  readonly boxes: readonly SequenceBox[];
  readonly links: readonly SequenceLink[];
  readonly gaps: readonly SequenceGap[];
}

const pendedResult = /PENDING|MORE_PROCESSING_REQUIRED/;
const resuming = /^FltCompletePended(Pre|Post)Operation$/;
const queued = ' is queued';
const actsItself: ReadonlySet<EventRow['kind']> = new Set(['api', 'change', 'work', 'wait']);

export class SequenceBuilder {
  readonly #boxes: Writable[] = [];
  readonly #links: SequenceLink[] = [];
  readonly #gaps: SequenceGap[] = [];
  /** Boxes that asked for a status callback, by lane: the first asked for comes first. */
  readonly #asked = new Map<number, number[]>();
  readonly #queued: { readonly from: number; readonly routine: string }[] = [];
  /** The box that left the operation pended, until it goes on. */
  #pended: number | null = null;
  #request = 'request';

  add(event: SequenceEvent): void {
    const { row } = event;
    switch (row.kind) {
      case 'issue': this.#issue(event); break;
      case 'pre':
      case 'post': this.#callback(row.kind, event); break;
      case 'status': this.#status(event); break;
      case 'lower': this.#open('device', event, this.#request, ''); break;
      case 'done': this.#done(event); break;
      case 'ret': this.#returned(event); break;
      case 'complete': this.#open('complete', event, 'completed', event.result); break;
      case 'cancel': this.#open('cancel', event, event.own === '' ? 'cancel' : event.own, event.result); break;
      case 'work': this.#work(event); break;
      case 'api': this.#call(event); break;
      case 'violation':
      case 'hint':
      case 'error': this.#finding(event); break;
      case 'change': this.#inside(event, (box) => void box.edits++); break;
      default: this.#inside(event, () => undefined);
    }
  }

  end(timeOf: (operation: number) => bigint | null): SequenceParts {
    return { boxes: this.#boxes.map(({ depth: _depth, ...box }) => box), links: this.#links, gaps: this.#gaps.map((gap) => ({ ...gap, duration: this.#durationOf(gap, timeOf) })) };
  }

  #durationOf({ before }: SequenceGap, timeOf: (operation: number) => bigint | null): bigint | null {
    const [from, to] = [this.#boxes[before - 1]?.last?.issued, this.#boxes[before]?.first?.issued];
    if (from === undefined || to === undefined || from === to) return null;
    const [start, end] = [timeOf(from), timeOf(to)];
    return start === null || end === null ? null : end - start;
  }

  #open(kind: SequenceBoxKind, { row }: SequenceEvent, title: string, result: string): number {
    const point = pointOf(row);
    const at = this.#boxes.length;
    const operations = row.issued - (this.#boxes.at(-1)?.last?.issued ?? row.issued);
    const isPended = this.#pended === at - 1 && at > 0;
    if (operations > 0 || isPended) this.#gaps.push({ before: at, isPended: this.#pended !== null, operations: Math.max(0, operations), duration: null });
    this.#boxes.push({ kind, lane: row.layer, first: point, last: point, title, result, tid: row.tid, irql: row.irql, driver: row.driver, line: row.line, edits: 0, calls: 0, findings: [], depth: row.depth });
    return at;
  }

  /** `ReadFile (IRP_MJ_READ)  C:\\...`: the source's name above, the request's below. */
  #issue(event: SequenceEvent): void {
    const [title = ''] = event.row.text.split('  ');
    this.#request = /\((IRP_MJ_\w+)\)/.exec(title)?.[1] ?? this.#request;
    this.#open('issue', event, title.replace(/ \(IRP_MJ_\w+\)$/, ''), '');
  }

  #callback(kind: 'pre' | 'post', event: SequenceEvent): void {
    const at = this.#open(kind, event, event.own === '' ? kind : `${kind} (${event.own})`, event.result);
    if (pendedResult.test(event.result)) this.#pended = at;
  }

  #status(event: SequenceEvent): void {
    const at = this.#open('status', event, 'status callback', event.result);
    const from = this.#asked.get(event.row.layer)?.shift();
    if (from !== undefined) this.#links.push({ from, to: at, kind: 'status', text: 'requested here, snapshot taken' });
  }

  #work(event: SequenceEvent): void {
    const { row, own, name } = event;
    if (own.endsWith(queued)) {
      const from = this.#inside(event, () => undefined);
      if (from !== null) this.#queued.push({ from, routine: own.slice(0, -queued.length).split(' ').at(-1) ?? '' });
      return;
    }
    const enclosing = this.#enclosing(row);
    if (own.startsWith('cancel-safe queue') || (enclosing !== null && !/^(work item|SafePostCallback|system thread|DPC|routine|CallbackRoutine)/.test(own))) {
      this.#inside(event, (box) => void box.calls++);
      return;
    }
    const at = this.#open('work', event, own === '' ? name : own, event.result);
    const place = this.#queued.findIndex(({ routine }) => routine === '' || own.endsWith(routine));
    const [link] = place < 0 ? [] : this.#queued.splice(place, 1);
    if (link !== undefined) this.#links.push({ from: link.from, to: at, kind: 'work', text: 'queued here' });
  }

  #call(event: SequenceEvent): void {
    const at = this.#inside(event, (box) => void box.calls++);
    if (event.name === 'FltRequestOperationStatusCallback' && at !== null && event.result === 'STATUS_SUCCESS') this.#asked.set(event.row.layer, [...(this.#asked.get(event.row.layer) ?? []), at]);
    if (!resuming.test(event.name)) return;
    const resumed = this.#open('resume', event, event.name, '');
    if (this.#pended !== null) this.#links.push({ from: this.#pended, to: resumed, kind: 'pended', text: 'pended until here' });
    this.#pended = null;
  }

  /** What the device did with the request: one box where nothing came between. */
  #done(event: SequenceEvent): void {
    const last = this.#boxes.at(-1);
    const isInline = last !== undefined && last.kind === 'device' && last.lane === event.row.layer && last.result === '';
    if (!isInline) {
      this.#open('done', event, 'completes it', event.result);
      this.#pended = null;
      return;
    }
    last.result = event.result;
    last.last = pointOf(event.row);
  }

  #returned(event: SequenceEvent): void {
    const at = this.#boxes.findLastIndex(({ kind, lane }) => kind === 'device' && lane === event.row.layer);
    const box = this.#boxes[at];
    if (box === undefined || box.result !== '' || !pendedResult.test(event.result)) return;
    box.result = event.result;
    box.last = pointOf(event.row);
    this.#pended = at;
  }

  #finding(event: SequenceEvent): void {
    const { row } = event;
    this.#inside(event, (box) => void box.findings.push({ id: row.violation ?? row.kind, severity: row.severity ?? 'V', sentence: row.text, at: pointOf(row), line: row.line }));
  }

  /** The box that an event happened in; where none is around it, the latest. */
  #inside(event: SequenceEvent, change: (box: Writable) => void): number | null {
    const { row } = event;
    const around = this.#enclosing(row) ?? this.#elsewhere(event);
    const at = around ?? this.#boxes.length - 1;
    const box = this.#boxes[at];
    if (box === undefined) return null;
    change(box);
    // Only where the box is still the latest: what a callback does after the layers below have answered belongs to its place, not to its time.
    if (around === this.#boxes.length - 1) box.last = pointOf(row);
    return at;
  }

  /** A driver deals with the operation on a thread that no callback of it runs on: its work item or system thread belongs to no operation. */
  #elsewhere(event: SequenceEvent): number | null {
    const { row } = event;
    const last = this.#boxes.at(-1);
    return last === undefined || row.driver === null || row.tid === last.tid || !actsItself.has(row.kind) ? null : this.#open('work', event, 'on another thread', '');
  }

  #enclosing(row: EventRow): number | null {
    const at = this.#boxes.findLastIndex((box) => box.lane === row.layer && box.tid === row.tid && box.depth <= row.depth);
    return at < 0 ? null : at;
  }
}

const pointOf = ({ number, issued, sequence }: EventRow): SequencePoint => ({ number, issued, sequence });
