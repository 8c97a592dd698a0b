import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Variable } from '../../src-preload/contract/index.ts';
import { useDebugger } from './debugger.ts';
import { useSettings } from './settings.ts';

export interface WatchValue {
  readonly expression: string;
  readonly value: Variable | null;
  /** Why it has no value at this stop. */
  readonly problem: string | null;
}

/** Expressions that are evaluated anew at each stop. This window remembers them. */
export const useWatches = defineStore('watches', () => {
  const settings = useSettings();
  const values = shallowRef<readonly WatchValue[]>([]);
  /** Counts up with every evaluation, so that opened values are asked for anew. */
  const round = ref(0);
  let asked = 0;

  const expressions = (): readonly string[] => settings.saved.watches ?? [];

  async function evaluateAll(): Promise<void> {
    const debug = useDebugger();
    const question = ++asked;
    const list: WatchValue[] = [];
    for (const expression of expressions()) {
      if (debug.stop === null || debug.stop.moment.basis === 'recorded') list.push({ expression, value: null, problem: null });
      else list.push(await valueOf(expression));
      if (question !== asked) return;
    }
    values.value = list;
    round.value++;
  }

  async function valueOf(expression: string): Promise<WatchValue> {
    try {
      return { expression, value: await useDebugger().evaluate(expression), problem: null };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { expression, value: null, problem: message.startsWith(`${expression}: `) ? message.slice(expression.length + 2) : message };
    }
  }

  async function add(expression: string): Promise<void> {
    const text = expression.trim();
    if (text === '' || expressions().includes(text)) return;
    settings.saved.watches = [...expressions(), text];
    await evaluateAll();
  }

  async function change(at: number, expression: string): Promise<void> {
    const text = expression.trim();
    settings.saved.watches = text === '' ? expressions().filter((_, other) => other !== at) : expressions().map((old, other) => (other === at ? text : old));
    await evaluateAll();
  }

  const remove = (at: number): Promise<void> => change(at, '');

  return { values, round, evaluateAll, add, change, remove };
});
