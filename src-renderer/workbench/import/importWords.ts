/** How an import is going, in words. */
import { formatBytes, formatCounted, formatEventRate, formatRemaining } from '../../formatting/numbers.ts';
import type { ImportView } from '../../stores/imports.ts';

const phases = { unpacking: 'Unpacking', reading: 'Reading', sorting: 'Sorting', checking: 'Checking' } as const;

export interface ImportWords {
  /** Empty while nothing can be said. */
  readonly percent: string;
  readonly text: string;
}

export function importWords(view: ImportView): ImportWords {
  if (view.kind === 'waiting') return { percent: '', text: 'waiting' };
  if (view.kind === 'handing-over') return { percent: percentText(view.done, view.total), text: `Handing over · ${formatBytes(view.done)} of ${formatBytes(view.total)}` };
  const { progress } = view;
  if (progress === null) return { percent: '', text: 'Starting' };
  const { phase, done, total, operations } = progress;
  const words = [
    phases[phase], total === 0 ? null : `${formatBytes(done)} of ${formatBytes(total)}`, phase === 'unpacking' ? null : formatCounted(operations, 'operation'),
    phase !== 'reading' || view.operationsPerSecond === null ? null : formatEventRate(view.operationsPerSecond, 'operations'), view.remaining === null || done >= total ? null : `${formatRemaining(view.remaining)} left`,
  ];
  return { percent: percentText(done, total), text: words.filter((word) => word !== null).join(' · ') };
}

/** Never 100 % before it is all. */
function percentText(done: number, total: number): string {
  return total === 0 ? '' : `${done >= total ? 100 : Math.min(99, Math.floor((done / total) * 100))} %`;
}
