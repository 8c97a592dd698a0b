/** A walk through recorded events finds what a look at every row finds, whatever pages it passes by. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CompiledBreakpoint, eventHits, type EventSources } from '../../../src-main/debugger/breakpointMatch.ts';
import { breakpointCallbacks, breakpointSpec, type Breakpoint, type BreakpointAt } from '../../../src-main/debugger/breakpointSpec.ts';
import { positionOfPoint, walkEvents, type Direction, type EventLog } from '../../../src-main/debugger/eventWalk.ts';
import type { OperationFacts } from '../../../src-main/debugger/operationFacts.ts';
import { EventPageBuilder, eventKinds, type EventPage } from '../../../src-main/replay/eventPage.ts';
import { kindBit, packEventPage } from '../../../src-main/replay/packedEventPage.ts';
import { readSummary } from '../../../src-main/replay/pageSummary.ts';

const statuses = [0, 0x103, 0xc0000022, 0xc0000034];
const names = ['', 'FltGetFileNameInformation', 'FltReadFile', 'Parameters.Read.Length', 'FV-084', 'D-16'];
const operations = 12;

const rowArbitrary = fc.record({
  operation: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: operations }) }, { weight: 1, arbitrary: fc.constantFrom(0, 0x80000001) }),
  kind: fc.integer({ min: 0, max: eventKinds.length - 1 }), layer: fc.integer({ min: 0, max: 3 }), thread: fc.integer({ min: 1, max: 4 }), irql: fc.integer({ min: 0, max: 2 }),
  status: fc.constantFrom(...statuses), name: fc.constantFrom(...names),
});
const factsArbitrary: fc.Arbitrary<OperationFacts> = fc.record({
  major: fc.integer({ min: 0, max: 4 }), minor: fc.constant(0), kind: fc.constantFrom('irp', 'fastio'), path: fc.constantFrom('C:\\a.txt', 'C:\\b.doc', ''), process: fc.constantFrom('one.exe', 'two.exe'),
  pid: fc.constantFrom(4, 8), tid: fc.integer({ min: 1, max: 6 }), controlCode: fc.constantFrom(null, 0x90240), fileClass: fc.constantFrom(null, 5), volumeClass: fc.constant(null), recordedStatus: fc.constantFrom(null, ...statuses),
});
const atArbitrary: fc.Arbitrary<BreakpointAt> = fc.oneof(
  fc.record({ kind: fc.constant('callback' as const), callbacks: fc.subarray([...breakpointCallbacks].slice(0, 3), { minLength: 1 }) }),
  fc.record({ kind: fc.constant('change' as const), field: fc.constantFrom('', '*Length', 'Nothing') }),
  fc.record({ kind: fc.constant('violation' as const), id: fc.constantFrom('', 'FV-0*', 'D-16'), severity: fc.constant('' as const), except: fc.constantFrom([], ['D-*']) }),
  fc.record({ kind: fc.constant('api' as const), routine: fc.constantFrom('FltReadFile', 'Flt*, Other', 'FltNothing') }),
  fc.record({ kind: fc.constant('operation' as const), step: fc.constantFrom('issue' as const, 'complete' as const) }),
);
const or = <T, N>(none: N, ...values: T[]) => fc.oneof({ weight: 3, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: fc.constantFrom(...values) });
const specArbitrary = fc.record({
  at: atArbitrary, driverId: or(null, 10, 20, 90),
  where: fc.record({
    major: or(null, 0, 3, 9), path: or('', '*.TXT', 'nothing'), process: or('', 'one.*', '8'), tid: or(null, 1, 5, 6), status: or('', 'error', 'STATUS_PENDING', 'warning'), irql: or('' as const, 'PASSIVE' as const, 'DISPATCH' as const),
    fsctl: or('', '0x90240'), informationClass: or('', '5'), operationKind: or(null, 'fastio' as const),
  }),
}).map((spec) => breakpointSpec(spec));

function pagesOf(rows: readonly (typeof rowArbitrary extends fc.Arbitrary<infer Row> ? Row : never)[], size: number): EventPage[] {
  const builder = new EventPageBuilder();
  const pages: EventPage[] = [];
  for (const [at, { operation, kind, layer, thread, irql, status, name }] of rows.entries()) {
    builder.add(operation, operation, at, kind, 1, layer, thread, irql, status, 0, 0, 0, builder.text(name), 0, 0);
    if (builder.count === size) pages.push(builder.take());
  }
  if (builder.count > 0) pages.push(builder.take());
  return pages;
}

/** A log whose pages are passed by as those of a session are; `opened` counts. */
function logOf(pages: readonly EventPage[], passedAtOnce: number): EventLog & { opened: number } {
  const packed = pages.map((page) => ({ page, head: packEventPage(page) }));
  const pageAt = (number: number): EventPage | null => pages.find(({ first, count }) => number >= first && number < first + count) ?? null;
  return {
    opened: 0, count: pages.reduce((sum, { count }) => sum + count, 0),
    pageAt,
    boundsAt: (number) => {
      const page = pageAt(number);
      const at = (row: number): { issued: number; sequence: number } => ({ issued: page?.columns.issued[row] ?? 0, sequence: page?.columns.sequence[row] ?? 0 });
      return page === null ? null : { first: page.first, count: page.count, begins: at(0), ends: at(page.count - 1) };
    },
    nextPage(number, direction, { operation, kinds, may }) {
      const ahead = direction === 'forward' ? packed.filter(({ page }) => page.first > number) : packed.filter(({ page }) => page.first < number).reverse();
      let passed = 0;
      for (const { page, head } of ahead) {
        if (operation !== null && (head.lowestOperation > operation || head.highestOperation < operation)) continue;
        if (kinds !== null && !eventKinds.some((_kind, code) => Math.floor(head.kinds / kindBit(code)) % 2 === 1 && Math.floor(kinds / kindBit(code)) % 2 === 1)) continue;
        const summary = readSummary(head.summary);
        if (summary === null || may === undefined || may(summary)) {
          this.opened++;
          return page;
        }
        if (++passed === passedAtOnce) return direction === 'forward' ? page.first + page.count - 1 : page.first;
      }
      return null;
    },
  };
}

