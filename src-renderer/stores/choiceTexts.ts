/** What the user typed of one file, as text; empty where nothing was said. */
export interface ChoiceTexts {
  /** Which trace of an archive. */
  readonly member: string;
  /** `2026-11-21` */
  readonly date: string;
  /** Minutes ahead of UTC. */
  readonly utcOffset: string;
  readonly clockOffset: string;
}

export const emptyChoices: ChoiceTexts = { member: '', date: '', utcOffset: '', clockOffset: '' };
