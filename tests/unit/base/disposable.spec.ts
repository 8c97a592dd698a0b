import { describe, expect, it } from 'vitest';
import { DisposableStore } from '../../../src-main/base/disposable.ts';
import { Emitter } from '../../../src-main/base/emitter.ts';

describe('DisposableStore', () => {
  it('disposes in reverse order, and what is added later at once', () => {
    const log: string[] = [];
    const item = (name: string) => ({ dispose: () => void log.push(name) });
    const store = new DisposableStore();
    store.add(item('first'));
    store.add(item('second'));
    store.dispose();
    expect(log).toEqual(['second', 'first']);
    store.add(item('late'));
    expect(log).toEqual(['second', 'first', 'late']);
    store.dispose();
    expect(log).toHaveLength(3);
  });
});

describe('Emitter', () => {
  it('serves the listeners it had when the event was fired', () => {
    const emitter = new Emitter<number>();
    const seen: string[] = [];
    const first = emitter.listen((value) => {
      seen.push(`a${value}`);
      first.dispose();
      emitter.listen((later) => seen.push(`c${later}`));
    });
    emitter.listen((value) => seen.push(`b${value}`));
    emitter.fire(1);
    emitter.fire(2);
    expect(seen).toEqual(['a1', 'b1', 'b2', 'c2']);
  });
});
