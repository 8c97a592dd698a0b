import { expect, test } from 'vitest';
import { answerModes, completionPolicies, defaultRunSettings as replayDefaults, settleRunSettings, unknownBytesPolicies } from '../../../src-main/replay/runSettings.ts';
import { changedSettings, defaultRunSettings, runSettingWords } from '../../../src-preload/contract/index.ts';

// Replay may not import the contract, and the page may not import replay: the words stand in both.
test('the page and the command line offer the words that a run knows, with the same defaults', () => {
  expect(runSettingWords).toEqual({ answers: answerModes, completion: completionPolicies, unknownBytes: unknownBytesPolicies });
  expect(defaultRunSettings).toEqual(replayDefaults);
});

test('what is not the default is told, and a word that there is not is refused in one sentence', () => {
  expect(changedSettings({ ...defaultRunSettings, completion: 'seeded' })).toEqual([['completion', 'seeded']]);
  expect(settleRunSettings({ answers: 'sometimes' }).problems).toEqual([expect.stringContaining('“sometimes”')]);
});
