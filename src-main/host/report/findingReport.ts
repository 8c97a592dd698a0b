/** The finding as a Markdown page: what the session shows of its traces and of a run, for whoever was not there. */
import type { CompareInfo, CompareRow, RunInfo, TraceInfo } from '../../../src-preload/contract/index.ts';
import { changedSettings } from '../../../src-preload/contract/index.ts';
import { placeOfDriver } from '../../base/driverLines.ts';
import { percentText } from '../../base/percent.ts';
import type { TraceProcess } from '../../trace/record.ts';
import type { StoredMark, ViolationGroup } from '../../session/index.ts';
import type { CompareService } from '../compareService.ts';
import { differenceLine } from '../differenceText.ts';
import { eventRows } from '../eventRows.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import { timeText } from '../operationJson.ts';
import { columnText } from '../operationText.ts';
import { filesOfRun, type FilesOfDrivers } from '../runFiles.ts';
import { runInfo, sessionName, traceInfo } from '../sessionInfo.ts';
import { runDriversOf } from '../storedRuns.ts';
import { assumptionInfos, positionOf } from '../whyService.ts';
import { code, plain, table } from './markdown.ts';

/** Differences that are written out; all are counted. */
const shownDifferences = 200;
const grouped = (value: number): string => value.toLocaleString('en-US');

