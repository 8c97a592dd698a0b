import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { FileSlot } from './driverFiles.ts';
import { useDrivers } from './drivers.ts';
import { useSource } from './source.ts';

export interface Problem {
  readonly driverId: number;
  readonly slot: FileSlot;
  /** Of the file. */
  readonly name: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** In the file. */
  readonly line: number | null;
  readonly column: number | null;
  /** `load`: the engine would refuse the driver; `types`: the compiler complains, the driver still runs. */
  readonly origin: 'load' | 'types';
}

/** What is wrong with the drivers: load problems and type errors in one list, errors first. */
export const useProblems = defineStore('problems', () => {
  const list = computed<readonly Problem[]>(() => {
    const drivers = useDrivers();
    const nameOf = (id: number, slot: FileSlot): string => drivers.file(id, slot)?.name ?? '';
    const load = drivers.list.flatMap(({ id }) => drivers.problemsOf(id).map(({ slot, severity, message, line, column }): Problem => ({ driverId: id, slot, name: nameOf(id, slot), severity, message, line, column, origin: 'load' })));
    const types = useSource().typeProblems.map((problem): Problem => ({ ...problem, name: nameOf(problem.driverId, problem.slot), origin: 'types' }));
    const order = new Map(drivers.list.map(({ id, name }) => [id, name]));
    return [...load, ...types].sort((a, b) => rank(a) - rank(b) || (order.get(a.driverId) ?? '').localeCompare(order.get(b.driverId) ?? '') || a.name.localeCompare(b.name) || (a.line ?? 0) - (b.line ?? 0));
  });
  const hasErrors = computed(() => list.value.some((problem) => problem.severity === 'error'));

  return { list, hasErrors };
});

function rank(problem: Problem): number {
  return problem.severity === 'error' ? 0 : 1;
}
