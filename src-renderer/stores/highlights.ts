import { defineStore } from 'pinia';
import { computed, watch } from 'vue';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';
import { RowFacts } from './rowFacts.ts';
import { useFilter } from './filter.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';
import { useSettings } from './settings.ts';

/** A rule that highlights what its expression lets through. */
export interface HighlightRule {
  readonly name: string;
  /** As in the filter (docs/command-line.md). */
  readonly where: string;
  /** 1 to 6: a colour of the palette, and the sign that goes with it. */
  readonly colour: number;
  readonly enabled: boolean;
}

/** Signs that say the same as the colours 1 to 6. */
export const highlightSigns = ['■', '●', '▲', '◆', '★', '✚'] as const;
export const highlightColours = highlightSigns.length;

/** Rules in their order: a row has the first one that lets it through. */
export const useHighlights = defineStore('highlights', () => {
  const settings = useSettings();
  const selection = useSelection();
  const rules = computed<readonly HighlightRule[]>(() => (Array.isArray(settings.saved.highlights) ? settings.saved.highlights : []));
  const active = computed(() => rules.value.filter(({ enabled, where }) => enabled && where.trim() !== ''));

  const facts = new RowFacts<number>(async (indexes) => {
    const { traceId } = selection;
    if (traceId === null) return [];
    return (await host().request('operations.highlights', { traceId, rules: active.value.map(({ where }) => where), indexes })).rules;
  });

  function put(next: readonly HighlightRule[]): void {
    settings.saved.highlights = next;
  }

  /** A new rule comes first, in the colour that is used least. */
  function add(where: string, name = where): void {
    const uses = (colour: number): number => rules.value.filter((rule) => rule.colour === colour).length;
    const colours = Array.from({ length: highlightColours }, (_, at) => at + 1);
    const colour = colours.reduce((best, one) => (uses(one) < uses(best) ? one : best));
    put([{ name, where, colour, enabled: true }, ...rules.value.filter((rule) => rule.where !== where || where === '')]);
  }
  const change = (at: number, fields: Partial<HighlightRule>): void => put(rules.value.map((rule, place) => (place === at ? { ...rule, ...fields } : rule)));
  const remove = (at: number): void => put(rules.value.filter((_, place) => place !== at));
  function move(at: number, step: 1 | -1): void {
    const rule = rules.value[at];
    if (rule === undefined) return;
    const rest = rules.value.filter((_, place) => place !== at);
    const to = Math.min(Math.max(at + step, 0), rest.length);
    put([...rest.slice(0, to), rule, ...rest.slice(to)]);
  }

  function want(indexes: readonly number[]): void {
    if (active.value.length > 0) facts.want(indexes);
  }
  function of(index: number): HighlightRule | null {
    if (active.value.length === 0) return null;
    const at = facts.of(index);
    return at === undefined ? null : (active.value[at] ?? null);
  }

  /** Goes to the next or previous highlighted operation among the shown ones. */
  async function goToNext(backwards: boolean): Promise<void> {
    const { traceId, operation, trace } = selection;
    if (traceId === null) return;
    const last = trace?.report.operations ?? 1;
    const from = operation === null ? (backwards ? last : 1) : operation + (backwards ? -1 : 1);
    const where = useFilter().isActive ? useFilter().text : null;
    const index = from < 1 ? null : (await host().request('operations.nextMatch', { traceId, rules: active.value.map((rule) => rule.where), where, from, backwards })).index;
    if (index === null) useNotices().add('info', `There is no highlighted operation ${backwards ? 'before' : 'after'} this one.`);
    else selection.goTo(index);
  }

  function listen(): void {
    watch([() => useSession().session?.path, () => selection.traceId, () => selection.trace?.clockOffset, () => active.value.map(({ where }) => where).join('\n')], () => facts.clear());
    host().listen('import.done', () => facts.clear());
  }

  return { rules, active, add, change, remove, move, want, of, goToNext, listen, version: facts.version };
});
