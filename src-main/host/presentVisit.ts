/**
 * Which of the times that a routine came to a line is the one at which the run stands.
 *
 * V8 tells the line of a stop, not how often it was come to before. So a follower goes to one time after the other, and the one that shows
 * the same values as the run is it. Where the values are the same each time, the earliest is as good as any.
 */
import type { Scope, StopInfo, Variable } from '../../src-preload/contract/index.ts';
import type { LineStep } from '../debugger/lineSteps.ts';
import type { Follower } from './follower.ts';

/** What a stop is looked at through. */
export interface StopLook {
  scopes(frameId: number): Promise<readonly Scope[]>;
  variables(reference: number): Promise<readonly Variable[]>;
}

/** Of the module there are too many, and they are looked at less often. */
const ownScopes = new Set(['Local', 'Block', 'Catch']);

/** The values of the innermost routine, in the words in which they are shown. */
async function valuesAt(look: StopLook, { stackFrames }: Pick<StopInfo, 'stackFrames'>): Promise<readonly string[]> {
  const frame = stackFrames.find(({ driver }) => driver !== null);
  if (frame === undefined) return [];
  const scopes = (await look.scopes(frame.id)).filter(({ name }) => ownScopes.has(name));
  const values: string[] = [];
  for (const [at, { variablesReference }] of scopes.entries()) for (const { name, value } of await look.variables(variablesReference)) values.push(`${at} ${name} = ${value}`);
  return values;
}

/** Index of the step, among `candidates`: steps of one line behind one event, at which `follower` stands. `check` throws where it takes too long. */
export async function findPresentStep(present: { readonly look: StopLook; readonly stop: StopInfo }, follower: Follower, driver: string, candidates: readonly LineStep[], check: (done: number) => void): Promise<number> {
  const wanted = new Set(await valuesAt(present.look, present.stop));
  let best = { at: 0, alike: -1 };
  const come = new Map<string, number>();
  for (const [at, { place, placeVisits }] of candidates.entries()) {
    check(at);
    const key = `${place.line}:${place.column}`;
    const stop = await follower.goToPlace(driver, place, placeVisits - (come.get(key) ?? 0));
    come.set(key, placeVisits);
    const values = await valuesAt(follower.host, stop);
    const alike = values.filter((value) => wanted.has(value)).length;
    if (alike > best.alike) best = { at, alike };
    if (alike === wanted.size && alike === values.length && wanted.size > 0) return at;
  }
  return best.at;
}
