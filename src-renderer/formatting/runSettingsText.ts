/** The settings of a run in words: what each choice is called, and what it does. */
import { changedSettings, defaultSeed, type RunSettingName, type RunSettings } from '../../src-preload/contract/index.ts';

export interface SettingText {
  readonly title: string;
  /** What it settles. */
  readonly question: string;
  readonly words: Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;
}

type Texts<K extends RunSettingName> = Omit<SettingText, 'words'> & { readonly words: Readonly<Record<RunSettings[K], { readonly title: string; readonly explanation: string }>> };

const texts: { readonly [K in RunSettingName]: Texts<K> } = {
  answers: {
    title: 'Answers', question: 'Who answers below the drivers',
    words: {
      'recorded-unless-changed': { title: 'Recorded unless changed', explanation: 'As recorded, while the request is the recorded one and nothing that it depends on was changed in this run. From there on the model file system answers.' },
      'recorded': { title: 'Recorded', explanation: 'As recorded wherever the request is the recorded one, whatever was changed before it. A changed request is answered by the model file system.' },
      'model': { title: 'Model', explanation: 'Always by the model file system. The recording only tells it what must have been there before.' },
    },
  },
  completion: {
    title: 'Completion', question: 'In which context requests complete',
    words: {
      'natural': { title: 'Natural', explanation: 'As the recording shows: operations that overlapped overlap again, others complete inside the call.' },
      'always-inline': { title: 'Always inline', explanation: 'Inside the call, in the thread that sent the request. What waits in the file system (oplocks, notifications, locks) pends all the same.' },
      'always-pended': { title: 'Always pended', explanation: 'After STATUS_PENDING, in an arbitrary thread at PASSIVE_LEVEL.' },
      'worst-irql': { title: 'Worst IRQL', explanation: 'After STATUS_PENDING, in an arbitrary thread at DISPATCH_LEVEL; creates at PASSIVE_LEVEL, as on Windows.' },
      'seeded': { title: 'Seeded', explanation: 'In any way that Windows allows, chosen by the seed for each request.' },
    },
  },
  unknownBytes: {
    title: 'Unknown bytes', question: 'What a driver reads where nobody recorded the bytes',
    words: {
      'pattern': { title: 'Pattern', explanation: 'Bytes made from seed, file and offset: the same place of a file reads the same everywhere.' },
      'zeros': { title: 'Zeros', explanation: 'Zeros.' },
      'stop': { title: 'Stop', explanation: 'The run stops, as at a breakpoint, in each callback that reads them: for finding out who looks.' },
    },
  },
};

export const settingText = (name: RunSettingName): SettingText => texts[name];
export const wordTitle = (name: RunSettingName, word: string): string => settingText(name).words[word]?.title ?? word;

/** Settings and seed that are not as usual: `answers: model · completion: seeded`; empty where all is as usual. */
export function settingsSummary(settings: RunSettings, seed: number): string {
  const parts = changedSettings(settings).map(([name, word]) => `${settingText(name).title.toLowerCase()}: ${wordTitle(name, word).toLowerCase()}`);
  return [...parts, ...(seed === defaultSeed ? [] : [`seed ${seed}`])].join(' · ');
}
