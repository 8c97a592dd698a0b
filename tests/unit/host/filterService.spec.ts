import { describe, expect, it } from 'vitest';
import { FilterService } from '../../../src-main/host/filterService.ts';
import type { HostContext } from '../../../src-main/host/hostContext.ts';
import type { QueryMap } from '../../../src-main/host/workers/messages.ts';

type ValuesAsked = QueryMap['values']['params'];

/** A worker that never comes to the end of a trace. */
function serviceOn(asked: ValuesAsked[], isExact = false): FilterService {
  const ask = async (_: string, params: ValuesAsked): Promise<QueryMap['values']['result']> => {
    asked.push(params);
    await new Promise((resolve) => setTimeout(resolve, params.milliseconds));
    return { values: params.limit === 0 ? [] : [{ text: params.text, count: asked.length }], exact: isExact };
  };
  return new FilterService({ session: { path: 'a.fltreplay' }, hasSession: true, queries: { ask } } as unknown as HostContext);
}

describe('values of a field', () => {
  it('are looked for in pieces so short that a page of the list is answered in between', async () => {
    const asked: ValuesAsked[] = [];
    expect(await serviceOn(asked).values(1, 'path', 'a', 30)).toEqual([{ text: 'a', count: asked.length }]);
    expect(asked.length).toBeGreaterThan(2);
    for (const { milliseconds } of asked) expect(milliseconds).toBeLessThanOrEqual(20);
  });

  it('are given with what there is when the next letter asks', async () => {
    const asked: ValuesAsked[] = [];
    const service = serviceOn(asked);
    const first = service.values(1, 'path', 'a', 30);
    const second = service.values(1, 'path', 'ab', 30);
    await first;
    expect(asked.filter(({ text }) => text === 'a')).toHaveLength(2);
    await second;
    expect(asked.filter(({ text }) => text === 'ab').length).toBeGreaterThan(2);
  });

  it('are not looked for any longer when all are known', async () => {
    const asked: ValuesAsked[] = [];
    await serviceOn(asked, true).values(1, 'operation', '', 30);
    expect(asked.map(({ limit }) => limit)).toEqual([0, 30]);
  });
});
