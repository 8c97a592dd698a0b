/** What is wrong with drivers as text. Nothing of theirs is run, so this needs no child. */
import { parse, type Node } from 'acorn';
import { driverGlobalNames } from '../driver-api/driverGlobals.ts';
import { routineByName } from '../driver-api/routineTable.ts';
import { serviceGlobalNames } from '../driver-api/service/serviceGlobals.ts';
import { blockingServiceRoutines } from '../driver-api/service/serviceRows.ts';
import { blockingRoutines, createEngine } from '../engine/index.ts';
import { loadProblem } from './errors.ts';
import { checkDriver, checkService } from './loader.ts';
import type { DriverSource, RunProblem } from './messages.ts';
import { serviceSourceOf, type ServiceSource } from './serviceSource.ts';

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
    const own = result.kind === 'ok' ? missingYields(driver.name, result.checked.code) : [...result.problems];
    const script = serviceSourceOf(driver);
    return script === null ? own : [...own, ...problemsOfService(script)];
  });
}

function problemsOfService(script: ServiceSource): RunProblem[] {
  const result = checkService(script, serviceGlobalNames);
  return result.kind === 'ok' ? missingYields(script.name, result.checked.code, blockingServiceRoutines) : [...result.problems];
}

type AnyNode = Node & Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value;

/** A routine that can block, called in a generator function without yield*, or another one with it: the run would fail there (driver-api-usage.md 5.6). */
export function missingYields(driver: string, code: string, blocking: ReadonlySet<string> = blockingRoutines): RunProblem[] {
  const problems: RunProblem[] = [];
  const look = (node: AnyNode, inGenerator: boolean, parent: AnyNode | null): void => {
    const callee = node['callee'];
    const name = node.type === 'CallExpression' && isNode(callee) && callee.type === 'Identifier' ? String(callee['name']) : '';
    const delegated = parent?.type === 'YieldExpression' && parent['delegate'] === true;
    const warn = (sentence: string): void => {
      const place = { line: node.loc?.start.line ?? null, column: node.loc === undefined || node.loc === null ? null : node.loc.start.column + 1 };
      problems.push({ ...loadProblem(driver, place, sentence), warning: true });
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
