/** Finds the vectors in a Markdown page: fenced `fmv` blocks, and FMO/1 blocks from a line `@ID` to a line `end`. */

export interface VectorBlock {
  readonly notation: 'fmv' | 'fmo';
  /** As far as the first line tells. */
  readonly id: string;
  readonly title: string;
  /** The Markdown heading it stands under. */
  readonly heading: string;
  readonly text: string;
  /** Of the first line of the block, from 1. */
  readonly line: number;
}

export function findVectors(markdown: string): VectorBlock[] {
  const lines = markdown.split(/\r?\n/);
  const found: VectorBlock[] = [];
  let heading = '';
  let fence: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const opening = /^(```+)(\S*)/.exec(line);
    if (opening && fence === null && opening[2] === 'fmv') {
      const end = lines.findIndex((other, index) => index > at && other.startsWith(opening[1] ?? '```'));
      const body = lines.slice(at + 1, end < 0 ? lines.length : end);
      const [id = '', title = ''] = (body[0] ?? '').split(' | ');
      found.push({ notation: 'fmv', id, title, heading, text: body.join('\n'), line: at + 2 });
      at = end < 0 ? lines.length : end;
      continue;
    }
    if (opening) fence = fence === null ? (opening[1] ?? null) : null;
    if (fence === null && /^#{1,6} /.test(line)) heading = line.replace(/^#+ /, '').trim();
    const object = /^@([A-Za-z]\w*-\w+)\b\s*(.*)$/.exec(line);
    if (object) {
      const end = endOfObjectVector(lines, at);
      found.push({ notation: 'fmo', id: object[1] ?? '', title: object[2] ?? '', heading, text: lines.slice(at, end + 1).join('\n'), line: at + 1 });
      at = end;
    }
  }
  return found;
}

/** Index of the line `end`; without one, of the last line before something else begins. The parser then says what is missing. */
function endOfObjectVector(lines: readonly string[], at: number): number {
  for (let index = at + 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.trimEnd() === 'end') return index;
    if (/^(?:@[A-Za-z]\w*-\w+|```)/.test(line)) return index - 1;
  }
  return lines.length - 1;
}
