import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import {
  clausesOf, filterText, filterWords, termOfClauses, withInverted, withRule, type FilterClause, type FilterCondition, type FilterField, type FilterProblem, type FilterTerm, type FilterValue, type SavedFilter,
} from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { formatDate, formatTimeOfDay } from '../formatting/time.ts';
import { useNotices } from './notices.ts';
import { useOperations } from './operations.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';
import { useSettings } from './settings.ts';
import { useVocabulary } from './vocabulary.ts';

/** Filters that are remembered. */
const mostRemembered = 30;

interface Applied {
  readonly text: string;
  readonly term: FilterTerm | null;
}

/** Columns of the list whose cells can be filtered by. */
export const cellFields = ['index', 'time', 'process', 'pid', 'operation', 'path', 'status'] as const;
export type CellField = (typeof cellFields)[number];

/** What the editor of one condition is open for: a place in the filter, or a new one. */
export interface EditedCondition {
  readonly place: { readonly clause: number; readonly condition: number } | null;
  readonly condition: FilterCondition;
}

/** Which operations are shown, everywhere: one expression, as text and as the clauses it is made of. */
export const useFilter = defineStore('filter', () => {
  const applied = shallowRef<Applied>({ text: '', term: null });
  const past = shallowRef<readonly Applied[]>([]);
  const future = shallowRef<readonly Applied[]>([]);
  const saved = shallowRef<readonly SavedFilter[]>([]);
  /** The expression is being typed. */
  const isTyping = ref(false);
  const edited = shallowRef<EditedCondition | null>(null);
  /** Column of the list that the next include or exclude is about. */
  const column = ref<CellField>('process');

  /** The expression; empty: every operation. */
  const text = computed(() => applied.value.text);
  const words = computed(() => filterWords(applied.value.term));
  const clauses = computed(() => clausesOf(applied.value.term));
  const isActive = computed(() => applied.value.text !== '');
  const count = computed((): number => useOperations().count);
  const history = computed(() => useSettings().saved.filterHistory ?? []);

  function listen(): void {
    host().listen('filter.savedChanged', (list) => {
      saved.value = list;
    });
    watch(() => useSession().session?.path, (path, before) => {
      if (before !== undefined && path !== before) reset();
      if (path !== undefined) void attempt(loadSaved);
    }, { immediate: true });
  }

  // Another session has other operations: nothing of the old filter is left.
  function reset(): void {
    applied.value = { text: '', term: null };
    past.value = [];
    future.value = [];
    edited.value = null;
    isTyping.value = false;
  }

  async function loadSaved(): Promise<void> {
    saved.value = await host().request('filter.saved', {});
  }

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      useNotices().report(error);
    }
  }

  function apply(next: Applied): void {
    if (next.text === applied.value.text) return;
    past.value = [...past.value.slice(-99), applied.value];
    future.value = [];
    applied.value = next;
    remember(next.text);
  }

  function remember(expression: string): void {
    if (expression === '') return;
    const settings = useSettings();
    settings.saved.filterHistory = [expression, ...history.value.filter((other) => other !== expression)].slice(0, mostRemembered);
  }

  /** Takes an expression; what is wrong with it is the answer, and the filter stays as it was. */
  async function set(expression: string): Promise<FilterProblem | null> {
    const { term, problem } = await host().request('filter.read', { text: expression });
    if (problem === null) apply({ text: expression.trim(), term });
    return problem;
  }

  function setClauses(next: readonly FilterClause[]): void {
    const term = termOfClauses(next);
    apply({ text: filterText(term), term });
  }

  const rule = (action: 'include' | 'exclude', condition: FilterCondition): void => setClauses(withRule(clauses.value, action, condition));
  const is = (field: FilterField, value: string | null): FilterCondition => ({ kind: 'compare', field, relation: '=', value });
  const include = (field: FilterField, value: string | null): void => rule('include', is(field, value));
  const exclude = (field: FilterField, value: string | null): void => rule('exclude', is(field, value));
  const invert = (clause: number): void => setClauses(withInverted(clauses.value, clause));
  const clear = (): void => apply({ text: '', term: null });

  function undo(): void {
    const before = past.value.at(-1);
    if (before === undefined) return;
    future.value = [applied.value, ...future.value];
    past.value = past.value.slice(0, -1);
    applied.value = before;
  }

  function redo(): void {
    const [next, ...rest] = future.value;
    if (next === undefined) return;
    past.value = [...past.value, applied.value];
    future.value = rest;
    applied.value = next;
  }

  /** Values of a field that occur in the shown trace. */
  async function values(field: FilterField, part: string, limit = 60): Promise<readonly FilterValue[]> {
    const { traceId } = useSelection();
    return traceId === null ? [] : (await host().request('filter.values', { traceId, field, text: part, limit })).values;
  }

  const save = (name: string): Promise<void> => attempt(async () => {
    saved.value = await host().request('filter.save', { name, text: text.value });
  });
  const removeSaved = (id: number): Promise<void> => attempt(async () => {
    saved.value = await host().request('filter.remove', { id });
  });

  /** Takes over the filter of a file of Process Monitor, and says what of it could not be. */
  const importFile = (file: File): Promise<void> => attempt(async () => {
    const found = await host().request('filter.import', { fileName: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    if (await set(found.text) !== null) return;
    const { leftOut } = found;
    if (leftOut.length > 0) useNotices().add('warning', `${leftOut.length} ${leftOut.length === 1 ? 'rule' : 'rules'} of ${found.name} were left out, because the list has no such column: ${leftOut.slice(0, 5).join('; ')}${leftOut.length > 5 ? ' …' : ''}.`);
    else useNotices().add('info', `The filter ${found.name} was taken over.`);
  });

  /** The cell that the next include or exclude is about; null where no row is chosen, or it has no such value. */
  const cell = computed((): FilterCondition | null => {
    const { operation } = useSelection();
    const operations = useOperations();
    void operations.version;
    const row = operation === null ? undefined : operations.rowOf(operation);
    if (row === undefined) return null;
    const field = column.value;
    switch (field) {
      case 'index': return is(field, String(row.index));
      case 'time': return is(field, `${formatDate(row.time)}T${formatTimeOfDay(row.time)}Z`);
      case 'process': return is(field, row.process);
      case 'pid': return is(field, String(row.pid));
      case 'operation': return is(field, row.operation);
      case 'path': return is(field, row.path);
      case 'status': return is(field, row.status === null ? null : useVocabulary().statuses.shortName(row.status));
    }
  });

  return {
    text, words, clauses, isActive, count, history, saved, isTyping, edited, column, cell, canUndo: computed(() => past.value.length > 0), canRedo: computed(() => future.value.length > 0),
    listen, set, setClauses, rule, include, exclude, invert, clear, undo, redo, values, save, removeSaved, importFile,
  };
});
