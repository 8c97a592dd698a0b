/** The rules of the Filter Manager by id: what an event, a violation or an assumption refers to. */
import { assumptions, rulesCovered, type Assumption } from './assumptions/index.ts';
import { ruleRows } from './rules.generated.ts';

export type RuleRow = readonly [id: string, text: string, source: string, inferred: boolean];

export interface Rule {
  /** `R-5.9`, `CTX-020` */
  readonly id: string;
  readonly text: string;
  /** Document behind it; `INFERRED` where the pages decide. */
  readonly source: string;
  readonly inferred: boolean;
}

const byId: ReadonlyMap<string, Rule> = new Map(ruleRows.map(([id, text, source, inferred]) => [id, { id, text, source, inferred }]));

export const ruleById = (id: string): Rule | undefined => byId.get(id);

const assumptionByRule = new Map<string, Assumption>();
for (const one of assumptions) for (const rule of rulesCovered(one)) if (!assumptionByRule.has(rule)) assumptionByRule.set(rule, one);
for (const one of assumptions) assumptionByRule.set(one.id, one);

/** The switch behind a rule, if it rests on one. */
export const assumptionOf = (rule: string): Assumption | undefined => assumptionByRule.get(rule);
