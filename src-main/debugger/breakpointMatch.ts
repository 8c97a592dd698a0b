/**
 * Whether something that happens in a run is what a breakpoint is for, but for its condition: of a run that goes on, and of recorded events.
 *
 * Recorded operations have their facts in the trace, I/O that a filter generates in the row of its issue; runs of older versions have none
 * of the latter, and a filter on the operation leaves it out there.
 */
import { fileInformationClassFromName, fsctlFromName, fsInformationClassFromName } from '../nt/names.ts';
import { generatedFrom } from '../base/generatedIo.ts';
import { eventKindCode, type EventPage, pageText } from '../replay/eventPage.ts';
import type { PageSummary } from '../replay/pageSummary.ts';
import { breakpointCallbacks, type Breakpoint, type BreakpointAt, type BreakpointCallback, type BreakpointSeverity, type BreakpointSpec } from './breakpointSpec.ts';
import { codeValue, compileStatus } from './breakpointWords.ts';
import type { OperationFacts } from './operationFacts.ts';
import { textPattern } from './textPattern.ts';

/** Something that happens, whatever it is: who does it, where, for which operation. */
export interface BreakpointMoment {
  /** Null: nobody's, or the Filter Manager's. */
  readonly driverId: number | null;
  readonly tid: number;
  readonly irql: number;
  /** The status that a filter on statuses looks at; null where there is none. */
  readonly status: number | null;
  /** Null: no operation, or one of which nothing is known. */
  readonly operation: OperationFacts | null;
}

/** Bits of a mask of callbacks. */
export const callbackBits = Object.fromEntries(breakpointCallbacks.map((name, bit) => [name, 1 << bit])) as Readonly<Record<BreakpointCallback, number>>;
const anyCallback = (1 << breakpointCallbacks.length) - 1;

/** Events that have a status of their own. */
const ownStatus = (1 << eventKindCode.post) | (1 << eventKindCode.status) | (1 << eventKindCode.complete);

const irqls = ['PASSIVE', 'APC', 'DISPATCH'];
const severities: readonly BreakpointSeverity[] = ['I', 'W', 'V', 'B'];

/** One thing that is asked of an operation, and the column of a stored one that decides it. */
export interface OperationTest {
  readonly column: 'major' | 'minor' | 'kind' | 'process' | 'path' | 'detail' | 'status' | 'tid';
  readonly holds: (facts: OperationFacts) => boolean;
}

/** All that has to hold for a recorded operation; equal keys ask the same. */
export interface OperationAsk {
  readonly key: string;
  readonly tests: readonly OperationTest[];
}

export class CompiledBreakpoint {
  readonly id: number;
  readonly spec: BreakpointSpec;
  /** Bits of the callbacks it stops at; 0 for the other kinds. */
  readonly callbacks: number;
  /** Of its operations; null: any, also none. */
  readonly major: number | null;
  /** Kinds of recorded events that can hit it, as bits; 0 where recorded events do not decide it. */
  readonly kinds: number;
  /** What it asks of a recorded operation, whatever happens to it. */
  readonly recorded: OperationAsk | null;
  /** The thread that issued it is the one that is meant. */
  readonly #issuer: OperationAsk | null;
  readonly #driverId: number | null;
  readonly #irql: number;
  readonly #status: ((status: number) => boolean) | null;
  readonly #operation: readonly OperationTest[];
  readonly #names: readonly RegExp[];
  readonly #silent: readonly RegExp[];
  readonly #except: readonly Exception[];

  constructor({ id, spec }: Breakpoint) {
    const { at, where } = spec;
    this.id = id;
    this.spec = spec;
    this.callbacks = at.kind !== 'callback' ? 0 : at.callbacks.length === 0 ? anyCallback : at.callbacks.reduce((mask, name) => mask | callbackBits[name], 0);
    this.major = where.major;
    this.#driverId = isOfOperation(at) ? null : spec.driverId;
    this.#irql = irqls.indexOf(where.irql);
    this.#status = compileStatus(where.status);
    this.#operation = operationTests(spec);
    this.kinds = decidingEvents(spec) ?? 0;
    const status = (this.kinds & ownStatus) === 0 ? this.#status : null;
    const tests: readonly OperationTest[] = status === null ? this.#operation : [...this.#operation, { column: 'status', holds: ({ recordedStatus }) => recordedStatus !== null && status(recordedStatus) }];
    this.recorded = tests.length === 0 ? null : { key: JSON.stringify({ ...where, tid: null, irql: '', ...(status === null && { status: '' }) }), tests };
    this.#issuer = where.tid === null ? null : { key: `thread ${where.tid}`, tests: [{ column: 'tid', holds: ({ tid }) => tid === where.tid }] };
    this.#names = namesOf(at).map(textPattern);
    this.#silent = at.kind === 'api' ? namesOf(at).filter(isSilentName).map(textPattern) : [];
    this.#except = at.kind === 'violation' ? at.except.map(exceptionOf) : [];
  }

