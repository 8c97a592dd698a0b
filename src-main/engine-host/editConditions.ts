/** The conditions by which V8 evaluates edits of values: in the host, one breakpoint for each line, and one for the entries of callbacks. */
import { parseExpressionAt } from 'acorn';
import type { Overlay } from '../replay/runPlan.ts';
import { editHookName, editUrl } from './control.ts';
import type { DriverScripts } from './driverScripts.ts';
import type { InspectorClient } from './inspectorClient.ts';
import { driverUrl } from './loader.ts';

/** Where the realm's edit function has its statement; lines from 0. */
const entryLineNumber = 1;

/** A sentence for an expression that is none, or null. */
export function expressionProblem(expression: string): string | null {
  try {
    const { end } = parseExpressionAt(expression, 0, { ecmaVersion: 2024, sourceType: 'module' });
    return expression.slice(end).trim() === '' ? null : `“${expression}” is more than one expression: write one, for example Data.Iopb.Parameters.Read.Length = 512.`;
  } catch (error) {
    return `“${expression}” is no expression (${(error as Error).message}): write one, for example Data.Iopb.Parameters.Read.Length = 512.`;
  }
}

/** Sets them before the drivers are loaded; answers V8's ids. An expression that is none, or at a line that is not there, is left out: its moment passes without it. */
export async function placeEdits(client: InspectorClient, overlays: readonly Overlay[], scripts: Pick<DriverScripts, 'lineNumber'>): Promise<readonly string[]> {
  const conditions = new Map<string, { readonly url: string; readonly lineNumber: number; parts: string[] }>();
  for (const [at, overlay] of overlays.entries()) {
    if (overlay.kind !== 'assign' || expressionProblem(overlay.expression) !== null) continue;
    const { line } = overlay.point;
    const lineNumber = line === null ? entryLineNumber : scripts.lineNumber(overlay.driver, line);
    if (lineNumber === null) continue;
    const url = line === null ? editUrl : driverUrl(overlay.driver);
    const key = `${url} ${lineNumber}`;
    const known = conditions.get(key) ?? { url, lineNumber, parts: [] };
    known.parts.push(line === null ? `(fltreplayNumber===${at}&&((${overlay.expression}),${editHookName}.done(${at})))` : `(${editHookName}.isDue(${at})&&((${overlay.expression}),${editHookName}.done(${at})))`);
    conditions.set(key, known);
  }
  return Promise.all([...conditions.values()].map(async ({ url, lineNumber, parts }) => {
    // By a pattern: the user may have a breakpoint at the same place, and V8 takes one for each address.
    const urlRegex = `^${url.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`;
    const { breakpointId } = await client.send<{ readonly breakpointId: string }>('Debugger.setBreakpointByUrl', { urlRegex, lineNumber, condition: parts.join('|') });
    return breakpointId;
  }));
}
