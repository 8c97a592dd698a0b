/** Processes as text forms print them beside every event: `notepad.exe (1234)`. */
import type { EtwTextSink } from './importEtwText.ts';

export interface LabelledProcess {
  /** Without folder; '' for one that the tool did not know. */
  readonly name: string;
  readonly pid: number | null;
}

const unknown = 0xffff_ffff;
/** A hostile file may name a process in every row: then labels are read again, and names from then on are not learned. */
const maximumLabels = 65_536;

export class ProcessLabels {
  readonly #known = new Map<string, LabelledProcess>();

  /** Tells the sink of a process when its label is met first. */
  read(label: string, sink: EtwTextSink): LabelledProcess {
    const known = this.#known.get(label);
    if (known !== undefined) return known;
    const made = parse(label);
    if (this.#known.size < maximumLabels) {
      this.#known.set(label, made);
      if (made.pid !== null && made.name !== '') sink.processNamed(made.pid, made.name);
    }
    return made;
  }
}

function parse(label: string): LabelledProcess {
  const open = label.lastIndexOf('(');
  const number = open < 0 ? '' : label.slice(open + 1).replace(/\)\s*$/, '').replaceAll(/[,.\s\u00a0\u202f]/g, '');
  const pid = /^\d{1,10}$/.test(number) ? Number(number) : unknown;
  const name = (open < 0 ? label : label.slice(0, open)).trim();
  return { name: /^unknown$/i.test(name) ? '' : name, pid: pid >= unknown ? null : pid };
}
