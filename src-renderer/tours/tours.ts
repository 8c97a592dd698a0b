/** The tours, one a sample. What they say of a run is tested by running it: tests/unit/samples/stories.spec.ts. */
import { deleteGuardTour, encryptedTour, oplocksTour, redirectedTour } from './fileTours.ts';
import { firstLightTour, pendedReadsTour, ransomwareTour } from './firstTours.ts';
import type { Tour } from './tour.ts';

export const tours: readonly Tour[] = [firstLightTour, pendedReadsTour, ransomwareTour, deleteGuardTour, redirectedTour, encryptedTour, oplocksTour];

export const tourOf = (sample: string | null): Tour | null => tours.find((tour) => tour.sample === sample) ?? null;
