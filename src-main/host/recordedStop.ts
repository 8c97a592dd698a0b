/**
 * The three-way view of a status callback that a run has already passed, from its row in the event log.
 *
 * What only a live stop has (variables, raw numbers, the requester's contexts as objects) is not in the log and left out.
 */
import type { CallbackKind, FieldChange, IopbField, IopbView, LayerInfo, LayerStep, StopInfo, StopNote } from '../../src-preload/contract/index.ts';
import { eventKinds, noResult, pageText, type EventPage } from '../replay/eventPage.ts';
import { preopCallbackStatus, postopCallbackStatus } from '../nt/tables.generated.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { detailOf, severityOf, textMember } from './eventText.ts';
import type { HostContext } from './hostContext.ts';
import { layersOf, operationRow } from './sessionInfo.ts';

const columns: IopbView['columns'] = [
  { id: 'snapshot', title: 'snapshot', explanation: 'The copy made when the pre callback asked for the status.' },
  { id: 'sent', title: 'sent', explanation: 'What the driver below was sent.' },
  { id: 'now', title: 'now', explanation: 'The live parameter block when the status callback ran.' },
];

/** Null where the row is no status callback, or none with a recorded view. */
export function recordedStop(context: HostContext, run: number, number: number): StopInfo | null {
  const { runs, traces } = context.session.reader;
  const stored = runs.run(run);
  const page = runs.eventPages(run, number, number).find((candidate) => number >= candidate.first && number < candidate.first + candidate.count);
  if (!stored || !page) return null;
  const row = number - page.first;
  const at = (column: Uint32Array): number => column[row] ?? 0;
  const c = page.columns;
  const detail = detailOf(pageText(page, at(c.detail)));
  if (eventKinds[at(c.kind)] !== 'status' || !Array.isArray(detail['fields'])) return null;
  const index = at(c.operation);
  const op = traces.range(stored.trace, index, index)[0];
  if (!op) return null;
  const layers = layersOf(stored);
  const layer = layers[at(c.layer)];
  const point = { operation: at(c.issued), sequence: at(c.sequence), line: null };
  return {
    reason: 'breakpoint',
    moment: { past: true, basis: 'recorded', rebuilding: false, note: null },
    breakpointIds: [],
    point,
    operation: operationRow(op, runs.results(run, index, index).get(index)),
    callback: 'status',
    driver: layer?.name ?? null,
    driverId: layer?.driverId ?? null,
    altitude: layer?.altitude ?? null,
    thread: { tid: at(c.thread), pid: op.pid, process: op.processName, kind: at(c.thread) === op.tid ? 'requestor' : 'arbitrary' },
    irql: at(c.irql) === 2 ? 'DISPATCH' : at(c.irql) === 1 ? 'APC' : 'PASSIVE',
    layers: layerSteps(context, run, index, number, layers),
    iopb: iopbView(detail, at(c.status)),
    notes: violationNotes(context, run, index, number),
    stackFrames: [],
    atLine: false,
  };
}

type Detail = ReturnType<typeof detailOf>;

function iopbView(detail: Detail, status: number): IopbView {
  const changes = objects(detail['changes']);
  const fields = objects(detail['fields']).map((field): IopbField => {
    const values = columns.map(({ id }) => textMember(field, id) ?? null);
    const path = textMember(field, 'path') ?? '';
    return {
      path,
      values,
      raw: values.map(() => null),
      changed: new Set(values.filter((value) => value !== null)).size > 1,
      changes: changes.filter((change) => change['field'] === path).map(fieldChange),
    };
  });
  return {
    columns, fields,
    ioStatus: { status: null, information: '' },
    operationStatus: status,
    completionContext: null,
    requesterContext: textMember(detail, 'requesterContext') ?? null,
    callbackDataFlags: '',
  };
}

function fieldChange(change: Detail): FieldChange {
  const line = change['line'];
  return {
    point: { operation: Number(change['issued'] ?? 0), sequence: Number(change['sequence'] ?? 0), line: typeof line === 'number' ? line : null },
    by: textMember(change, 'by') ?? '',
    line: typeof line === 'number' ? line : null,
    from: textMember(change, 'from') ?? '',
    to: textMember(change, 'to') ?? '',
  };
}

function objects(value: unknown): Detail[] {
  return Array.isArray(value) ? value.filter((item): item is Detail => typeof item === 'object' && item !== null) : [];
}

/** What happened to the operation at each layer up to the row. */
function layerSteps(context: HostContext, run: number, operation: number, number: number, layers: readonly LayerInfo[]): LayerStep[] {
  const steps: LayerStep[] = [];
  for (const page of context.session.reader.runs.matchingPages(run, { operation, kinds: [...stepKinds] })) {
    for (let row = 0; row < page.count && page.first + row <= number; row++) {
      if (page.columns.operation[row] !== operation) continue;
      const step = layerStep(page, row, number, layers);
      if (step) steps.push(step);
    }
  }
  return steps;
}

const stepKinds = ['issue', 'pre', 'lower', 'done', 'ret', 'post', 'status'] as const;
const isStep = (kind: string | undefined): kind is (typeof stepKinds)[number] => stepKinds.some((known) => known === kind);

function layerStep(page: EventPage, row: number, number: number, layers: readonly LayerInfo[]): LayerStep | null {
  const c = page.columns;
  const step = eventKinds[c.kind[row] ?? 0];
  const layer = layers[c.layer[row] ?? 0];
  if (!isStep(step) || !layer) return null;
  const here = page.first + row === number;
  return {
    layer: layer.layer, name: layer.name, altitude: layer.altitude, step, here,
    result: here ? '' : stepResult(step, c.result[row] ?? noResult, c.status[row] ?? 0, c.information[row] ?? 0),
    point: { operation: c.issued[row] ?? 0, sequence: c.sequence[row] ?? 0, line: null },
  };
}

const nameOf = (table: typeof preopCallbackStatus, value: number): string => table.find((row) => row[1] === value)?.[0] ?? '';

function stepResult(step: CallbackKind | 'issue' | 'lower' | 'done' | 'ret', result: number, status: number, information: number): string {
  switch (step) {
    case 'pre':
      return result === noResult ? '' : nameOf(preopCallbackStatus, result);
    case 'post':
      return result === noResult ? '' : nameOf(postopCallbackStatus, result);
    case 'done':
      return `${ntStatusName(status)}${information === 0 ? '' : ` / ${information}`}`;
    case 'ret':
    case 'status':
      return ntStatusName(status);
    default:
      return '';
  }
}

/** Violations of the operation up to the callback and what follows from it. */
function violationNotes(context: HostContext, run: number, operation: number, number: number): StopNote[] {
  const { runs } = context.session.reader;
  return runs.violationsOf(run, operation).filter((v) => v.number <= number + 2).map((v) => ({
    kind: v.hint ? 'hint' : 'violation', id: v.violation, severity: severityOf(v.severity), sentence: v.sentence, rule: v.rule, source: v.source, driver: v.driver, line: v.line,
  }));
}
