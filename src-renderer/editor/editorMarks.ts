/** Marks in the editor beside breakpoints: lines that ran, values at a stop, violations of the shown run. */
import type { CoveredLine, ViolationRow } from '../../src-preload/contract/index.ts';
import { formatCounted } from '../formatting/numbers.ts';
import { runOwner } from './codeActions.ts';
import type { LineValues } from './inlineValues.ts';
import { monaco } from './monaco.ts';

export function coverageDecorations(lines: readonly CoveredLine[]): monaco.editor.IModelDeltaDecoration[] {
  return lines.map(({ line, count, least }) => {
    const words = count === 0 ? 'Did not run in the shown run' : `Ran ${formatCounted(count, 'time')} in the shown run${least === 0 ? '; something on this line did not' : least < count ? `; something on this line ${formatCounted(least, 'time')}` : ''}`;
    return {
      range: new monaco.Range(line, 1, line, 1),
      options: { isWholeLine: true, linesDecorationsClassName: `covered ${count === 0 ? 'covered-none' : least === 0 ? 'covered-partly' : 'covered-ran'}`, linesDecorationsTooltip: words, lineNumberHoverMessage: { value: words } },
    };
  });
}

const longestLine = 10_000;

export function inlineDecorations(values: readonly LineValues[]): monaco.editor.IModelDeltaDecoration[] {
  return values.map(({ line, text }) => ({
    range: new monaco.Range(line, longestLine, line, longestLine),
    options: { showIfCollapsed: true, after: { content: `  ${text}`, inlineClassName: 'inline-values', cursorStops: monaco.editor.InjectedTextCursorStops.None } },
  }));
}

const severities: Readonly<Record<ViolationRow['severity'], monaco.MarkerSeverity>> = { B: 8, V: 4, W: 4, I: 2 };

/** What the shown run has found in a driver, one of each kind a line. */
export function showViolations(model: monaco.editor.ITextModel, rows: readonly ViolationRow[]): void {
  const own = new Map(rows.filter(({ line }) => line !== null && line <= model.getLineCount()).map((row) => [`${row.id} ${row.line}`, row]));
  monaco.editor.setModelMarkers(model, runOwner, [...own.values()].map(({ id, line, sentence, severity }) => ({
    severity: severities[severity], message: `${id}: ${sentence}`, source: 'FltReplay', code: id,
    startLineNumber: line ?? 1, endLineNumber: line ?? 1, startColumn: model.getLineFirstNonWhitespaceColumn(line ?? 1) || 1, endColumn: model.getLineMaxColumn(line ?? 1),
  })));
}
