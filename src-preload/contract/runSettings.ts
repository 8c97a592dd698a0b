/** The words of a run's settings, for whoever offers or checks them. The first of each list is the default. */
export const runSettingWords = {
  answers: ['recorded-unless-changed', 'recorded', 'model'],
  completion: ['natural', 'always-inline', 'always-pended', 'worst-irql', 'seeded'],
  unknownBytes: ['pattern', 'zeros', 'stop'],
} as const;

/** Who answers at the bottom of the stack, how requests complete, what unknown bytes read as. */
export type RunSettings = { readonly [K in keyof typeof runSettingWords]: (typeof runSettingWords)[K][number] };
export type RunSettingName = keyof RunSettings;

export const defaultRunSettings: RunSettings = { answers: runSettingWords.answers[0], completion: runSettingWords.completion[0], unknownBytes: runSettingWords.unknownBytes[0] };

/** The seed of a run that is given none. */
export const defaultSeed = 1;

/** What is not the default, in the order of the list. */
export function changedSettings(settings: RunSettings): readonly (readonly [RunSettingName, string])[] {
  return (Object.keys(runSettingWords) as RunSettingName[]).filter((name) => settings[name] !== defaultRunSettings[name]).map((name) => [name, settings[name]]);
}