/** `comparison`: one that is kept, whose differences are told too. */
export async function findingReport(context: HostContext, comparisons: CompareService, runId: number | null, comparison: number | null): Promise<string> {
  const { reader, path } = context.session;
  const stored = runId === null ? undefined : reader.runs.run(runId);
  if (runId !== null && stored === undefined) throw hostErrors.noRun(runId);
  const run = stored === undefined ? null : runInfo(stored, reader);
  const marks = reader.marks.all();
  const parts = [
    `# ${plain(sessionName(path))}`,
    ...marks.filter(({ trace }) => trace === null).map(({ text }) => text),
    ...reader.traces.traces().map(traceInfo).flatMap((trace) => [...traceParts(trace), ...allMarks(context, marks.filter((mark) => mark.trace === trace.id), trace, run)]),
    ...(run === null || stored === undefined ? [] : await partsOfRun(context, run, filesOfRun(reader, stored))),
    ...(comparison === null ? [] : await comparisonParts(comparisons, comparison)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function traceParts({ name, formatTitle, sourcePath, sha256, report, state }: TraceInfo): string[] {
  const { operations, events, processes, firstTime, lastTime, skipped, damaged } = report;
  const rows = [
    ['Format', plain(formatTitle)],
    ...(sourcePath === null ? [] : [['File', code(sourcePath)]]),
    ['SHA-256', code(sha256)],
    ['Recorded', firstTime === null || lastTime === null ? 'no times' : `${timeText(firstTime)} to ${timeText(lastTime)}`],
    ['Holds', `${grouped(operations)} operations of ${grouped(processes)} processes, in ${grouped(events)} records`],
    ...skipped.map(({ reason, count }) => ['Left out', `${grouped(count)}: ${plain(reason)}`]),
    ...(damaged.length === 0 ? [] : [['Damaged', `${grouped(damaged.length)} ${damaged.length === 1 ? 'place' : 'places'}; the first at ${damaged[0]?.unit} ${damaged[0]?.at}: ${plain(damaged[0]?.reason ?? '')}`]]),
    ...(state === 'complete' ? [] : [['Import', `${state}: only what was read before is here`]]),
  ];
  return [`## Trace ${plain(name)}`, table(['', ''], rows)];
}

function allMarks(context: HostContext, marks: readonly StoredMark[], trace: TraceInfo, run: RunInfo | null): string[] {
  if (marks.length === 0) return [];
  const processes = context.session.reader.traces.processes(trace.id);
  return marks.flatMap((mark) => markParts(context, mark, trace, processes, run));
}

/** A bookmark or a note with the operation it is about and, where it is about a moment, what happened then. */
function markParts(context: HostContext, mark: StoredMark, trace: TraceInfo, processes: readonly TraceProcess[], run: RunInfo | null): string[] {
  const { reader } = context.session;
  const { operation, bookmark, text } = mark;
  const op = operation === null ? undefined : reader.traces.operation(trace.id, operation);
  if (operation === null || op === undefined) return [text];
  const ran = run?.traceId === trace.id ? run : null;
  const written = { op, process: processes.find(({ index }) => index === op.process), start: trace.report.firstTime ?? op.time, result: ran === null ? undefined : reader.runs.results(ran.id, operation, operation).get(operation) };
  const rows = ([['Time', 'time'], ['Process', 'process'], ['PID / TID', 'ids'], ['Path', 'path'], ['Detail', 'detail'], ['Recorded', 'recorded'], ['Replayed', 'replayed'], ['Effect', 'effect']] as const)
    .map(([title, column]) => [title, code(columnText(column, written))]).filter(([, value]) => value !== '');
  return [`### #${operation} ${plain(op.operation)}${bookmark ? ' (bookmarked)' : ''}`, table(['', ''], rows), momentText(context, mark), text];
}

const partsOfRun = async (context: HostContext, run: RunInfo, files: FilesOfDrivers): Promise<string[]> => [...runParts(context, run, files), ...(await violationParts(context, run, files))];

function momentText(context: HostContext, { trace, run, issued, sequence }: StoredMark): string {
  if (run === null || issued === null || sequence === null || trace === null) return '';
  const { reader } = context.session;
  const stored = reader.runs.run(run);
  if (stored === undefined) return '';
  const [row] = eventRows(context, run, trace, [positionOf(context, run, issued, sequence)]);
  return row === undefined ? '' : `At ${code(`${issued}:${sequence}`)} of ${plain(stored.name)}, in ${plain(row.layerName)}: ${code(row.text)}${row.driver === null || row.line === null ? '' : ` (${code(placeOfDriver(row.driver, filesOfRun(reader, stored)(row.driver), row.line))})`}`;
}

function runParts(context: HostContext, run: RunInfo, files: FilesOfDrivers): string[] {
  const { reader } = context.session;
  const stored = reader.runs.run(run.id);
  const parent = run.parentId === null ? undefined : reader.runs.run(run.parentId);
  const versions = new Map(run.drivers.map(({ id, version }) => [id, version]));
  const drivers = stored === undefined ? [] : runDriversOf(stored);
  const facts = [
    ...(parent === undefined ? [] : [['Branch of', `${plain(parent.name)}${run.differs.length === 0 ? '' : `: ${run.differs.map(plain).join('; ')}`}`]]),
    ['Operations', `${grouped(run.operations)}, #${run.firstOperation} to #${run.lastOperation}`],
    ['Seed', String(run.seed)],
    ...[...changedSettings(run.settings), ...changedAssumptions(run.assumptions)].map(([name, value]) => ['Setting', code(`${name} = ${value}`)]),
    ...(run.eventHash === null ? [] : [['Event hash', code(run.eventHash)]]),
    ...(run.problem === null ? [] : [['Ended early', `${plain(run.problem.message)}${run.problem.driver === null ? '' : ` (${code(placeOfDriver(run.problem.driver, files(run.problem.driver), run.problem.line))})`}`]]),
  ];
  return [
    `## ${plain(run.name)}`,
    table(['', ''], facts),
    drivers.length === 0 ? 'No minifilter was attached.' : table(['Minifilter', 'Altitude #', 'Version #'], drivers.map(({ driver, name, altitude, version }) => [code(name ?? `driver ${driver}`), altitude ?? '', String(versions.get(driver) ?? version)])),
    ...fidelityParts(run),
  ];
}

/** Those of which another reading was chosen. */
function changedAssumptions(chosen: RunInfo['assumptions']): [string, string][] {
  const usual = new Map(assumptionInfos().map(({ id, values }) => [id, values[0]]));
  return Object.entries(chosen).filter(([id, value]) => usual.get(id) !== value);
}

function fidelityParts({ report }: RunInfo): string[] {
  if (report === null) return [];
  const { fidelity: { compared, equal, reasons }, affected: { changed, consequence, redirected, notIssued } } = report;
  const touched = [[changed, 'changed by a filter'], [notIssued, 'not issued'], [redirected, 'redirected'], [consequence, 'otherwise as a consequence']] as const;
  const told = touched.filter(([count]) => count > 0).map(([count, words]) => `${grouped(count)} ${words}`);
  return [
    `${grouped(equal)} of ${grouped(compared)} operations that can be compared end as recorded (${percentText(equal, compared)}).${told.length === 0 ? '' : ` Affected: ${told.join(', ')}.`}`,
    reasons.length === 0 ? '' : table(['Operations #', 'End otherwise because', 'First'], reasons.map(({ count, sentence, first }) => [grouped(count), plain(sentence), `#${first}`])),
  ];
}

const severities = ['B', 'V', 'W', 'I'];

/** Violations, and apart from them what is only worth to be known. */
async function violationParts({ queries, session }: HostContext, { id }: RunInfo, files: FilesOfDrivers): Promise<string[]> {
  const groups = (await queries.ask('violationGroups', { session: session.path, run: id })).toSorted((a, b) => severities.indexOf(a.first.severity) - severities.indexOf(b.first.severity));
  const isInformation = ({ first }: ViolationGroup): boolean => first.hint || first.severity === 'I';
  const [against, information] = [groups.filter((group) => !isInformation(group)), groups.filter(isInformation)];
  return [
    '### Violations', against.length === 0 ? 'None.' : findingTable(against, files),
    ...(information.length === 0 ? [] : ['### Information and hints', findingTable(information, files)]),
  ];
}

const findingTable = (groups: readonly ViolationGroup[], files: FilesOfDrivers): string =>
  table(['Times #', 'Finding', 'Where', 'First at', 'What'], groups.map(({ count, first: { violation, severity, hint, driver, line, issued, sequence, sentence, source } }) => [
    grouped(count), `${code(violation)} ${hint ? 'hint' : severity}`, code(line === null ? driver : placeOfDriver(driver, files(driver), line)), code(`${issued}:${sequence}`), `${plain(sentence)} (${plain(source)})`,
  ]));

async function comparisonParts(comparisons: CompareService, id: number): Promise<string[]> {
  const info: CompareInfo = comparisons.info(id);
  const { groups } = await comparisons.ask(id, 'groups', null);
  const rows: CompareRow[] = [];
  while (rows.length < shownDifferences) {
    const page = await comparisons.ask(id, 'page', { offset: rows.length, limit: shownDifferences - rows.length, kinds: null, text: '', cause: null });
    if (page.rows.length === 0) break;
    rows.push(...page.rows);
  }
  return [
    `## ${plain(info.a.title)} and ${plain(info.b.title)}`,
    ...info.notes.map((note) => `- ${plain(note)}`),
    `${grouped(info.count)} ${info.count === 1 ? 'difference' : 'differences'}${info.state === 'complete' ? '' : '; the comparison was not finished'}.${info.first === null ? '' : ` First: ${code(differenceLine(info.first).trim())}`}`,
    groups.length === 0 ? '' : table(['Differences #', 'Cause'], groups.map(({ count, title }) => [grouped(count), plain(title)])),
    rows.length === 0 ? '' : ['```text', ...rows.map(differenceLine), ...(info.count > rows.length ? [`... and ${grouped(info.count - rows.length)} more`] : []), '```'].join('\n'),
  ];
}
