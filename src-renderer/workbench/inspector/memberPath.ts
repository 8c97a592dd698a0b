/** Where a variable is, as an expression, and whether it can be given another value. */
import type { StopInfo, Variable } from '../../../src-preload/contract/index.ts';

/** Of a member of what `path` names; null for what no expression leads to. A page of a long list is the list. */
export function memberPath(path: string | null, { name, type }: Pick<Variable, 'name' | 'type'>): string | null {
  if (path === null) return null;
  if (type === 'page') return path;
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return path === '' ? name : `${path}.${name}`;
  return path !== '' && /^\d+$/.test(name) ? `${path}[${name}]` : null;
}

/** Whether fields of the Iopb and IoStatus can be given another value here: the callback controls the operation, and is the innermost routine. */
export function canSetFields(stop: Pick<StopInfo, 'moment' | 'stackFrames' | 'callback'> | null, frameId: number | null): boolean {
  const [top] = stop?.stackFrames ?? [];
  return stop !== null && stop.moment.basis !== 'recorded' && (stop.callback === 'pre' || stop.callback === 'post') && top !== undefined && top.driver !== null && (frameId === null || top.id === frameId);
}

/** Plain values only, in the innermost frame; before a line has run, what a callback was given is not yet in its own variables, but members are. */
export function canChange(path: string | null, { variablesReference, value }: Pick<Variable, 'variablesReference' | 'value'>, stop: Pick<StopInfo, 'moment' | 'stackFrames' | 'atLine'> | null, frameId: number | null): boolean {
  if (path === null || path === '' || stop === null || stop.moment.basis === 'recorded' || variablesReference !== 0 || value === '') return false;
  const [top] = stop.stackFrames;
  return top !== undefined && top.driver !== null && top.id === frameId && (stop.atLine || /[.[]/.test(path));
}
