import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { useColumns } from './columns.ts';
import { useFilter } from './filter.ts';
import { useOperations } from './operations.ts';
import { useSelection } from './selection.ts';

/** A row of the list and the operation in it. */
interface Place {
  readonly position: number;
  readonly number: number;
}

/** Rows selected together, from one to another. */
export const useRowRange = defineStore('rowRange', () => {
  const selection = useSelection();
  const anchor = shallowRef<Place | null>(null);
  const head = shallowRef<Place | null>(null);
  const isAll = ref(false);

  /** Rows of the list, both ends included; null where there is one row or none. */
  const rows = computed<readonly [number, number] | null>(() => {
    if (isAll.value) return [0, Math.max(0, useOperations().count - 1)];
    if (anchor.value === null || head.value === null || anchor.value.position === head.value.position) return null;
    return [Math.min(anchor.value.position, head.value.position), Math.max(anchor.value.position, head.value.position)];
  });
  const count = computed(() => (rows.value === null ? (selection.operation === null ? 0 : 1) : rows.value[1] - rows.value[0] + 1));
  /** Numbers of the first and the last operation of what is selected, for requests that also have the filter. */
  const numbers = computed<readonly [number, number] | null>(() => {
    if (isAll.value) return [1, Number.MAX_SAFE_INTEGER];
    if (rows.value !== null && anchor.value !== null && head.value !== null) return [Math.min(anchor.value.number, head.value.number), Math.max(anchor.value.number, head.value.number)];
    return selection.operation === null ? null : [selection.operation, selection.operation];
  });

  function begin(place: Place): void {
    isAll.value = false;
    anchor.value = place;
    head.value = place;
  }
  function extend(place: Place): void {
    isAll.value = false;
    if (anchor.value === null) begin(place);
    head.value = place;
  }
  function all(): void {
    isAll.value = true;
  }
  function clear(): void {
    isAll.value = false;
    anchor.value = null;
    head.value = null;
  }

  // Another list, or a selection that came from elsewhere: nothing is selected together.
  watch([() => selection.traceId, () => useFilter().text, () => useColumns().isDescending], clear);
  watch(() => selection.operation, (operation) => {
    if (operation !== head.value?.number) clear();
  });

  return { rows, numbers, count, begin, extend, all, clear };
});
