/** Sample sessions, and the tours through them. */
import { useDialogs } from '../stores/dialogs.ts';
import { useNotices } from '../stores/notices.ts';
import { useSession } from '../stores/session.ts';
import { useTours } from '../stores/tours.ts';
import { tourOf } from '../tours/tours.ts';
import type { Command } from './command.ts';

/** Opens the sample of that name; without one, the list of them. */
export async function openSample(name: string | null): Promise<void> {
  if (name === null) return useDialogs().show('tours');
  try {
    if (useSession().session?.sampleName !== name) await useSession().openSample(name);
  } catch (error) {
    useNotices().report(error);
  }
}

/** Starts the tour through the sample of that name, and opens the sample where it is not open; without one, the list of them. */
async function startTour(name: string | null): Promise<void> {
  await openSample(name);
  if (name !== null && useSession().session?.sampleName === name && tourOf(name) !== null) useTours().start(name);
}

export function tourCommands(): readonly Command[] {
  return [
    { id: 'help.tours', menu: 'Help', title: 'Tours…', keys: [], keyScope: 'everywhere', unavailable: () => null, run: startTour },
    {
      id: 'help.tourCard', menu: 'Help', title: 'Go to the card of the tour', keys: ['Ctrl+Shift+H'], keyScope: 'everywhere',
      unavailable: () => (useTours().step === null ? 'No tour is going on: choose one under Help, Tours.' : null),
      run: () => void useTours().focusWish++,
    },
  ];
}
