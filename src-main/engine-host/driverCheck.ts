/** What is wrong with drivers as text. Nothing of theirs is run, so this needs no child. */
import { parse } from 'acorn';
import { driverLine } from '../base/driverLines.ts';
import { driverGlobalNames } from '../driver-api/driverGlobals.ts';
import { routineByName } from '../driver-api/routineTable.ts';
import { serviceGlobalNames } from '../driver-api/service/serviceGlobals.ts';
import { blockingServiceRoutines } from '../driver-api/service/serviceRows.ts';
import { blockingRoutines, createEngine } from '../engine/index.ts';
import { readModules, startOf } from './driverModules.ts';
import { loadProblem, type NamedDriver } from './errors.ts';
import { checkDriver, checkService } from './loader.ts';
import type { DriverSource, RunProblem } from './messages.ts';
import type { ScriptLayout } from './scriptLayout.ts';
import { serviceSourceOf, type ServiceSource } from './serviceSource.ts';
import type { AnyNode } from './visitNodes.ts';

let provided: ReadonlySet<string> | null = null;

/** Names the driver API provides with the engine as it is. */
export function providedNames(): ReadonlySet<string> {
  provided ??= driverGlobalNames(Object.keys(createEngine({ lowerDevice: { dispatch: () => ({ kind: 'complete', status: 0, information: 0 }) } }).routines));
  return provided;
}

/** Errors, or, for a driver without any, what is likely to fail later: those have `warning` set. */
export function problemsOf(drivers: readonly DriverSource[]): RunProblem[] {
  return drivers.flatMap((driver) => {
    const result = checkDriver(driver, providedNames());
    const own = result.kind === 'ok' ? [...missingYields(driver, result.checked.code, blockingRoutines, result.checked.layout), ...unusedFiles(driver)] : [...result.problems];
    const script = serviceSourceOf(driver);
    return script === null ? own : [...own, ...problemsOfService(script)];
  });
}

function problemsOfService(script: ServiceSource): RunProblem[] {
  const result = checkService(script, serviceGlobalNames);
  return result.kind === 'ok' ? missingYields(script, result.checked.code, blockingServiceRoutines) : [...result.problems];
}

function unusedFiles(driver: DriverSource): RunProblem[] {
  const unused = readModules(driver, () => undefined)?.unused ?? [];
  return unused.map(({ slot, name }) => ({ ...loadProblem(driver, { line: driverLine(slot, 1), column: 1 }, `No other file imports ${name}, so it is no part of the driver: import what it exports, or remove it.`), warning: true }));
}

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value;

/** A routine that can block, called in a generator function without yield*, or another one with it: the run would fail there (driver-api-usage.md 5.6). */
export function missingYields(driver: NamedDriver, code: string, blocking: ReadonlySet<string> = blockingRoutines, layout: ScriptLayout | null = null): RunProblem[] {
  const problems: RunProblem[] = [];
  const look = (node: AnyNode, inGenerator: boolean, parent: AnyNode | null): void => {
    const callee = node['callee'];
    const name = node.type === 'CallExpression' && isNode(callee) && callee.type === 'Identifier' ? String(callee['name']) : '';
    const delegated = parent?.type === 'YieldExpression' && parent['delegate'] === true;
    const warn = (sentence: string): void => {
      const { line, column } = startOf(node);
      problems.push({ ...loadProblem(driver, { line: line === null ? null : (layout?.driverLine(line) ?? line), column }, sentence), warning: true });
    };
    if (inGenerator && blocking.has(name) && !delegated) warn(`${name} can block, and is called in a generator function without yield*: write "yield* ${name}(...)".`);
    if (delegated && routineByName.has(name) && !blocking.has(name)) warn(`${name} cannot block, so there is nothing for yield*: write "${name}(...)".`);
    const isFunction = /Function(?:Declaration|Expression)$/.test(node.type);
    const inside = isFunction ? node['generator'] === true : inGenerator;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'loc' || key === 'range') continue;
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) look(child, inside, node);
    }
  };
  look(parse(code, { ecmaVersion: 2024, sourceType: 'module', locations: true }) as unknown as AnyNode, false, null);
  return problems;
}
