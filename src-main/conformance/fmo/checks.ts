/** The lines that are checked when a step has settled: counts, states, values, pending operations (rules 1 and 13). */
import { filterOf, instanceOf, volumeOf } from '../../engine/index.ts';
import { matches, show } from './compare.ts';
import { NotationError } from './lineReader.ts';
import type { ExpectLine } from './vector.ts';
import type { VectorSystem } from './system.ts';
import { outside, type World } from './world.ts';

type StateLine = Exclude<ExpectLine, { readonly kind: 'cb' | 'fs' | 'done' | 'viol' | 'none' }>;

function objectNamed(name: string, world: World): object {
  const found = world.lookUp(name, outside);
  if (typeof found !== 'object' || found === null) throw new NotationError(null, `“${name}” is no object.`);
  return found;
}

/** A filter that was never registered, and an instance that was never there, have a state too. */
function stateOf(name: string, world: World, system: VectorSystem): string {
  const [first = '', second, third] = name.split('.');
  if (world.filters.has(first) && second === undefined) return system.filterState(first);
  if (world.filters.has(first) && second !== undefined && world.volumes.has(second)) return system.instanceState(first, second, third ?? null);
  if (world.volumes.has(first) && second === undefined) return system.volumeState(first);
  const pending = world.pending.named(name);
  if (pending !== undefined) return pending.ended ? 'completed' : 'pended';
  const found = world.lookUp(name, outside);
  const instance = instanceOf(found);
  if (instance !== undefined) return instance.state;
  const filter = filterOf(found);
  if (filter !== undefined) return system.filterState(filter.name);
  const volume = volumeOf(found);
  if (volume !== undefined) return system.volumeState(world.shortName(volume) ?? '');
  throw new NotationError(null, `“${name}” has no state.`);
}

/** The line as it would have to be written for what is so; equal to the line itself when it holds. */
export function stateLine(line: StateLine, world: World, system: VectorSystem): string {
  switch (line.kind) {
    case 'rc': {
      const count = system.referenceCount(objectNamed(line.name, world));
      return count === line.count ? line.text : `rc ${line.name} ${count ?? '(not counted)'}`;
    }
    case 'gone': return system.isGone(objectNamed(line.name, world)) ? line.text : `(${line.name} is not gone)`;
    case 'st': {
      const state = stateOf(line.object, world, system);
      return state === line.state ? line.text : `st ${line.object} ${state}`;
    }
    case 'eq': {
      const { expression } = line;
      const actual = expression.kind === 'oplock' ? system.oplockState(expression.path) : world.lookUp(expression.text, outside);
      const equal = expression.kind === 'oplock' ? actual === line.value.text : matches(line.value, actual, world);
      return equal ? line.text : `eq ${expression.text} ${show(actual, world, expression.text.endsWith('tatus') ? 'status' : '')}`;
    }
    case 'pend': return world.pending.named(line.op)?.ended === false ? line.text : `(${line.op} is not pended)`;
  }
}
