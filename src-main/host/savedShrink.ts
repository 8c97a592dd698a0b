/** Writes what is left of a run as a folder: trace, drivers, what is expected, and the command line that shows it again. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { changedSettings, type Overlay, type RequestResult, type ShrinkTarget } from '../../src-preload/contract/index.ts';
import { fileName, filePlace, type DriverFile } from '../base/driverLines.ts';
import { assumptionOf } from '../engine/index.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import type { DriverVersion } from '../engine-host/messages.ts';
import type { UserFile } from '../replay/bytes/unknownBytes.ts';
import { scheduleText } from '../replay/scheduleChoices.ts';
import { writeJsonLines } from '../trace/formats/fltreplay-jsonl/writer.ts';
import type { DetailValue, NumberedOperation, TraceProcess } from '../trace/record.ts';
import { hostErrors } from './errors.ts';
import { parseManifest } from './runMaterial.ts';
import { renumbered } from './shrinkEdits.ts';
import type { RunMaterial } from './storedRuns.ts';

export interface Shrunk {
  readonly title: string;
  readonly target: ShrinkTarget;
  readonly material: RunMaterial;
  /** Sources of the versions that take over in its middle. */
  readonly versions: readonly DriverVersion[];
  /** Contents that were supplied for files of the trace. */
  readonly unknownFiles: readonly UserFile[];
  readonly system: { readonly [key: string]: DetailValue };
  readonly processes: readonly TraceProcess[];
  readonly operations: readonly NumberedOperation[];
  /** The operation that it is about, by its number in the session; 0: none. */
  readonly about: number;
  /** What that ends with; null where it does not end. */
  readonly status: number | null;
}

export function saveShrunk(folder: string, shrunk: Shrunk): RequestResult<'shrink.save'> {
  const target = path.resolve(folder);
  mkdirSync(target, { recursive: true });
  if (readdirSync(target).length > 0) throw hostErrors.notShrinkable(`“${target}” is not empty; name a folder that is new or empty.`);
  const files: string[] = [];
  const write = (name: string, text: string | Uint8Array): void => {
    mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    writeFileSync(path.join(target, name), text);
    files.push(name);
  };
  const { operations, material: { drivers } } = shrunk;
  const used = new Set(operations.map(({ process }) => process as number));
  const lines = writeJsonLines({ system: shrunk.system, processes: shrunk.processes.filter(({ index }) => used.has(index)), modules: [], operations: operations.map(({ index: _index, ...op }) => ({ ...op, stack: null })), contextEvents: [] });
  write('trace.jsonl', [...lines, ''].join('\n'));
  for (const { name, source, files: others, service, manifest, altitude } of drivers) {
    // The script lies beside the driver under the name where it is looked for.
    const { serviceScript: _serviceScript, ...rest } = parseManifest(manifest) ?? {};
    const entry = entryName(name, others);
    writeCode(write, entry, source, others);
    write(entry.replace(/\.ts$/, '.json'), `${JSON.stringify({ ...rest, altitude }, null, 2)}\n`);
    if (service !== '') write(entry.replace(/\.ts$/, '.service.ts'), service);
  }
  const plan = planFile(shrunk, write);
  if (plan !== null) write(planName, `${JSON.stringify(plan, null, 2)}\n`);
  const command = commandLine(shrunk.material, plan !== null);
  write('expected.json', `${JSON.stringify(expected(shrunk), null, 2)}\n`);
  write('README.md', readme(shrunk, command));
  return { folder: target, files, command };
}

/** A driver of several files has a folder of its own: another one may have files of the same names. */
const entryName = (name: string, files: readonly DriverFile[]): string => (files.length === 0 ? `${name}.ts` : `${name}/${name}.ts`);

function writeCode(write: (name: string, text: string) => void, entry: string, source: string, files: readonly DriverFile[]): void {
  write(entry, source);
  for (const { name, text } of files) write(`${path.posix.dirname(entry)}/${name}`, text);
}

const planName = 'plan.json';
const contentsName = 'contents';

/**
 * What the run does otherwise than its stack, trace and settings say, with operations by the numbers that they have in the saved trace; null for nothing.
 * Sources of versions and contents of files lie beside it.
 */
