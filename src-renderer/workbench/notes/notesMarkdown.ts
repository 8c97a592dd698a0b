import type { MarkInfo, RunInfo, TraceInfo } from '../../../src-preload/contract/index.ts';

/** Notes and bookmarks of a session as a Markdown page: those about the session, then trace by trace. */
export function notesMarkdown(session: string, marks: readonly MarkInfo[], traces: readonly Pick<TraceInfo, 'id' | 'name'>[], runs: readonly Pick<RunInfo, 'id' | 'name'>[]): string {
  const parts = [`# ${session}`, ...marks.filter(({ traceId }) => traceId === null).map(({ text }) => text)];
  for (const { id, name } of traces) {
    const own = marks.filter(({ traceId }) => traceId === id);
    if (own.length > 0) parts.push(`## ${name}`, ...own.map((mark) => `### ${placeOf(mark, runs)}${mark.text === '' ? '' : `\n\n${mark.text}`}`));
  }
  return `${parts.join('\n\n')}\n`;
}

function placeOf({ operation, point, bookmark }: MarkInfo, runs: readonly Pick<RunInfo, 'id' | 'name'>[]): string {
  const at = point === null ? '' : `, moment ${point.issued}:${point.sequence} of ${runs.find(({ id }) => id === point.runId)?.name ?? `run ${point.runId}`}`;
  return `Operation ${operation ?? ''}${at}${bookmark ? ' (bookmark)' : ''}`;
}