it('finds every hit in both directions, as a look at every row does', () => {
  fc.assert(fc.property(
    fc.array(rowArbitrary, { minLength: 1, maxLength: 120 }), fc.integer({ min: 1, max: 9 }), fc.array(factsArbitrary, { minLength: operations, maxLength: operations }), fc.array(specArbitrary, { minLength: 1, maxLength: 3 }),
    fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }),
    (rows, size, facts, specs, budget, passedAtOnce) => {
      const pages = pagesOf(rows, size);
      const log = logOf(pages, passedAtOnce);
      const breakpoints: Breakpoint[] = specs.map((spec, at) => ({ id: at + 1, spec }));
      const operation = (index: number): OperationFacts | null => facts[index - 1] ?? null;
      const sources: EventSources = {
        driverId: (layer) => (layer === 0 ? null : layer * 10), driverName: () => null, operation,
        mayConcern: ({ tests }, from, to) => facts.some((one, at) => at + 1 >= from && at + 1 <= to && tests.every(({ holds }) => holds(one))),
      };
      // The whole fact, with nothing passed by and nothing asked beforehand.
      const plain: EventSources = { ...sources, mayConcern: () => true };
      const compiled = breakpoints.map((one) => new CompiledBreakpoint(one));
      const naive = pages.flatMap((page) => Array.from({ length: page.count }, (_, row) => row).filter((row) => compiled.some((one) => eventHits(one, page, row, plain))).map((row) => page.first + row));
      const walkAll = (direction: Direction): number[] => {
        const found: number[] = [];
        for (let from = direction === 'forward' ? -1 : log.count; ;) {
          const walked = walkEvents(log, from, direction, { kind: 'breakpoints', breakpoints }, sources, budget);
          if (walked.kind === 'none') return found;
          if (walked.kind === 'found') found.push(walked.number);
          from = walked.kind === 'found' ? walked.number : walked.from;
        }
      };
      expect(walkAll('forward')).toEqual(naive);
      expect(walkAll('back')).toEqual(naive.toReversed());
    },
  ), { numRuns: 1000 });
});

