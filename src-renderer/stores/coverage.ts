import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { filePlace } from '../../src-main/base/driverLines.ts';
import type { CoveredDriver, CoveredLine } from '../../src-preload/contract/index.ts';
import { duringActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { useDrivers } from './drivers.ts';
import { useNotices } from './notices.ts';
import { useSelection } from './selection.ts';

/** Which lines of the drivers ran in the shown run, and how often; counted in a run of its own as soon as somebody wants to see it. */
export const useCoverage = defineStore('coverage', () => {
  const isShown = ref(false);
  const isCounting = ref(false);
  const found = shallowRef<{ readonly runId: number; readonly drivers: readonly CoveredDriver[] } | null>(null);

  const shown = computed(() => (isShown.value && found.value?.runId === useSelection().runId ? found.value.drivers : []));
  /** Why nothing can be shown for the shown run; null where something can. */
  const reason = computed(() => {
    const { run } = useSelection();
    if (run === null) return 'Run the trace first: the lines of a run are counted.';
    return run.state === 'ended' ? null : 'The lines of a run are counted when it has ended.';
  });

  /** Lines of a file of a driver as it is now, where the run went through it like that: an edited one has others. */
  function linesOf(driverId: number | null, slot: number): readonly CoveredLine[] {
    const drivers = useDrivers();
    const driver = drivers.byId(driverId);
    if (driver === undefined || drivers.drafts.has(driver.id)) return [];
    const lines = shown.value.find((one) => one.driver === driver.name && one.version === driver.version)?.lines ?? [];
    return lines.flatMap((covered) => {
      const place = filePlace(covered.line);
      return place.slot === slot ? [{ ...covered, line: place.line }] : [];
    });
  }

  async function count(): Promise<void> {
    const { runId } = useSelection();
    if (!isShown.value || runId === null || reason.value !== null || found.value?.runId === runId) return;
    isCounting.value = true;
    try {
      const drivers = await duringActivity(host().request('coverage.ofRun', { runId }));
      if (useSelection().runId === runId) found.value = { runId, drivers };
    } catch (error) {
      // Another run is looked at by now, and this count was given up for it.
      if (useSelection().runId === runId) {
        isShown.value = false;
        useNotices().report(error);
      }
    } finally {
      isCounting.value = false;
    }
  }

  async function toggle(): Promise<void> {
    isShown.value = !isShown.value;
    if (isShown.value) await count();
    else if (isCounting.value) await host().request('coverage.cancel', {});
  }

  watch([() => useSelection().runId, reason], () => void count());

  return { isShown, isCounting, reason, shown, linesOf, toggle };
});