function planFile({ material, versions, unknownFiles, operations }: Shrunk, write: (name: string, text: string | Uint8Array) => void): Record<string, unknown> | null {
  const { plan, drivers } = material;
  const numbers = new Map(operations.map(({ index }, at) => [index as number, at + 1]));
  const overlays = plan.overlays.flatMap((overlay) => renumbered(overlay, (index) => numbers.get(index)) ?? []).map((overlay) => withFile(overlay, material));
  const switches = plan.switches.flatMap(({ from, driver, version }) => {
    const at = operations.findIndex(({ index }) => index >= from);
    const name = drivers.find(({ id }) => id === driver)?.name;
    const taken = versions.find((one) => one.driver === driver && one.version === version);
    if (at < 0 || name === undefined || taken === undefined) return [];
    const { source, files = [] } = taken;
    // What is imported from the entry has to find it under its own name.
    const file = `versions/${files.length === 0 ? `${name}.from-${at + 1}.ts` : `${name}.from-${at + 1}/${name}.ts`}`;
    writeCode(write, file, source, files);
    return [{ from: at + 1, driver: name, source: file }];
  });
  for (const { path: name, bytes } of unknownFiles) write(`${contentsName}/${name.replace(/^([A-Za-z]):/, '$1').replace(/^[\\]+/, '').replaceAll('\\', '/')}`, bytes);
  if (overlays.length + switches.length + unknownFiles.length === 0) return null;
  return { ...(overlays.length > 0 && { overlays }), ...(switches.length > 0 && { switches }), ...(unknownFiles.length > 0 && { contents: contentsName }) };
}

/** A line is one of a file there: in another session its files may have other slots. */
function withFile(overlay: Overlay, material: RunMaterial): object {
  return overlay.kind === 'assign' ? { ...overlay, point: { ...overlay.point, ...placeOf(material, { driver: overlay.driver, line: overlay.point.line }) } } : overlay;
}

/** To be run within the folder. */
function commandLine({ drivers, seed, settings, assumptions, plan }: RunMaterial, hasPlan: boolean): string {
  const flags: Readonly<Record<string, string>> = { answers: '--answers', completion: '--completion', unknownBytes: '--unknown' };
  return [
    'fltreplay run trace.jsonl', ...drivers.map(({ name, files, altitude }) => `--driver ./${entryName(name, files)}@${altitude}`), `--seed ${seed}`, ...changedSettings(settings).map(([name, word]) => `${flags[name] ?? ''} ${word}`),
    ...(plan.schedule === null ? [] : [`--schedule ${scheduleText(plan.schedule)}`]), ...switched(assumptions).map(([name, word]) => `--assume ${name}=${word}`), ...(hasPlan ? [`--plan ${planName}`] : []),
  ].join(' ');
}

/** What is not the default. */
const switched = (assumptions: RunMaterial['assumptions']): [string, string][] => Object.entries(assumptions).filter(([id, word]) => assumptionOf(id)?.values[0] !== word);

/** Operations are numbered anew. */
function expected({ target, operations, about, status, material }: Shrunk): Record<string, unknown> {
  const number = operations.findIndex(({ index }) => index === about) + 1;
  const op = operations[number - 1];
  const { drivers, seed, settings, assumptions } = material;
  return {
    ...(target.kind === 'violation'
      ? { violation: target.id, driver: target.driver, ...placeOf(material, target) }
      : { divergence: { operation: number, name: op?.operation ?? '', path: op?.path ?? null, recorded: nameOf(op?.status ?? null), replayed: nameOf(status) } }),
    operations: operations.length, drivers: drivers.map(({ name, altitude }) => ({ name, altitude })), seed, settings, assumptions: Object.fromEntries(switched(assumptions)),
  };
}

/** A driver of one file has no need to name it. */
function placeOf({ drivers }: RunMaterial, { driver, line }: { readonly driver: string; readonly line: number | null }): { readonly file?: string; readonly line: number | null } {
  const files = drivers.find(({ name }) => name === driver)?.files ?? [];
  if (line === null || files.length === 0) return { line };
  const place = filePlace(line);
  return { file: fileName(driver, files, place.slot), line: place.line };
}

const nameOf = (status: number | null): string | null => (status === null ? null : ntStatusName(status));

function readme({ title, operations, material: { drivers } }: Shrunk, command: string): string {
  const names = drivers.map(({ name }) => `\`${name}\``).join(', ');
  return `# ${title}

The smallest trace and stack found that still show it: ${operations.length} operations${names === '' ? ', no drivers' : ` through ${names}`}. Without any one of them it does not show.

In this folder:

\`\`\`
${command}
\`\`\`

\`trace.jsonl\` is the trace, \`expected.json\` says what the run shows. Operations are numbered anew; their times, processes and threads are the recorded ones.
`;
}
