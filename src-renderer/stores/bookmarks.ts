import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { MarkInfo } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';
import { useFilter } from './filter.ts';
import { useNotices } from './notices.ts';
import { useSelection } from './selection.ts';

/** Bookmarks and notes of the session. */
export const useBookmarks = defineStore('bookmarks', () => {
  const selection = useSelection();
  const list = shallowRef<readonly MarkInfo[]>([]);
  /** The note that is to be typed into next. */
  const editing = ref<number | null>(null);

  const free = computed(() => list.value.filter(({ traceId }) => traceId === null));
  const placed = computed(() => list.value.filter(({ traceId }) => traceId !== null));
  const ofTrace = computed(() => new Map(placed.value.filter(({ traceId, operation }) => traceId === selection.traceId && operation !== null).map((mark) => [mark.operation, mark])));
  const bookmarked = computed(() => placed.value.filter(({ bookmark, traceId }) => bookmark && traceId === selection.traceId));

  function listen(): void {
    host().listen('marks.changed', (marks) => {
      list.value = marks;
    });
  }
  async function load(): Promise<void> {
    list.value = await host().request('marks.list', {});
  }
  async function attempt(work: () => Promise<readonly MarkInfo[]>): Promise<void> {
    try {
      list.value = await work();
    } catch (error) {
      useNotices().report(error);
    }
  }

  const at = (operation: number): MarkInfo | undefined => ofTrace.value.get(operation);
  const update = (id: number, fields: { text?: string; bookmark?: boolean }): Promise<void> => attempt(() => host().request('marks.update', { id, ...fields }));
  const remove = (id: number): Promise<void> => attempt(() => host().request('marks.remove', { id }));

  async function add(place: { operation: number | null; bookmark: boolean; atStop?: boolean }): Promise<void> {
    const known = new Set(list.value.map(({ id }) => id));
    const { stop, currentRunId } = useDebugger();
    const point = place.atStop === true && stop !== null && currentRunId !== null ? { runId: currentRunId, issued: stop.point.operation, sequence: stop.point.sequence } : null;
    await attempt(() => host().request('marks.add', { traceId: place.operation === null ? null : selection.traceId, operation: place.operation, bookmark: place.bookmark, point, text: '' }));
    editing.value = list.value.find(({ id }) => !known.has(id))?.id ?? null;
  }

  /** Sets or takes away the bookmark of an operation; what was noted there stays. */
  async function toggle(operation: number): Promise<void> {
    const marks = placed.value.filter((mark) => mark.traceId === selection.traceId && mark.operation === operation && mark.point === null);
    const set = marks.find(({ bookmark }) => bookmark);
    const note = marks[0];
    if (set !== undefined) await (set.text === '' ? remove(set.id) : update(set.id, { bookmark: false }));
    else if (note !== undefined) await update(note.id, { bookmark: true });
    else await add({ operation, bookmark: true });
  }

  /** The nearest bookmark behind the selected operation, or before it, among the shown operations. */
  async function goToNext(backwards: boolean): Promise<void> {
    const { traceId, operation } = selection;
    const numbers = bookmarked.value.map((mark) => mark.operation ?? 0).filter((number) => operation === null || (backwards ? number < operation : number > operation)).sort((a, b) => (backwards ? b - a : a - b));
    for (const number of numbers) {
      if (traceId === null) return;
      const { isActive, text } = useFilter();
      const place = isActive ? await host().request('operations.position', { traceId, where: text, index: number }) : { index: number };
      if (place?.index === number) return selection.goTo(number);
    }
    useNotices().add('info', bookmarked.value.length === 0 ? 'There is no bookmark: Ctrl+B sets one at the selected operation.' : `There is no bookmark ${backwards ? 'before' : 'after'} this operation.`);
  }

  function goTo(mark: MarkInfo): void {
    if (mark.traceId === null || mark.operation === null) return;
    selection.chooseTrace(mark.traceId);
    selection.goTo(mark.operation);
    if (mark.point !== null && mark.point.runId === selection.runId) void useDebugger().goTo({ kind: 'text', text: `${mark.point.issued}:${mark.point.sequence}` });
  }

  return { list, free, placed, bookmarked, editing, listen, load, at, add, toggle, update, remove, goToNext, goTo };
});
