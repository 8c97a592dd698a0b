/**
 * What has to be said of a trace as a whole: what it lacks, why, and how to record it better.
 *
 * Source: etw-formats.md 8 (last row), 9.8, 11.4.
 */
import type { DetailValue, OperationRecord } from '../record.ts';
import { GroupMasks } from './groupMasks.ts';
import type { RunningOperation } from './running.ts';

export class Remarks {
  readonly masks = new GroupMasks();
  losses = 0;
  #operations = 0;
  #unnamed = 0;
  #unfinished = 0;
  #pending = 0;
  #unknown = 0;

  operation({ state, start }: RunningOperation, record: OperationRecord): void {
    this.#operations += 1;
    if (record.path === null && start.path === null) this.#unnamed += 1;
    if (state === 'unfinished') this.#unfinished += 1;
    else if (state === 'pending') this.#pending += 1;
    else if (state === 'unknown') this.#unknown += 1;
  }

  /** For `ImportSummary.system`. `note` is for people: nothing is damaged, but something is missing that a user will look for. */
  facts(isWhole = true): { readonly [key: string]: DetailValue } {
    const facts: { [key: string]: DetailValue } = {};
    if (this.masks.known) facts['recorded'] = this.masks.words().join(', ');
    // What was not read to its end may lack nothing.
    if (!isWhole) return facts;
    if (this.#pending > 0) facts['pendingAtEnd'] = this.#pending;
    const note = this.#sentences().join('; ');
    if (note !== '') facts['note'] = note;
    return facts;
  }

  #sentences(): readonly string[] {
    const sentences: string[] = [];
    if (this.#operations === 0) sentences.push(this.#nothingRecorded());
    if (this.#unnamed > 0) sentences.push(`${counted(this.#unnamed)} no path: ${this.#whyUnnamed()}`);
    if (this.#unknown > 0) sentences.push(`${counted(this.#unknown)} no status and no duration: the trace holds no ends of operations (FILE_IO, or OP_END of Kernel-File, was off)`);
    if (this.#unfinished > 0) {
      sentences.push(`${counted(this.#unfinished)} no status: ${this.losses > 0 ? 'the recorder lost events' : 'no end was recorded before the same IRP began again'}`);
    }
    return sentences;
  }

  #nothingRecorded(): string {
    const words = this.masks.words();
    const recorded = words.length > 0 ? ` (the kernel session recorded ${words.join(', ')})` : '';
    return `no file operations were recorded${recorded}: record again with file I/O, e.g. “wpr -start FileIO -filemode” or “xperf -on PROC_THREAD+LOADER+FILENAME+FILE_IO+FILE_IO_INIT”`;
  }

  #whyUnnamed(): string {
    const named = this.masks.known && this.masks.recordsNames;
    return named
      ? 'nothing in the trace names their files, which were open before it began'
      : 'their files were open before the trace began, and it holds no list of open files (DISK_FILE_IO, in xperf FILENAME, was off)';
  }
}

const counted = (count: number): string => (count === 1 ? '1 operation has' : `${count} operations have`);
