import { describe, expect, test } from 'vitest';
import { PageCache, type PageResult } from '../../../../src-renderer/stores/pageCache.ts';

interface Asked { readonly offset: number; answer(tag: string): Promise<void>; fail(): Promise<void> }

// A source that answers when the test says so; its rows are `tag:index`.
function setUp(options: { total?: number; maxPages?: number } = {}): { cache: PageCache<string>; asked: Asked[]; offsets: () => number[]; failures: unknown[] } {
  const asked: Asked[] = [];
  const failures: unknown[] = [];
  const total = options.total ?? 1000;
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  const cache = new PageCache<string>({
    pageSize: 10, maxPages: options.maxPages ?? 5, changed: () => undefined, failed: (error) => failures.push(error),
    load: (offset, limit) => new Promise<PageResult<string>>((resolve, reject) => {
      asked.push({
        offset,
        answer: (tag) => {
          resolve({ rows: Array.from({ length: Math.min(limit, total - offset) }, (_, at) => `${tag}:${offset + at}`), count: total });
          return settle();
        },
        fail: () => {
          reject(new Error('gone'));
          return settle();
        },
      });
    }),
  });
  return { cache, asked, offsets: () => asked.map(({ offset }) => offset), failures };
}

describe('fetching', () => {
  test('asks for the pages in view, two at a time, each once', async () => {
    const { cache, asked, offsets } = setUp();
    cache.want(5, 34);
    cache.want(5, 34);
    expect(offsets()).toEqual([0, 10]);
    await asked[0]?.answer('a');
    expect(offsets()).toEqual([0, 10, 20]);
    expect([cache.row(3), cache.row(9), cache.row(10), cache.count]).toEqual(['a:3', 'a:9', undefined, 1000]);
  });

  test('a fast scroll asks for where it ended, not for what it passed', async () => {
    const { cache, asked, offsets } = setUp();
    cache.want(0, 19);
    for (let first = 100; first <= 900; first += 100) cache.want(first, first + 9);
    await asked[0]?.answer('a');
    expect(offsets()).toEqual([0, 10, 900]);
  });
});

describe('rows that will be wanted next', () => {
  /** In view one after the other, everything answered. */
  async function moved({ cache, asked }: Pick<ReturnType<typeof setUp>, 'cache' | 'asked'>, ...firsts: readonly number[]): Promise<void> {
    let answered = 0;
    for (const first of firsts) {
      cache.want(first, first + 9);
      for (; answered < asked.length; answered++) await asked[answered]?.answer('a');
    }
  }

  test('are there before they show: two pages on, in the direction of the movement', async () => {
    const down = setUp();
    await moved(down, 500, 501);
    expect(down.offsets()).toEqual([500, 510, 520, 530]);
    const up = setUp();
    await moved(up, 500, 495);
    expect(up.offsets()).toEqual([500, 490, 480, 470]);
  });

  test('are looked for as far on as the list moves at a time', async () => {
    const { cache, asked, offsets } = setUp();
    await moved({ cache, asked }, 0);
    cache.want(200, 209);
    expect(offsets()).toEqual([0, 200, 400]);
    cache.want(400, 409);
    await asked[2]?.answer('a');
    expect(offsets()).toEqual([0, 200, 400, 600]);
    expect(cache.row(405)).toBe('a:405');
  });

  test('end with the list, at both ends', async () => {
    const { cache, asked, offsets } = setUp({ total: 25 });
    await moved({ cache, asked }, 1, 2, 16, 15, 0);
    expect(offsets()).toEqual([0, 10, 20]);
  });

  test('are not asked for a second time where rows have changed: they are when they come into view', async () => {
    const { cache, asked, offsets } = setUp();
    await moved({ cache, asked }, 500, 501);
    cache.invalidate();
    await asked[4]?.answer('b');
    await asked[5]?.answer('b');
    expect(offsets()).toEqual([500, 510, 520, 530, 500, 510]);
  });

  test('do not come before a jump elsewhere', async () => {
    const { cache, asked, offsets } = setUp();
    await moved({ cache, asked }, 500);
    cache.want(505, 514);
    expect(offsets()).toEqual([500, 510, 520]);
    cache.want(10, 19);
    expect(offsets()).toEqual([500, 510, 520, 10]);
  });
});

describe('rows that change at their source', () => {
  test('stay until the new ones have come', async () => {
    const { cache, asked } = setUp();
    cache.want(0, 9);
    await asked[0]?.answer('old');
    cache.invalidate();
    expect(cache.row(4)).toBe('old:4');
    await asked[1]?.answer('new');
    expect(cache.row(4)).toBe('new:4');
  });

  test('an answer from before the change is not the last word', async () => {
    const { cache, asked, offsets } = setUp();
    cache.want(0, 9);
    cache.invalidate();
    await asked[0]?.answer('old');
    expect(offsets()).toEqual([0, 0]);
    await asked[1]?.answer('new');
    expect(cache.row(4)).toBe('new:4');
  });

  test('another list drops what is still on its way from the one before', async () => {
    const { cache, asked } = setUp();
    cache.want(0, 9);
    cache.clear();
    cache.want(0, 9);
    await asked[0]?.answer('other');
    expect([cache.row(0), cache.count]).toEqual([undefined, null]);
    await asked[1]?.answer('this');
    expect(cache.row(0)).toBe('this:0');
  });
});

test('keeps a bounded number of pages, the ones used last', async () => {
  const { cache, asked } = setUp({ maxPages: 2 });
  for (const [at, first] of [0, 10, 20].entries()) {
    cache.want(first, first + 9);
    await asked[at]?.answer('a');
  }
  expect([cache.row(0), cache.row(10), cache.row(20)]).toEqual([undefined, 'a:10', 'a:20']);
});

test('a page that cannot be had is reported once and not asked for in a loop', async () => {
  const { cache, asked, failures } = setUp();
  cache.want(0, 9);
  await asked[0]?.fail();
  cache.want(0, 9);
  expect([failures.length, asked.length]).toEqual([1, 1]);
  cache.invalidate();
  expect(asked.length).toBe(2);
});

describe('another list in the place of this one', () => {
  test('shows the old rows until the first new ones come, then none of the old', async () => {
    const { cache, asked } = setUp();
    cache.want(0, 19);
    await asked[0]?.answer('old');
    await asked[1]?.answer('old');
    cache.restart(0, 9);
    expect([cache.row(0), cache.row(12), cache.isReplaced]).toEqual(['old:0', 'old:12', true]);
    await asked[2]?.answer('new');
    expect([cache.row(0), cache.row(12), cache.isReplaced]).toEqual(['new:0', undefined, false]);
  });
});

describe('a list that is still being counted', () => {
  test('fetches again only the page that was cut short', async () => {
    const lengths = [14, 30];
    const offsets: number[] = [];
    const cache = new PageCache<number>({
      pageSize: 10, changed: () => undefined,
      load: (offset, limit) => {
        offsets.push(offset);
        const count = lengths[offsets.length > 2 ? 1 : 0] ?? 0;
        return Promise.resolve({ rows: Array.from({ length: Math.min(limit, count - offset) }, (_, at) => offset + at), count });
      },
    });
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
    cache.want(0, 19);
    await settle();
    expect([offsets, cache.row(13), cache.row(14)]).toEqual([[0, 10], 13, undefined]);
    cache.grow(30);
    await settle();
    expect([offsets, cache.row(14), cache.count]).toEqual([[0, 10, 10], 14, 30]);
    expect(cache.search((row) => row - 17)).toEqual({ index: 17, row: 17 });
  });
});
