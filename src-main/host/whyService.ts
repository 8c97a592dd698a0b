/** Why something happened in a run: the rule of an event, and why a callback was or was not called. */
import type { AskedCallback, AssumptionInfo, CalledWhy, EventRow, EventWhy, RuleInfo } from '../../src-preload/contract/index.ts';
import { whyCalled, type Trail, type TrailRow } from '../debugger/whyCalled.ts';
import { assumptionAreas, assumptionOf, hintKinds, ruleById, type Assumption } from '../engine/index.ts';
import { eventKinds, noResult, pageText, type EventPage } from '../replay/eventPage.ts';
import type { RegisteredOperation } from '../replay/registeredOperations.ts';
import { hostErrors } from './errors.ts';
import { detailOf, textMember } from './eventText.ts';
import type { HostContext } from './hostContext.ts';
import { layersOf, runAssumptions } from './sessionInfo.ts';

export const assumptionInfos = (): AssumptionInfo[] => assumptionAreas.flatMap((area) => area.assumptions.map(assumptionInfo));

const areaOf: ReadonlyMap<Assumption, string> = new Map(assumptionAreas.flatMap(({ title, assumptions }) => assumptions.map((one) => [one, title] as const)));

const assumptionInfo = (assumption: Assumption): AssumptionInfo => {
  const { id, sentence, implemented, source } = assumption;
  return { id, area: areaOf.get(assumption) ?? '', sentence, values: implemented, source };
};

/** The rule behind an id, and the switch it rests on. */
function explained(rule: string, chosen: Readonly<Record<string, string>>): { rule: RuleInfo | null; assumption: EventWhy['assumption'] } {
  const assumption = assumptionOf(rule);
  return { rule: ruleById(rule) ?? null, assumption: assumption === undefined ? null : { ...assumptionInfo(assumption), chosen: chosen[assumption.id] ?? assumption.values[0] } };
}

/** Log position of an execution point. */
export function positionOf(context: HostContext, run: number, issued: number, sequence: number): number {
  const { runs } = context.session.reader;
  if (!runs.run(run)) throw hostErrors.noRun(run);
  if (issued === 0) {
    if (sequence >= 1 && sequence <= runs.eventCount(run)) return sequence - 1;
    throw hostErrors.noPoint(issued, sequence);
  }
  for (const page of runs.matchingPages(run, { operation: issued, kinds: ['issue'] })) {
    for (let row = 0; row < page.count; row++) {
      if (page.columns.operation[row] !== issued || eventKinds[page.columns.kind[row] ?? 0] !== 'issue') continue;
      const position = page.first + row + sequence - (page.columns.sequence[row] ?? 1);
      const [at] = runs.eventPages(run, position, position).filter(({ first, count }) => position >= first && position < first + count);
      if (at !== undefined && at.columns.issued[position - at.first] === issued && at.columns.sequence[position - at.first] === sequence) return position;
    }
  }
  throw hostErrors.noPoint(issued, sequence);
}

export function whyEvent(context: HostContext, run: number, event: EventRow): EventWhy {
  const stored = context.session.reader.runs.run(run);
  if (!stored) throw hostErrors.noRun(run);
  const hint = event.kind === 'hint' ? hintKinds.get(event.violation ?? '') : undefined;
  if (hint !== undefined) return { event, rule: { id: hint.id, text: `No rule forbids it, but it is a known bug of drivers. Advice: ${hint.advice}.`, source: hint.source, inferred: false }, assumption: null };
  return { event, ...explained(event.rule, runAssumptions(stored)) };
}

export function whyFilterCalled(context: HostContext, run: number, operation: number, filterName: string, callback: AskedCallback): CalledWhy {
  const { runs, traces } = context.session.reader;
  const stored = runs.run(run);
  if (!stored) throw hostErrors.noRun(run);
  const layers = layersOf(stored);
  const layer = layers.find(({ kind, name }) => kind === 'filter' && name.toLowerCase() === filterName.toLowerCase());
  const chosen = runAssumptions(stored);
  if (layer === undefined) {
    const sentence = `${filterName} was not in the stack of this run, which had ${layers.filter(({ kind }) => kind === 'filter').map(({ name }) => name).join(', ')}.`;
    return { called: false, sentence, ...explained('R-1.7', chosen), point: null };
  }
  const recorded = traces.range(stored.trace, operation, operation)[0];
  if (recorded === undefined) throw hostErrors.noOperation(operation);
  const trail: Trail = {
    operation, major: recorded.major ?? 0, rows: trailOf(context, run, operation), filter: { name: layer.name, layer: layer.layer, altitude: layer.altitude ?? '' },
    registered: registrationOf(context, run, layer.name), layerName: (number) => layers[number]?.name ?? '?', tornDownBefore: tornDownBefore(context, run, layer.layer, operation),
  };
  const { called, sentence, rule, point } = whyCalled(trail, callback);
  return { called, sentence, ...explained(rule, chosen), point };
}

function trailOf(context: HostContext, run: number, operation: number): TrailRow[] {
  const rows: TrailRow[] = [];
  for (const page of context.session.reader.runs.matchingPages(run, { operation, kinds: null })) {
    for (let row = 0; row < page.count; row++) if (page.columns.operation[row] === operation) rows.push(trailRow(page, row));
  }
  return rows;
}

function trailRow(page: EventPage, row: number): TrailRow {
  const c = page.columns;
  const at = (column: Uint32Array): number => column[row] ?? 0;
  const result = at(c.result);
  return {
    issued: at(c.issued), sequence: at(c.sequence), kind: eventKinds[at(c.kind)] ?? 'log', layer: at(c.layer), status: at(c.status), information: at(c.information),
    result: result === noResult ? null : result, name: pageText(page, at(c.name)), rule: pageText(page, at(c.rule)),
    draining: textMember(detailOf(pageText(page, at(c.detail))), 'text') === 'draining',
  };
}

/** What the filter registered, from its FltRegisterFilter row. */
function registrationOf(context: HostContext, run: number, filter: string): RegisteredOperation[] | null {
  for (const page of context.session.reader.runs.matchingPages(run, { operation: 0, kinds: ['api'] })) {
    for (let row = 0; row < page.count; row++) {
      if (page.columns.operation[row] !== 0 || pageText(page, page.columns.name[row] ?? 0) !== 'FltRegisterFilter') continue;
      const detail = detailOf(pageText(page, page.columns.detail[row] ?? 0));
      if (textMember(detail, 'driver') === filter && Array.isArray(detail['registered'])) return detail['registered'] as RegisteredOperation[];
    }
  }
  return null;
}

/** A teardown of the filter's instance began before the operation was issued. */
function tornDownBefore(context: HostContext, run: number, layer: number, operation: number): boolean {
  for (const page of context.session.reader.runs.matchingPages(run, { operation: 0, kinds: ['teardown'] })) {
    for (let row = 0; row < page.count; row++) {
      const { kind, layer: layers, issued } = page.columns;
      if (eventKinds[kind[row] ?? 0] === 'teardown' && layers[row] === layer && (issued[row] ?? 0) < operation) return true;
    }
  }
  return false;
}
