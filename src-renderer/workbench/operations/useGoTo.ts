/** A text that says where to go: the number of an operation, a time as the list writes it, or an execution point. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import { parseTimeText } from '../../../src-preload/contract/index.ts';
import { host } from '../../backend/backend.ts';
import { focusPane } from '../../commands/paneActions.ts';
import { operationOfPoint } from '../../formatting/executionPoint.ts';
import { zoneTicks } from '../../formatting/listTime.ts';
import { formatCount } from '../../formatting/numbers.ts';
import { formatDate, formatDateTime, formatTimeOfDay } from '../../formatting/time.ts';
import { useDebugger } from '../../stores/debugger.ts';
import { useNotices } from '../../stores/notices.ts';
import { useOperations } from '../../stores/operations.ts';
import { useSelection } from '../../stores/selection.ts';
import { useSettings } from '../../stores/settings.ts';

export interface GoTo {
  readonly help: ComputedRef<string>;
  /** What is wrong with the text; null where nothing is, or where it is empty. */
  readonly problem: ComputedRef<string | null>;
  /** What the text means, in words; empty where it means nothing. */
  readonly target: ComputedRef<string>;
  /** Goes there; false where nothing is there. */
  go(): Promise<boolean>;
}

export function useGoTo(text: Ref<string>): GoTo {
  const operations = useOperations();
  const selection = useSelection();
  const debug = useDebugger();
  const settings = useSettings();
  const isLate = ref(false);
  watch(text, () => {
    isLate.value = false;
  });

  const span = computed(() => {
    const { firstTime = null, lastTime = null } = selection.trace?.report ?? {};
    return firstTime === null || lastTime === null ? null : { first: firstTime, last: lastTime };
  });
  /** From UTC to what the list shows. */
  const shift = computed(() => (settings.saved.timeFormat === 'local' && span.value !== null ? zoneTicks(span.value.first) : 0n));
  const shownSpan = computed(() => (span.value === null ? null : { first: span.value.first + shift.value, last: span.value.last + shift.value }));
  const time = computed(() => {
    const shown = shownSpan.value === null ? null : parseTimeText(text.value, shownSpan.value);
    // Whoever writes UTC means it, whatever the list shows.
    return shown === null || /utc|z$/i.test(text.value.trim()) ? shown : shown - shift.value;
  });
  /** `18204:7`: a moment of the shown run. Without one, its operation. */
  const isPoint = computed(() => time.value === null && selection.runId !== null && operationOfPoint(text.value) !== null);
  const index = computed(() => {
    if (time.value !== null) return null;
    const number = /^#?(\d+)$/.exec(text.value.replace(/\s/g, ''))?.[1];
    return number === undefined ? operationOfPoint(text.value) : Number(number);
  });
  /** A time as the list shows it; with its day where the trace has several. */
  const example = computed(() => {
    if (shownSpan.value === null) return null;
    const { first, last } = shownSpan.value;
    return formatDate(first) === formatDate(last) ? formatTimeOfDay(first) : formatDateTime(first).replace(' UTC', '');
  });
  const zone = computed(() => (settings.saved.timeFormat === 'local' ? 'in the zone of this computer' : 'in UTC'));
  const help = computed(() => `A number from 1 to ${formatCount(operations.total)}${example.value === null ? '' : `, a time ${zone.value}${settings.saved.timeFormat === 'start' ? '' : ' as the list shows it'}, such as ${example.value} (the first operation then or later), seconds since the start, such as +12.5`}, or an execution point, such as 18204:7 (with # in front where it could be a time).`);
  const problem = computed(() => {
    if (text.value === '') return null;
    if (time.value !== null) return isLate.value ? `The trace has no operation then or later: it ends at ${span.value === null ? '' : formatDateTime(span.value.last)}.` : null;
    if (index.value === null) return 'This is no number, time or execution point.';
    return index.value < 1 || index.value > operations.total ? `Operations go from 1 to ${formatCount(operations.total)}.` : null;
  });
  const target = computed(() => {
    if (text.value === '' || problem.value !== null) return '';
    if (time.value !== null) return `the first operation at ${formatDateTime(time.value)} or later`;
    return isPoint.value ? `the moment ${text.value.trim()} of the run` : `operation #${formatCount(index.value ?? 0)}`;
  });

  async function indexAt(wanted: bigint): Promise<number | null> {
    const { traceId } = selection;
    if (traceId === null) return null;
    try {
      const { index: found } = await host().request('operations.atTime', { traceId, time: wanted });
      isLate.value = found === null;
      return found;
    } catch (error) {
      useNotices().report(error);
      return null;
    }
  }

  async function go(): Promise<boolean> {
    if (text.value === '' || problem.value !== null) return false;
    const at = time.value === null ? index.value : await indexAt(time.value);
    if (at === null) return false;
    if (isPoint.value) void debug.goTo({ kind: 'text', text: text.value.trim() });
    else selection.goTo(at);
    setTimeout(() => focusPane('operations'));
    return true;
  }

  return { help, problem, target, go };
}
