import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { CompareGroup, CompareInfo, CompareRow, CompareSide, DifferenceKind, RunInfo, SideRef } from '../../src-preload/contract/index.ts';
import { beginActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';
import { useLayout } from './layout.ts';
import { useNotices } from './notices.ts';
import { PageCache } from './pageCache.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';

/** `run 3`, `recording 1`: a side as a list of choices has it. */
export const sideKey = (ref: SideRef): string => (ref.kind === 'run' ? `run ${ref.runId}` : `recording ${ref.traceId}`);

export function sideOfKey(key: string): SideRef | null {
  const match = /^(run|recording) (\d+)$/.exec(key);
  if (match === null) return null;
  return match[1] === 'run' ? { kind: 'run', runId: Number(match[2]) } : { kind: 'recording', traceId: Number(match[2]) };
}

/** Two sides beside each other: what differs, the first of it, and by what cause. */
export const useComparison = defineStore('comparison', () => {
  const chosenA = ref('');
  const chosenB = ref('');
  const info = shallowRef<CompareInfo | null>(null);
  const groups = shallowRef<readonly CompareGroup[]>([]);
  const kind = ref<DifferenceKind | null>(null);
  const cause = ref<number | null>(null);
  const text = ref('');
  /** Rows of the list as filtered. */
  const count = ref(0);
  const version = ref(0);
  const isRunning = computed(() => info.value?.state === 'running');
  let endActivity: (() => void) | null = null;

  const rows: PageCache<CompareRow> = new PageCache<CompareRow>({
    load: async (offset, limit) => (info.value === null ? { rows: [], count: 0 } : host().request('compare.page', { id: info.value.id, offset, limit, kinds: kind.value === null ? null : [kind.value], text: text.value.trim(), cause: cause.value })),
    changed: () => {
      count.value = rows.count ?? 0;
      version.value++;
    },
    failed: (error) => useNotices().report(error),
  });

  /** What can be chosen: the recordings, then the runs, the newest first. */
  const choices = computed<readonly { readonly key: string; readonly title: string }[]>(() => {
    const { traces, runs } = useSession();
    return [
      ...traces.filter(({ state }) => state !== 'importing').map(({ id, name }) => ({ key: sideKey({ kind: 'recording', traceId: id }), title: traces.length === 1 ? 'recording' : `recording ${name}` })),
      ...[...runs].reverse().map((run) => ({ key: sideKey({ kind: 'run', runId: run.id }), title: run.name })),
    ];
  });

  function listen(): void {
    host().listen('compare.changed', (news) => {
      if (news.id !== info.value?.id) return;
      info.value = news;
      rows.invalidate();
      if (news.state !== 'running') ended();
    });
    watch([kind, cause], refilter);
    let timer: ReturnType<typeof setTimeout> | undefined;
    watch(text, () => {
      clearTimeout(timer);
      timer = setTimeout(refilter, 200);
    });
    // Another session: its comparisons are gone.
    watch(() => useSession().session?.path, clear);
  }

  function clear(): void {
    endActivity?.();
    endActivity = null;
    info.value = null;
    groups.value = [];
    chosenA.value = '';
    chosenB.value = '';
    rows.clear();
  }

  function refilter(): void {
    rows.clear();
    rows.want(0, 60);
  }

  function ended(): void {
    endActivity?.();
    endActivity = null;
    const id = info.value?.id;
    if (id === undefined) return;
    void attempt(async () => {
      const found = await host().request('compare.groups', { id });
      if (info.value?.id === id) groups.value = found.groups;
    });
  }

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      useNotices().report(error);
    }
  }

  /** What to compare when nothing is said: the shown run with the one it is a branch of, or with the recording. */
  function propose(): void {
    const run = useSelection().run;
    const keys = new Set(choices.value.map(({ key }) => key));
    if (keys.has(chosenA.value) && keys.has(chosenB.value)) return;
    if (run === null) {
      [chosenA.value = '', chosenB.value = ''] = choices.value.map(({ key }) => key);
      return;
    }
    chosenB.value = sideKey({ kind: 'run', runId: run.id });
    chosenA.value = before(run);
  }

  function before(run: RunInfo): string {
    const parent = useSession().runs.find(({ id }) => id === run.parentId);
    return sideKey(parent === undefined ? { kind: 'recording', traceId: run.traceId } : { kind: 'run', runId: parent.id });
  }

  /** `3,4`: runs by number; `recording` for one of them: that of the other's trace. Opens the pane and compares. */
  async function open(argument: string | null): Promise<void> {
    useLayout().show('compare');
    if (argument === null) return propose();
    const parts = argument.split(',').map((part) => part.trim());
    const run = useSession().runs.find(({ id }) => parts.includes(String(id)));
    if (run === undefined || parts.length !== 2) return propose();
    const key = (part: string | undefined): string => (part === 'recording' ? sideKey({ kind: 'recording', traceId: run.traceId }) : `run ${part ?? ''}`);
    chosenA.value = key(parts[0]);
    chosenB.value = key(parts[1]);
    await start();
  }

  const start = (): Promise<void> => attempt(async () => {
    const [a, b] = [sideOfKey(chosenA.value), sideOfKey(chosenB.value)];
    if (a === null || b === null) return;
    endActivity ??= beginActivity();
    try {
      kind.value = null;
      cause.value = null;
      text.value = '';
      groups.value = [];
      info.value = await host().request('compare.start', { a, b });
      // It may have ended before its number was known.
      info.value = await host().request('compare.info', { id: info.value.id });
      rows.clear();
      rows.want(0, 60);
      if (info.value.state !== 'running') ended();
    } catch (error) {
      endActivity();
      endActivity = null;
      throw error;
    }
  });

  const cancel = (): Promise<void> => attempt(async () => {
    if (info.value !== null) await host().request('compare.cancel', { id: info.value.id });
  });

  /** Shows a difference at its moment in one of the sides. */
  const show = (row: CompareRow, side: 'a' | 'b'): Promise<void> => attempt(async () => {
    if (info.value === null) return;
    const { ref: shown, traceId } = info.value[side];
    const point = side === 'a' ? row.pointA : row.pointB;
    const operation = side === 'a' ? row.operationA : row.operationB;
    const selection = useSelection();
    selection.chooseTrace(traceId);
    if (shown.kind === 'run') selection.chosenRunId = shown.runId;
    if (operation !== null) selection.goTo(operation);
    if (shown.kind === 'run' && point !== null && point.sequence > 0) await useDebugger().travel('debug.goTo', { runId: shown.runId, target: { kind: 'point', point } });
  });

  /** The whole list as a file's text. */
  async function exported(format: 'text' | 'json'): Promise<string> {
    let all = '';
    const id = info.value?.id;
    for (let from: number | null = id === undefined ? null : 0; from !== null && id !== undefined;) {
      const piece: { readonly text: string; readonly next: number | null } = await host().request('compare.export', { id, format, from });
      all += piece.text;
      from = piece.next;
    }
    return all;
  }

  const titleOf = (side: CompareSide): string => choices.value.find(({ key }) => key === sideKey(side.ref))?.title ?? side.title;

  return {
    chosenA, chosenB, info, groups, kind, cause, text, count, version, isRunning, choices, listen, propose, open, start, cancel, show, exported, titleOf,
    row: (index: number) => rows.row(index), want: (first: number, last: number) => rows.want(first, last),
  };
});
