/** Writes what is left of a run as a folder: trace, drivers, what is expected, and the command line that shows it again. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { changedSettings, type RequestResult, type ShrinkTarget } from '../../src-preload/contract/index.ts';
import { assumptionOf } from '../engine/index.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { scheduleText } from '../replay/scheduleChoices.ts';
import { writeJsonLines } from '../trace/formats/fltreplay-jsonl/writer.ts';
import type { DetailValue, NumberedOperation, TraceProcess } from '../trace/record.ts';
import { hostErrors } from './errors.ts';
import { parseManifest } from './runService.ts';
import type { RunMaterial } from './storedRuns.ts';

export interface Shrunk {
  readonly title: string;
  readonly target: ShrinkTarget;
  readonly material: RunMaterial;
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
  const write = (name: string, text: string): void => {
    writeFileSync(path.join(target, name), text);
    files.push(name);
  };
  const { operations, material: { drivers } } = shrunk;
  const used = new Set(operations.map(({ process }) => process as number));
  const lines = writeJsonLines({ system: shrunk.system, processes: shrunk.processes.filter(({ index }) => used.has(index)), modules: [], operations: operations.map(({ index: _index, ...op }) => ({ ...op, stack: null })), contextEvents: [] });
  write('trace.jsonl', [...lines, ''].join('\n'));
  for (const { name, source, service, manifest, altitude } of drivers) {
    // The script lies beside the driver under the name where it is looked for.
    const { serviceScript: _serviceScript, ...rest } = parseManifest(manifest) ?? {};
    write(`${name}.ts`, source);
    write(`${name}.json`, `${JSON.stringify({ ...rest, altitude }, null, 2)}\n`);
    if (service !== '') write(`${name}.service.ts`, service);
  }
  const command = commandLine(shrunk.material);
  write('expected.json', `${JSON.stringify(expected(shrunk), null, 2)}\n`);
  write('README.md', readme(shrunk, command));
  return { folder: target, files, command };
}

/** To be run within the folder. */
function commandLine({ drivers, seed, settings, assumptions, plan }: RunMaterial): string {
  const flags: Readonly<Record<string, string>> = { answers: '--answers', completion: '--completion', unknownBytes: '--unknown' };
  return [
    'fltreplay run trace.jsonl', ...drivers.map(({ name, altitude }) => `--driver ./${name}.ts@${altitude}`), `--seed ${seed}`, ...changedSettings(settings).map(([name, word]) => `${flags[name] ?? ''} ${word}`),
    ...(plan.schedule === null ? [] : [`--schedule ${scheduleText(plan.schedule)}`]), ...switched(assumptions).map(([name, word]) => `--assume ${name}=${word}`),
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
      ? { violation: target.id, driver: target.driver, line: target.line }
      : { divergence: { operation: number, name: op?.operation ?? '', path: op?.path ?? null, recorded: nameOf(op?.status ?? null), replayed: nameOf(status) } }),
    operations: operations.length, drivers: drivers.map(({ name, altitude }) => ({ name, altitude })), seed, settings, assumptions: Object.fromEntries(switched(assumptions)),
  };
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
