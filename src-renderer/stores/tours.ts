import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { Tour, TourStep } from '../tours/tour.ts';
import { tourOf } from '../tours/tours.ts';
import { useDebugger } from './debugger.ts';
import { useLayout } from './layout.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';
import { useSource } from './source.ts';

const storageKey = 'fltreplay.tours';

interface Progress {
  /** Sample whose tour is going on. */
  active: string | null;
  /** The step where each tour is, and whether it was walked to its end. */
  tours: { readonly [sample: string]: { readonly step: number; readonly done: boolean } };
}

function load(): Progress {
  const initial: Progress = { active: null, tours: {} };
  try {
    return { ...initial, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Progress>) };
  } catch {
    return initial;
  }
}

/** The guided tour that is going on, and how far each has been walked. A tour shows only while its sample is open. */
export const useTours = defineStore('tours', () => {
  const progress = ref(load());
  /** Counts up with every wish to have the keyboard on the card. */
  const focusWish = ref(0);

  const tour = computed<Tour | null>(() => {
    const sample = useSession().session?.sampleName ?? null;
    return sample !== null && progress.value.active === sample ? tourOf(sample) : null;
  });
  const at = computed(() => (tour.value === null ? 0 : Math.min(progress.value.tours[tour.value.sample]?.step ?? 0, tour.value.steps.length - 1)));
  const step = computed<TourStep | null>(() => tour.value?.steps[at.value] ?? null);

  watch(progress, (value) => {
    try {
      localStorage.setItem(storageKey, JSON.stringify(value));
    } catch {
      // Without storage a tour begins anew after a reload.
    }
  });

  function put(sample: string, step: number, done: boolean, active: string | null): void {
    progress.value = { active, tours: { ...progress.value.tours, [sample]: { step, done } } };
  }

  /** Goes on where it was left; from the start where it was walked to the end. */
  function start(sample: string): void {
    const before = progress.value.tours[sample];
    put(sample, before === undefined || before.done ? 0 : before.step, before?.done ?? false, sample);
    focusWish.value++;
    prepare();
  }

  function go(by: number): void {
    const { value } = tour;
    if (value === null) return;
    const next = at.value + by;
    if (next >= value.steps.length) return finish();
    put(value.sample, Math.max(0, next), progress.value.tours[value.sample]?.done ?? false, value.sample);
    prepare();
  }

  function finish(): void {
    if (tour.value !== null) put(tour.value.sample, 0, true, null);
  }

  /** Stops showing it; it goes on here next time. */
  function leave(): void {
    progress.value = { ...progress.value, active: null };
  }

  /** Brings what the step is about into sight. */
  function prepare(): void {
    const { value } = step;
    if (value === null) return;
    if (value.operation !== undefined) useSelection().goTo(value.operation);
    if (value.source !== undefined) useSource().showPlace(value.source, null);
    if (value.pane !== undefined) useLayout().show(value.pane);
  }

  const debug = useDebugger();
  watch(() => debug.stopCount, () => {
    if (step.value?.advance === 'stop') go(1);
  });
  watch(() => debug.state.kind, (kind) => {
    if (kind === 'ended') passEnd();
  });

  /** Goes on behind the step that waits for the end, also where the user ran past the stops before it. */
  function passEnd(): void {
    const waiting = tour.value?.steps ?? [];
    if (step.value?.advance === undefined) return;
    const end = waiting.findIndex(({ advance }, i) => i >= at.value && advance === 'end');
    if (end !== -1) go(end + 1 - at.value);
  }

  return { progress, tour, at, step, focusWish, start, go, leave, prepare };
});
