/** Values of variables at the ends of the lines of the frame that is looked at. */

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

export interface LineValues {
  readonly line: number;
  readonly text: string;
}

const longestValue = 60;
const mostOnLine = 4;
const mostLines = 200;

/** From the routine's first line to the one the run is at: each name once a line, in the order in which they stand there. */
export function lineValues(lines: readonly string[], at: number, values: readonly NamedValue[]): LineValues[] {
  const known = new Map(values.map(({ name, value }) => [name, value]));
  const from = routineStart(lines, at);
  const found: LineValues[] = [];
  for (let line = Math.max(from, at - mostLines); line <= at; line++) {
    const names = [...new Set(namesIn(lines[line - 1] ?? ''))].filter((name) => known.has(name)).slice(0, mostOnLine);
    if (names.length > 0) found.push({ line, text: names.map((name) => `${name} = ${shortened(known.get(name) ?? '')}`).join(', ') });
  }
  return found;
}

/** A routine begins on a line without indentation, as everything at the top level. */
function routineStart(lines: readonly string[], at: number): number {
  for (let line = at; line > 1; line--) if (/^(?:export\s+)?(?:function|const|let|var|class)\b/.test(lines[line - 1] ?? '')) return line;
  return 1;
}

/** Without members, texts and comments. */
function namesIn(line: string): string[] {
  if (/^\s*(?:\*|\/\*)/.test(line)) return [];
  const bare = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""').replace(/\/\/.*$/, '');
  return [...bare.matchAll(/(?<![\w$.])[A-Za-z_$][\w$]*/g)].map(([name]) => name);
}

function shortened(value: string): string {
  const flat = value.replaceAll(/\s+/g, ' ');
  return flat.length > longestValue ? `${flat.slice(0, longestValue - 1)}…` : flat;
}
