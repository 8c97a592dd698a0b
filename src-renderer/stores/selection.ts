import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { generatedFrom } from '../../src-main/base/generatedIo.ts';
import { useDebugger } from './debugger.ts';
import { useSession } from './session.ts';

/** What the user looks at: trace, operation, run, Iopb field. */
export const useSelection = defineStore('selection', () => {
  const chosenTraceId = ref<number | null>(null);
  const chosenRunId = ref<number | null>(null);
  /** Number of the selected operation, from 1. */
  const operation = ref<number | null>(null);
  /** Iopb field whose changes are listed. */
  const field = ref<string | null>(null);
  /** Counts up with every wish to bring the selected operation into view. */
  const revealed = ref(0);
  /** One session is closed, and nothing of the next one is shown yet: its runs have the same numbers. */
  const isBetweenSessions = ref(false);
  /** Event of the call log whose recorded view is shown. */
  const eventNumber = ref<number | null>(null);

  const traceId = computed(() => {
    const { traces } = useSession();
    return traces.find((trace) => trace.id === chosenTraceId.value)?.id ?? traces.at(-1)?.id ?? null;
  });

  const trace = computed(() => useSession().traces.find((candidate) => candidate.id === traceId.value) ?? null);

  /** The run whose results, events and violations are shown: the chosen one, else the trace's last. */
  const run = computed(() => {
    const runs = useSession().runs.filter((candidate) => candidate.traceId === traceId.value);
    return runs.find((candidate) => candidate.id === chosenRunId.value) ?? runs.at(-1) ?? null;
  });

  const runId = computed(() => {
    const { currentRunId } = useDebugger();
    if (isBetweenSessions.value) return null;
    if (chosenRunId.value === null && currentRunId !== null) return currentRunId;
    return run.value?.id ?? null;
  });

  /** What drivers generate is in no list, and a worker need not belong to an operation: with those nothing of the list is selected. */
  function select(index: number | null): void {
    const listed = index !== null && index > 0 && index < generatedFrom ? index : null;
    if (operation.value !== listed) eventNumber.value = null;
    operation.value = listed;
  }

  function goTo(index: number): void {
    select(index);
    revealed.value++;
  }

  function chooseTrace(id: number): void {
    const isAnother = id !== traceId.value;
    chosenTraceId.value = id;
    if (isAnother) reset();
  }

  /** Another session or trace: nothing of the old one is selected. */
  function reset(): void {
    chosenRunId.value = null;
    operation.value = null;
    field.value = null;
    eventNumber.value = null;
  }

  return { chosenTraceId, chosenRunId, operation, field, revealed, isBetweenSessions, eventNumber, traceId, trace, run, runId, select, goTo, chooseTrace, reset };
});
