/**
 * What a run is told beside its drivers, seed and assumptions: who answers at the bottom, how requests complete, what unknown bytes are.
 *
 * Sources: product.md 5 (`--answers`, `--completion`), driver-api-usage.md 5.5 (policies for unknown bytes). The first word of each list is the default.
 */

/**
 * - `recorded-unless-changed`: as recorded while the request that reaches the bottom is the recorded one and nothing it depends on was changed by this run; the model otherwise
 * - `recorded`: as recorded while the request is the recorded one, whatever happened before; the model otherwise
 * - `model`: always the model file system
 */
export const answerModes = ['recorded-unless-changed', 'recorded', 'model'] as const;
export type AnswerMode = (typeof answerModes)[number];

/** In which context requests complete: as the trace shows it, always inside the call, always pended, at the worst IRQL that Windows could choose, chosen by the seed. */
export const completionPolicies = ['natural', 'always-inline', 'always-pended', 'worst-irql', 'seeded'] as const;
export type CompletionPolicy = (typeof completionPolicies)[number];

/** What a driver reads where nobody recorded the bytes. */
export const unknownBytesPolicies = ['pattern', 'zeros', 'stop'] as const;
export type UnknownBytes = (typeof unknownBytesPolicies)[number];

export interface RunSettings {
  readonly answers: AnswerMode;
  readonly completion: CompletionPolicy;
  readonly unknownBytes: UnknownBytes;
}

export const defaultRunSettings: RunSettings = { answers: answerModes[0], completion: completionPolicies[0], unknownBytes: unknownBytesPolicies[0] };

const words: { readonly [K in keyof RunSettings]: readonly RunSettings[K][] } = { answers: answerModes, completion: completionPolicies, unknownBytes: unknownBytesPolicies };

/** The settings with defaults filled in, and one sentence for each word that there is not. */
export function settleRunSettings(given: { readonly [K in keyof RunSettings]?: string | undefined }): { readonly settings: RunSettings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const settle = <K extends keyof RunSettings>(name: K): RunSettings[K] => {
    const word = given[name];
    const known = words[name].find((one) => one === word);
    if (word !== undefined && known === undefined) problems.push(`There is no ${name} “${word}”; choose one of ${words[name].join(', ')}.`);
    return known ?? defaultRunSettings[name];
  };
  return { settings: { answers: settle('answers'), completion: settle('completion'), unknownBytes: settle('unknownBytes') }, problems };
}