it('opens no page that cannot have what is looked for', () => {
  const rows = Array.from({ length: 1000 }, (_, at) => ({ operation: 1 + Math.floor(at / 4), kind: at % 4, layer: 1, thread: 1, irql: 0, status: at === 700 ? 0xc0000022 : 0, name: '' }));
  const log = logOf(pagesOf(rows, 10), 64);
  const facts: OperationFacts = { major: 3, minor: 0, kind: 'irp', path: '', process: '', pid: 0, tid: 0, controlCode: null, fileClass: null, volumeClass: null, recordedStatus: null };
  const asked: [number, number][] = [];
  const sources: EventSources = { driverId: (layer) => layer, driverName: () => null, operation: () => facts, mayConcern: (_ask, from, to) => asked.push([from, to]) > 0 && from <= 100 && to >= 100 };
  const hits = (at: BreakpointAt, where: Parameters<typeof breakpointSpec>[0]['where'] = {}, driverId: number | null = null): number => {
    log.opened = 0;
    walkEvents(log, 500, 'forward', { kind: 'breakpoints', breakpoints: [{ id: 1, spec: breakpointSpec({ at, where, driverId }) }] }, sources, 1000);
    return log.opened;
  };
  expect(hits({ kind: 'callback', callbacks: ['post'] }, { status: 'error' })).toBeLessThanOrEqual(1);
  expect(hits({ kind: 'callback', callbacks: ['post'] }, { irql: 'DISPATCH' })).toBe(0);
  expect(hits({ kind: 'callback', callbacks: ['post'] }, {}, 2)).toBe(0);
  expect(hits({ kind: 'callback', callbacks: ['pre'] }, { path: '*.txt' })).toBe(0);
  expect(asked.length).toBeGreaterThan(10);
});

it('takes a summary that it does not understand for a page that may hold anything', () => {
  for (const text of ['', '[]', 'null', '{"o":1}', '{"o":[1,"2"],"i":1}', '{"o":[1,2]}']) expect(readSummary(text)).toBeNull();
  expect(readSummary('{"o":[1,2],"g":0,"i":1,"s":["x"],"l":7}')).toMatchObject({ statuses: null, layers: null, names: null, threads: null });
});

it('finds the place of an execution point, or of the last event before it, as a look at every row does', () => {
  const pointArbitrary = fc.record({ issued: fc.integer({ min: 0, max: 6 }), sequence: fc.integer({ min: 0, max: 4 }) });
  fc.assert(fc.property(fc.uniqueArray(pointArbitrary, { maxLength: 30, selector: ({ issued, sequence }) => issued * 5 + sequence }), fc.integer({ min: 1, max: 6 }), pointArbitrary, (points, size, sought) => {
    const inOrder = points.toSorted((a, b) => a.issued - b.issued || a.sequence - b.sequence);
    const builder = new EventPageBuilder();
    const pages: EventPage[] = [];
    for (const { issued, sequence } of inOrder) {
      builder.add(issued, issued, sequence, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
      if (builder.count === size) pages.push(builder.take());
    }
    if (builder.count > 0) pages.push(builder.take());
    const number = inOrder.findLastIndex(({ issued, sequence }) => issued < sought.issued || (issued === sought.issued && sequence <= sought.sequence));
    const exact = inOrder[number]?.issued === sought.issued && inOrder[number].sequence === sought.sequence;
    expect(positionOfPoint(logOf(pages, 9), sought.issued, sought.sequence)).toEqual({ number, exact });
  }));
});
