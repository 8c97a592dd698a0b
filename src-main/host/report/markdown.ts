/** Markdown as GitHub and VS Code read it, made of texts that may hold anything. */

/** A text that is shown as it is: a path, a name, an NTSTATUS. */
export function code(text: string): string {
  if (text === '') return '';
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 || text.startsWith(' ') ? ' ' : '';
  return `${fence}${space}${text.replaceAll(/[\r\n]+/g, ' ')}${space}${fence}`;
}

/** Words of ours with values in them: nothing in them is markup. */
export const plain = (text: string): string => text.replaceAll(/[\\`*_<>[\]#]/g, String.raw`\$&`).replaceAll(/[\r\n]+/g, ' ');

/** A column whose heading ends with `#` holds numbers and stands to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  const isNumber = (heading: string): boolean => heading.endsWith('#');
  return [cells(headings.map((heading) => (isNumber(heading) ? heading.slice(0, -1).trim() : heading))), `|${headings.map((heading) => (isNumber(heading) ? ' ---: ' : ' --- ')).join('|')}|`, ...rows.map(cells)].join('\n');
}
