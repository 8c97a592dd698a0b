/**
 * RTL_GENERIC_TABLE and RTL_AVL_TABLE: sorted elements, by the driver's comparison.
 *
 * Source: RtlInitializeGenericTableAvl, RtlInsertElementGenericTableAvl and their pages (avscan keeps its cache in one). The driver's
 * allocation and free routines are called for every element, with the element's size and a header, as Windows does.
 */
import type { Ref } from '../../engine/index.ts';
import { KBUFFER } from '../kbuffer.ts';
import type { Routines } from '../services.ts';
import { put } from './common.ts';

type Callback = (...args: readonly unknown[]) => unknown;

/** RTL_GENERIC_COMPARE_RESULTS */
const genericLessThan = 0;
const genericEqual = 2;
/** sizeof(RTL_BALANCED_LINKS), in front of each element. */
const headerBytes = 32;

interface Node {
  readonly element: unknown;
  /** What the allocation routine gave. */
  readonly memory: unknown;
}

interface Table {
  readonly compare: Callback;
  readonly allocate: Callback;
  readonly free: Callback;
  /** In ascending order. */
  nodes: Node[];
  /** Where RtlEnumerateGenericTable stands. */
  restart: number;
}

const tables = new WeakMap<object, Table>();

function known(routine: string, table: object): Table {
  const found = tables.get(table);
  if (found === undefined) throw new TypeError(`${routine}: the table has not been initialized`);
  return found;
}

/** Index of an equal element, or where it would go. */
function locate(table: object, state: Table, buffer: unknown): { readonly at: number; readonly found: boolean } {
  let low = 0;
  let high = state.nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const result = Number(state.compare(table, buffer, state.nodes[middle]?.element));
    if (result === genericEqual) return { at: middle, found: true };
    if (result === genericLessThan) high = middle;
    else low = middle + 1;
  }
  return { at: low, found: false };
}

/** The element in the table is a copy, as in C: bytes behind the header, or a copy of an object. */
function copyOf(buffer: unknown, size: number, memory: unknown): unknown {
  if (buffer instanceof KBUFFER && memory instanceof KBUFFER) {
    const element = memory.at(headerBytes, size);
    element.copyFrom(buffer, size);
    return element;
  }
  return typeof buffer === 'object' && buffer !== null && !(buffer instanceof KBUFFER) ? Object.assign(Object.create(Object.getPrototypeOf(buffer)), buffer) : buffer;
}

function family(suffix: '' | 'Avl'): Routines {
  const name = (routine: string): string => `${routine}${suffix}`;
  return {
    [`RtlInitializeGenericTable${suffix}`]: (table: object, compare: Callback, allocate: Callback, free: Callback, context: unknown) => {
      tables.set(table, { compare, allocate, free, nodes: [], restart: 0 });
      Object.assign(table, { TableContext: context ?? null });
    },
    [`RtlInsertElementGenericTable${suffix}`]: (table: object, buffer: unknown, size: number, isNew: Ref<boolean> | null | undefined) => {
      const state = known(name('RtlInsertElementGenericTable'), table);
      const { at, found } = locate(table, state, buffer);
      put(isNew, !found);
      if (found) return state.nodes[at]?.element ?? null;
      const memory = state.allocate(table, size + headerBytes);
      if (memory === null || memory === undefined) {
        put(isNew, false);
        return null;
      }
      const element = copyOf(buffer, size, memory);
      state.nodes.splice(at, 0, { element, memory });
      return element;
    },
    [`RtlLookupElementGenericTable${suffix}`]: (table: object, buffer: unknown) => {
      const state = known(name('RtlLookupElementGenericTable'), table);
      const { at, found } = locate(table, state, buffer);
      return found ? (state.nodes[at]?.element ?? null) : null;
    },
    [`RtlDeleteElementGenericTable${suffix}`]: (table: object, buffer: unknown) => {
      const state = known(name('RtlDeleteElementGenericTable'), table);
      const { at, found } = locate(table, state, buffer);
      if (!found) return false;
      const [node] = state.nodes.splice(at, 1);
      if (node !== undefined) state.free(table, node.memory);
      return true;
    },
    [`RtlEnumerateGenericTable${suffix}`]: (table: object, restart: unknown) => {
      const state = known(name('RtlEnumerateGenericTable'), table);
      if (restart === true || restart === 1) state.restart = 0;
      return state.nodes[state.restart++]?.element ?? null;
    },
    [`RtlGetElementGenericTable${suffix}`]: (table: object, index: number) => known(name('RtlGetElementGenericTable'), table).nodes[index]?.element ?? null,
    [`RtlNumberGenericTableElements${suffix}`]: (table: object) => known(name('RtlNumberGenericTableElements'), table).nodes.length,
    [`RtlIsGenericTableEmpty${suffix}`]: (table: object) => known(name('RtlIsGenericTableEmpty'), table).nodes.length === 0,
  };
}

export const genericTableRoutines: Routines = { ...family(''), ...family('Avl') };
