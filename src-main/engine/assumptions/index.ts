/**
 * Decisions the documents leave open, each with a name and a switch, in one list.
 *
 * The id is the rule, values are words, the default first. A reading that is listed but not in `implemented` is documented only.
 */
import type { Assumption } from './assumption.ts';
import { completionsAssumptions } from './completions.ts';
import { contextsAssumptions, undecidable as aboutContexts } from './contexts.ts';
import { fileSystemAssumptions } from './fileSystem.ts';
import { fastIoAssumptions, undecidable as aboutFastIo } from './fastIo.ts';
import { flowAssumptions, undecidable as aboutFlow } from './flow.ts';
import { generatedIoAssumptions } from './generatedIo.ts';
import { lifecycleAssumptions, undecidable as aboutLifecycle } from './lifecycle.ts';
import { namesAssumptions } from './names.ts';
import { oplocksAssumptions, undecidable as aboutOplocks } from './oplocks.ts';
import { portsAssumptions } from './ports.ts';
import { replayAssumptions } from './replay.ts';
import { simulationAssumptions, undecidable as aboutSimulation } from './simulation.ts';

export type { Assumption } from './assumption.ts';

/** What the decisions are about, in the order in which they are shown. */
export const assumptionAreas: readonly { readonly title: string; readonly assumptions: readonly Assumption[] }[] = [
  { title: 'The flow of an operation', assumptions: flowAssumptions },
  { title: 'Registration, altitudes, volumes and instances', assumptions: lifecycleAssumptions },
  { title: 'Contexts', assumptions: contextsAssumptions },
  { title: 'File names', assumptions: namesAssumptions },
  { title: 'I/O of a filter\'s own', assumptions: generatedIoAssumptions },
  { title: 'Fast I/O and FsFilter operations', assumptions: fastIoAssumptions },
  { title: 'Communication ports', assumptions: portsAssumptions },
  { title: 'Oplocks', assumptions: oplocksAssumptions },
  { title: 'The file system', assumptions: fileSystemAssumptions },
  { title: 'Simulated time and threads', assumptions: simulationAssumptions },
  { title: 'What a replay takes for granted', assumptions: replayAssumptions },
  { title: 'How recorded requests complete', assumptions: completionsAssumptions },
];

export const assumptions: readonly Assumption[] = assumptionAreas.flatMap((area) => area.assumptions);

/** INFERRED rules without a switch: why no other reading could make the engine behave otherwise. */
export const undecidableRules: Readonly<Record<string, string>> = { ...aboutFlow, ...aboutLifecycle, ...aboutContexts, ...aboutFastIo, ...aboutOplocks, ...aboutSimulation };

/** The rules an assumption covers: its own, and those its sentence names. */
export const rulesCovered = ({ id, sentence }: Assumption): readonly string[] => [id, ...[...sentence.matchAll(/\b[A-Z]+-\d+(?:\.\d+)?/g)].map(([rule]) => rule)];

/** The word chosen for each assumption. */
export type AssumptionSettings = Readonly<Record<string, string>>;

/** The default of each, with what the caller chose. Unknown names and words that are not implemented are returned as problems. */
export function settleAssumptions(chosen: Readonly<Partial<Record<string, string>>> = {}): { settings: AssumptionSettings; problems: string[] } {
  const settings: Record<string, string> = Object.fromEntries(assumptions.map(({ id, values }) => [id, values[0]]));
  const problems: string[] = [];
  for (const [id, word] of Object.entries(chosen)) {
    if (word === undefined) continue;
    const known = assumptions.find((one) => one.id === id);
    if (known === undefined) problems.push(unknownAssumption(id));
    else if (!known.implemented.includes(word)) problems.push(`Assumption ${id} has no reading "${word}"; choose ${known.implemented.join(' or ')}.`);
    else settings[id] = word;
  }
  return { settings, problems };
}

/** What to write instead: the switch that covers the rule, the reason why there is none, or the switches with the nearest names. */
function unknownAssumption(id: string): string {
  const reason = undecidableRules[id];
  if (reason !== undefined) return `${id} cannot be switched: ${reason}.`;
  const covering = assumptions.find((one) => rulesCovered(one).includes(id));
  if (covering !== undefined) return `${id} is switched by ${covering.id}; choose ${covering.id}=${covering.implemented.join(` or ${covering.id}=`)}.`;
  const prefix = /^[A-Z]+-(?:\d+\.)?/.exec(id.toUpperCase())?.[0] ?? '';
  const near = assumptions.filter((one) => prefix !== '' && one.id.startsWith(prefix)).map((one) => one.id);
  const known = near.length > 0 ? near.join(', ') : [...new Set(assumptions.map((one) => one.id.split('-')[0]))].map((area) => `${String(area)}-...`).join(', ');
  return `There is no assumption ${id}; it is named by its rule, for example R-5.15. There are ${known}; "fltreplay assumptions" lists them all.`;
}
