/** The driver switches of a run: which drivers are loaded so that they can be switched, and each switch when its operation is next. */
import { fileName, lineText } from '../base/driverLines.ts';
import type { Engine } from '../engine/index.ts';
import type { DriverSwitch } from '../replay/runPlan.ts';
import type { RunReport } from '../replay/runReport.ts';
import { loadSwitchable, switchDriver, switchWords, type SwitchableDriver } from './driverSwitch.ts';
import { checkDriver, type CheckedDriver } from './loader.ts';
import type { DriverSource, DriverVersion, RunProblem, RunRequest } from './messages.ts';
import { evaluationOrder } from './driverModules.ts';
import { runProblem } from './errors.ts';
import type { DriverRealm, LoadedDriver } from './realm.ts';
import type { ScriptLayout } from './scriptLayout.ts';

export interface SwitchesHost {
  readonly engine: () => Engine;
  readonly provided: () => ReadonlySet<string>;
  /** The code of a version that takes over, for lines of its routines. */
  readonly code: (driver: string, code: string) => void;
  /** Where a routine of a driver stands. */
  readonly line: (routine: (...args: never[]) => unknown) => number | null;
  readonly layout: (driver: string) => ScriptLayout | null;
  /** A line in the log of the run. */
  readonly note: (driver: string, text: string) => void;
}

export class RunSwitches {
  readonly #host: SwitchesHost;
  /** The next one first. */
  readonly #waiting: DriverSwitch[];
  readonly #versions: readonly DriverVersion[];
  readonly #drivers: readonly DriverSource[];
  readonly #loaded = new Map<number, SwitchableDriver>();
  readonly outcomes: NonNullable<RunReport['switches']>[number][] = [];

  private constructor(request: RunRequest, host: SwitchesHost) {
    this.#host = host;
    this.#waiting = [...(request.plan?.switches ?? [])].sort((a, b) => a.from - b.from);
    this.#versions = request.versions ?? [];
    this.#drivers = request.drivers;
  }

  /** Null where the run has none. */
  static of(request: RunRequest, host: SwitchesHost): RunSwitches | null {
    return (request.plan?.switches.length ?? 0) === 0 ? null : new RunSwitches(request, host);
  }

  /** The module of a driver that will be switched; null for the others. */
  load(realm: DriverRealm, checked: CheckedDriver): LoadedDriver | null {
    const { id } = checked.driver;
    if (!this.#waiting.some(({ driver }) => driver === id)) return null;
    const driver = loadSwitchable(realm, checked);
    this.#loaded.set(id, driver);
    this.#host.code(driver.name, driver.shape.code);
    return driver.module;
  }

  /** Before operation `next` is issued. What is wrong ends the run. */
  before(next: number): readonly RunProblem[] {
    for (let due = this.#waiting[0]; due !== undefined && due.from <= next; due = this.#waiting[0]) {
      this.#waiting.shift();
      const problems = this.#switch(due);
      if (problems.length > 0) return problems;
    }
    return [];
  }

  #switch({ driver: id, version, from }: DriverSwitch): readonly RunProblem[] {
    const driver = this.#loaded.get(id);
    const source = this.#drivers.find((one) => one.id === id);
    const newer = this.#versions.find((one) => one.driver === id && one.version === version);
    if (driver === undefined || source === undefined || newer === undefined) return [runProblem('load', `Version ${version} of driver ${id} is not in this run, so it cannot take over at #${from}.`, {})];
    const next = { ...source, source: newer.source, files: newer.files ?? [] };
    const result = checkDriver(next, this.#host.provided(), this.#host.layout(driver.name));
    if (result.kind === 'problems') return result.problems;
    const moved = otherFiles(source, next);
    if (moved !== null) return [runProblem('load', `${driver.name}.ts version ${version} cannot go on from here: ${moved} Run from the start.`, { driver: driver.name })];
    const switched = switchDriver(this.#host.engine(), driver, result.checked, version, this.#host.line);
    if (switched.kind === 'refused') return [runProblem('load', switched.sentence, { driver: driver.name })];
    this.#loaded.set(id, switched.driver);
    this.#host.code(driver.name, switched.driver.shape.code);
    const serviceStays = newer.service !== undefined && (newer.service ?? '') !== (source.service ?? '');
    this.#host.note(driver.name, `${driver.name}.ts version ${version} from here on: ${switchWords(switched.outcome, (line) => lineText(driver.name, next.files, line))}${serviceStays ? '; its service script goes on as it was: that of the new version begins with a run from the start' : ''}`);
    this.outcomes.push({ driver: id, version, from, ...switched.outcome });
    return [];
  }
}

/** V8 has one script of a driver: a version whose files are others, or come in another order, has its lines elsewhere. Null where they are the same. */
function otherFiles(before: DriverSource, after: DriverSource): string | null {
  const [old, now] = [evaluationOrder(before), evaluationOrder(after)];
  const named = (slots: readonly number[], { name, files = [] }: DriverSource): string => slots.map((slot) => fileName(name, files, slot)).join(', ');
  const added = now.filter((slot) => !old.includes(slot));
  const gone = old.filter((slot) => !now.includes(slot));
  if (added.length > 0) return `${named(added, after)} ${added.length === 1 ? 'was' : 'were'} no part of the driver when the run began.`;
  if (gone.length > 0) return `${named(gone, before)} ${gone.length === 1 ? 'is' : 'are'} no part of the driver any more.`;
  return now.every((slot, at) => slot === old[at]) ? null : `the imports now bring its files in another order (${named(now, after)}).`;
}
