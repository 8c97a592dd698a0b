/**
 * Decisions the documents leave open, each with a name and a switch, in one list.
 *
 * The id is the rule, values are words, the default first. A reading that is listed but not in `implemented` is documented only.
 */
import type { Assumption } from './assumption.ts';
import { contextsAssumptions } from './contexts.ts';
import { fileSystemAssumptions } from './fileSystem.ts';
import { fastIoAssumptions } from './fastIo.ts';
import { flowAssumptions } from './flow.ts';
import { generatedIoAssumptions } from './generatedIo.ts';
import { lifecycleAssumptions } from './lifecycle.ts';
import { namesAssumptions } from './names.ts';
import { oplocksAssumptions } from './oplocks.ts';
import { portsAssumptions } from './ports.ts';
import { simulationAssumptions } from './simulation.ts';

export type { Assumption } from './assumption.ts';

export const assumptions: readonly Assumption[] = [
  ...flowAssumptions,
  ...lifecycleAssumptions,
  ...contextsAssumptions,
  ...namesAssumptions,
  ...generatedIoAssumptions,
  ...fastIoAssumptions,
  ...portsAssumptions,
  ...oplocksAssumptions,
  ...fileSystemAssumptions,
  ...simulationAssumptions,
];

/** The word chosen for each assumption. */
export type AssumptionSettings = Readonly<Record<string, string>>;

/** The default of each, with what the caller chose. Unknown names and words that are not implemented are returned as problems. */
export function settleAssumptions(chosen: Readonly<Partial<Record<string, string>>> = {}): { settings: AssumptionSettings; problems: string[] } {
  const settings: Record<string, string> = Object.fromEntries(assumptions.map(({ id, values }) => [id, values[0]]));
  const problems: string[] = [];
  for (const [id, word] of Object.entries(chosen)) {
    if (word === undefined) continue;
    const known = assumptions.find((one) => one.id === id);
    if (known === undefined) problems.push(`There is no assumption ${id}; it is named by its rule, for example R-5.15.`);
    else if (!known.implemented.includes(word)) problems.push(`Assumption ${id} has no reading "${word}"; choose ${known.implemented.join(' or ')}.`);
    else settings[id] = word;
  }
  return { settings, problems };
}