  /** Driver, thread, IRQL, status and operation. */
  meets(moment: BreakpointMoment): boolean {
    const { tid } = this.spec.where;
    if (this.#driverId !== null && moment.driverId !== this.#driverId) return false;
    if (this.#irql >= 0 && moment.irql !== this.#irql) return false;
    if (tid !== null && moment.tid !== tid && moment.operation?.tid !== tid) return false;
    if (this.#status !== null && (moment.status === null || !this.#status(moment.status))) return false;
    const { operation } = moment;
    if (this.#operation.length === 0) return true;
    return operation !== null && this.#operation.every(({ holds }) => holds(operation));
  }

  /** What an event itself tells of a moment: what needs nothing to be read comes first. */
  meetsEvent(driverId: number | null, irql: number, ownStatus: number | null): boolean {
    if ((this.#driverId !== null && driverId !== this.#driverId) || (this.#irql >= 0 && irql !== this.#irql)) return false;
    return ownStatus === null || this.#status === null || this.#status(ownStatus);
  }

  /** It looks at more than an event itself tells. */
  get asksOperation(): boolean {
    return this.recorded !== null || this.#issuer !== null;
  }

  /** Whether a page of recorded events may have one that hits it. */
  mayBeIn(page: PageSummary, { driverId, mayConcern }: Pick<EventSources, 'driverId' | 'mayConcern'>): boolean {
    const { tid } = this.spec.where;
    if (page.layers !== null && !page.layers.some((kinds, layer) => (kinds & this.kinds) !== 0 && (this.#driverId === null || driverId(layer) === this.#driverId))) return false;
    if (this.#irql >= 0 && (page.irqls & (1 << this.#irql)) === 0) return false;
    const own = this.#status;
    if (own !== null && (this.kinds & ~ownStatus) === 0 && page.statuses !== null && !page.statuses.some((status) => own(status))) return false;
    if (page.names !== null && isNamed(this.spec.at) && !page.names.some((name) => this.names(name))) return false;
    // What I/O that filters generate is, its issue tells.
    if (page.hasGenerated) return true;
    const concerns = (ask: OperationAsk): boolean => page.highest > 0 && mayConcern(ask, page.lowest, page.highest);
    const isElsewhere = tid !== null && page.threads !== null && !page.threads.includes(tid);
    return (!isElsewhere || (this.#issuer !== null && concerns(this.#issuer))) && (this.recorded === null || concerns(this.recorded));
  }

  /** The field, routine or violation has a name that it is for; but for violations of a driver that it leaves out. */
  names(name: string): boolean {
    return this.#names.some((pattern) => pattern.test(name)) && !this.#except.some(({ id, driver }) => driver === null && id.test(name));
  }

  /** A routine whose calls are not in the log. */
  namesSilent(name: string): boolean {
    return this.#silent.some((pattern) => pattern.test(name));
  }

  get watchesSilent(): boolean {
    return this.#silent.length > 0;
  }

  /** `driver`: whose violation it is, by name. */
  violation(id: string, severity: string, driver: string | null): boolean {
    const { at } = this.spec;
    if (at.kind !== 'violation' || (at.severity !== '' && severities.indexOf(severity as BreakpointSeverity) < severities.indexOf(at.severity)) || !this.names(id)) return false;
    return driver === null || !this.#except.some((one) => one.driver?.test(driver) === true && one.id.test(id));
  }
}

/** Violations that a breakpoint leaves out; of any driver, or of one. */
interface Exception {
  readonly id: RegExp;
  readonly driver: RegExp | null;
}

/** `FV-084`, `FV-084 of encrypt`. */
function exceptionOf(text: string): Exception {
  const [id = '', driver] = text.trim().split(/\s+of\s+/);
  return { id: textPattern(id), driver: driver === undefined ? null : textPattern(driver) };
}

/** How the violations of one driver are left out. */
export const exceptionText = (id: string, driver: string | null): string => (driver === null ? id : `${id} of ${driver}`);

const isNamed = ({ kind }: BreakpointAt): boolean => kind === 'change' || kind === 'api' || kind === 'violation';
const isOfOperation = ({ kind }: BreakpointAt): boolean => kind === 'operation' || kind === 'difference' || kind === 'pending';

/** `FV-084, FV-02?`: each for itself. */
function namesOf(at: BreakpointAt): string[] {
  const text = at.kind === 'change' ? at.field : at.kind === 'api' ? at.routine : at.kind === 'violation' ? at.id : '';
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  return names.length === 0 ? ['*'] : names;
}

/** Kernel routines have to be named, at least by how they begin: `*` is what the call log shows. */
const isSilentName = (name: string): boolean => !/^(?:Flt|[*?])/i.test(name);

function operationTests({ where }: BreakpointSpec): OperationTest[] {
  const tests: OperationTest[] = [];
  const { major, minor, operationKind } = where;
  if (major !== null) tests.push({ column: 'major', holds: (facts) => facts.major === major });
  if (minor !== null) tests.push({ column: 'minor', holds: (facts) => facts.minor === minor });
  if (operationKind !== null) tests.push({ column: 'kind', holds: (facts) => facts.kind === operationKind });
  if (where.process !== '') {
    const pid = /^\d+$/.test(where.process) ? Number(where.process) : null;
    const name = textPattern(where.process);
    tests.push({ column: 'process', holds: pid === null ? (facts) => name.test(facts.process) : (facts) => facts.pid === pid });
  }
  if (where.fsctl !== '') {
    const code = codeValue(where.fsctl, fsctlFromName);
    tests.push({ column: 'detail', holds: (facts) => code !== null && facts.controlCode === code });
  }
  if (where.informationClass !== '') tests.push({ column: 'detail', holds: classTest(where.informationClass) });
  // Last, as it is the dearest.
  if (where.path !== '') {
    const path = textPattern(where.path);
    tests.push({ column: 'path', holds: (facts) => path.test(facts.path) });
  }
  return tests;
}

/** A name is of files or of volumes; a number may be either. */
function classTest(text: string): OperationTest['holds'] {
  const file = codeValue(text, fileInformationClassFromName);
  const volume = codeValue(text, fsInformationClassFromName);
  return (facts) => (file !== null && facts.fileClass === file) || (volume !== null && facts.volumeClass === volume);
}

// ---- recorded events

/** What it takes to read the events of a run. */
export interface EventSources {
  readonly driverId: (layer: number) => number | null;
  readonly driverName: (layer: number) => string | null;
  /** By number; `near`: log position of one of its events. Null where nothing is known. */
  readonly operation: (index: number, near: number) => OperationFacts | null;
  /** Whether one of the recorded operations `from` to `to` may be what is asked for. */
  readonly mayConcern: (ask: OperationAsk, from: number, to: number) => boolean;
}

const recordedCallbacks: Readonly<Partial<Record<BreakpointCallback, number>>> = { pre: eventKindCode.pre, post: eventKindCode.post, status: eventKindCode.status };

/**
 * Kinds of events that can hit a breakpoint, as bits `1 << eventKindCode[...]`; null where recorded events do not decide it: lines, expressions,
 * counts, dependencies, times, and callbacks whose rows do not tell them apart.
 */
export function decidingEvents({ at, condition, hitCondition, dependsOn }: BreakpointSpec): number | null {
  if (condition !== '' || hitCondition !== '' || dependsOn !== null) return null;
  switch (at.kind) {
    case 'callback': {
      const kinds = at.callbacks.map((name) => recordedCallbacks[name]);
      return kinds.length === 0 || kinds.includes(undefined) ? null : kinds.reduce<number>((mask, kind) => mask | (1 << (kind ?? 0)), 0);
    }
    case 'change': return 1 << eventKindCode.change;
    case 'violation': return (1 << eventKindCode.violation) | (1 << eventKindCode.hint);
    case 'api': return namesOf(at).some(isSilentName) ? null : 1 << eventKindCode.api;
    case 'operation': return 1 << eventKindCode[at.step];
    case 'line': case 'difference': case 'pending': return null;
  }
}

/** A breakpoint with a log message is none that a movement ends at. */
export const isStopping = ({ logMessage }: BreakpointSpec): boolean => logMessage === '';

/** Whether a row of the log hits a breakpoint that recorded events decide. */
export function eventHits(breakpoint: CompiledBreakpoint, page: EventPage, row: number, sources: EventSources): boolean {
  const { columns } = page;
  const kind = columns.kind[row] ?? 0;
  if ((breakpoint.kinds & (1 << kind)) === 0) return false;
  const { at } = breakpoint.spec;
  // Such rows also tell that an operation comes again, then without its form; and rows of calls what the Filter Manager frees, without a name.
  if (kind === eventKindCode.issue && columns.status[row] === 0) return false;
  if (isNamed(at)) {
    const name = pageText(page, columns.name[row] ?? 0);
    if (name === '' || !(at.kind === 'violation' ? breakpoint.violation(name, severityIn(pageText(page, columns.detail[row] ?? 0)), sources.driverName(columns.layer[row] ?? 0)) : breakpoint.names(name))) return false;
  }
  const driverId = sources.driverId(columns.layer[row] ?? 0);
  const irql = columns.irql[row] ?? 0;
  const status = columns.status[row] ?? 0;
  if (!breakpoint.meetsEvent(driverId, irql, (ownStatus & (1 << kind)) === 0 ? null : status)) return false;
  const index = columns.operation[row] ?? 0;
  if (index > 0 && index < generatedFrom && breakpoint.recorded !== null && !sources.mayConcern(breakpoint.recorded, index, index)) return false;
  // Facts are read only where somebody asks for them.
  const operation = breakpoint.asksOperation ? sources.operation(index, page.first + row) : null;
  return breakpoint.meets({ driverId, tid: columns.thread[row] ?? 0, irql, status: statusOf(kind, status, operation), operation });
}

/** The same as in a run that goes on: of a post, a status callback and an end their own, else how the operation ended in the recording. */
function statusOf(kind: number, status: number, operation: OperationFacts | null): number | null {
  return (ownStatus & (1 << kind)) !== 0 ? status : (operation?.recordedStatus ?? null);
}

const severityIn = (detail: string): string => /"severity":"([BVWI])"/.exec(detail)?.[1] ?? '';
