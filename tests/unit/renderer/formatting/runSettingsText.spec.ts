import { expect, test } from 'vitest';
import { defaultRunSettings, runSettingWords, type RunSettingName } from '../../../../src-preload/contract/index.ts';
import { settingsSummary, settingText } from '../../../../src-renderer/formatting/runSettingsText.ts';

test('a run as usual needs no words; what is not as usual is named', () => {
  expect(settingsSummary(defaultRunSettings, 1)).toBe('');
  expect(settingsSummary({ ...defaultRunSettings, answers: 'model', completion: 'worst-irql' }, 7)).toBe('answers: model · completion: worst irql · seed 7');
});

test('every word that can be chosen has a name and an explanation', () => {
  for (const name of Object.keys(runSettingWords) as RunSettingName[]) for (const word of runSettingWords[name]) expect(settingText(name).words[word]?.explanation).toBeTruthy();
});
