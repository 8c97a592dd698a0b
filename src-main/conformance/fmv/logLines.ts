/** The call log of a run in FMV/1 notation. Source: filter-manager-core.md 9.1, "Log entries". */
import { irqlName, type Irql } from '../../engine/index.ts';
import { ntStatusShortName } from '../../nt/ntStatus.ts';
import { FLT_POSTOP_DISALLOW_FSFILTER_IO, FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED } from '../../nt/values.generated.ts';

export const preWords: readonly string[] = ['WITH_CB', 'NO_CB', 'PENDING', 'DISALLOW_FASTIO', 'COMPLETE', 'SYNC', 'DISALLOW_FSF'];
export const postWords = new Map<string, number>([
  ['FINISHED', FLT_POSTOP_FINISHED_PROCESSING], ['MORE', FLT_POSTOP_MORE_PROCESSING_REQUIRED], ['DISALLOW_FSF', FLT_POSTOP_DISALLOW_FSFILTER_IO],
]);
export const postWord = (value: number): string => [...postWords].find(([, code]) => code === value)?.[0] ?? String(value);

/** P, A or D */
export const irqlLetter = (irql: Irql): string => irqlName(irql).charAt(0);
export const irqlOf = (letter: string): Irql => (letter === 'D' ? 2 : letter === 'A' ? 1 : 0);

/** `SUCCESS/4096` */
export const resultText = (status: number, information: number): string => `${ntStatusShortName(status)}/${information}`;

/** A line that is written when something starts and completed when it ends. `-` stands for what never came. */
interface OpenLine {
  readonly at: number;
  readonly render: (end: string) => string;
}

export class LogLines {
  readonly #lines: string[] = [];
  readonly #open = new Map<object, OpenLine>();

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** `operation` null: an entry without prefix. */
  add(operation: number | null, text: string): void {
    this.#lines.push(prefixed(operation, text));
  }

  /** Writes a line whose end is not known yet. */
  open(key: object, operation: number | null, render: (end: string) => string): void {
    this.#open.set(key, { at: this.#lines.length, render: (end) => prefixed(operation, render(end)) });
    this.#lines.push(prefixed(operation, render('-')));
  }

  close(key: object, end: string): void {
    const line = this.#open.get(key);
    if (line === undefined) return;
    this.#open.delete(key);
    this.#lines[line.at] = line.render(end);
  }
}

const prefixed = (operation: number | null, text: string): string => (operation === null || operation <= 1 ? text : `#${operation} ${text}`);
