import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useDrivers } from './drivers.ts';
import { useSource } from './source.ts';

export interface Problem {
  readonly driver: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
  /** `load`: the engine would refuse the driver; `types`: the compiler complains, the driver still runs. */
  readonly origin: 'load' | 'types';
}

/** What is wrong with the drivers: load problems and type errors in one list, errors first. */
export const useProblems = defineStore('problems', () => {
  const list = computed<readonly Problem[]>(() => {
    const drivers = useDrivers();
    const load = drivers.list.flatMap((driver) => (drivers.problems.get(driver.id) ?? []).map((problem): Problem => ({ ...problem, driver: driver.name, origin: 'load' })));
    const types = useSource().typeProblems.map((problem): Problem => ({ ...problem, driver: drivers.byId(problem.driverId)?.name ?? '', origin: 'types' }));
    return [...load, ...types].sort((a, b) => rank(a) - rank(b) || a.driver.localeCompare(b.driver) || (a.line ?? 0) - (b.line ?? 0));
  });
  const hasErrors = computed(() => list.value.some((problem) => problem.severity === 'error'));

  return { list, hasErrors };
});

function rank(problem: Problem): number {
  return problem.severity === 'error' ? 0 : 1;
}
