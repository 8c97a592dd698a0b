/** A follower that is told otherwise on its way: the engine host is made up, so that its answers come when the test says. */
import { expect, it } from 'vitest';
import type { FollowGoal, StopInfo } from '../../../src-main/engine-host/messages.ts';
import type { EngineHostListener, EngineHostOptions } from '../../../src-main/engine-host/process.ts';
import type { FollowedRun } from '../../../src-main/host/followRequest.ts';
import { Follower } from '../../../src-main/host/follower.ts';
import { Followers } from '../../../src-main/host/followers.ts';
import type { FollowerSurface } from '../../../src-main/host/hostOptions.ts';

const nothing = { progress: () => undefined, chain: () => undefined, prefix: () => undefined, ended: () => undefined };

async function following(tellGoal: () => Promise<void> = () => Promise.resolve()): Promise<{ follower: Follower; goals: FollowGoal[]; tell: EngineHostListener }> {
  const goals: FollowGoal[] = [];
  const told: EngineHostListener[] = [];
  const follower = new Follower({ target: null, parkBefore: 1 }, nothing);
  await follower.start((options: EngineHostOptions) => {
    told.push(options.listener);
    const surface: Partial<FollowerSurface> = {
      start: () => Promise.resolve(),
      follow: (goal) => {
        goals.push(goal);
        return tellGoal();
      },
    };
    return Promise.resolve(surface as FollowerSurface);
  }, { request: {}, readOperations: () => { throw new Error('nothing is read'); } } as unknown as FollowedRun);
  const [tell] = told;
  if (tell === undefined) throw new Error('it was not started');
  return { follower, goals, tell };
}

it('comes to its new goal, although it has waited for an old one meanwhile', async () => {
  const { follower, goals, tell } = await following();
  const first = follower.goTo({ issued: 900, sequence: 1 });
  follower.hold();
  await expect(first).rejects.toThrow('cancelled');
  // Nobody knows how far it has come: it may be behind #400 by now.
  expect(follower.canReach({ issued: 400, sequence: 2 })).toBe(false);
  const second = follower.goTo({ issued: 400, sequence: 2 });
  const [, , hold, last] = goals;
  tell.parked?.({ issued: 120, sequence: 5 }, 121, false, hold?.id ?? 0, { first: 0, chain: '' });
  expect(last).toMatchObject({ target: { issued: 400, sequence: 2 } });
  const stop = { point: { operation: 400, sequence: 2, line: null }, atLine: false } as StopInfo;
  tell.stopped(stop);
  await expect(second).resolves.toBe(stop);
});

it('says where it waits after it was held, and can go on from there', async () => {
  const { follower, goals, tell } = await following();
  const going = follower.goTo({ issued: 900, sequence: 1 });
  follower.hold();
  await expect(going).rejects.toThrow('cancelled');
  tell.parked?.({ issued: 120, sequence: 5 }, 121, false, goals.at(-1)?.id ?? 0, { first: 0, chain: '' });
  await follower.held;
  expect(follower.canReach({ issued: 400, sequence: 2 })).toBe(true);
  expect(follower.canReach({ issued: 100, sequence: 1 })).toBe(false);
});

it('may be given up while it is being told where to go', async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', listen);
  const { follower } = await following(() => new Promise((resolve) => void setTimeout(resolve, 20)));
  const going = follower.goTo({ issued: 900, sequence: 1 });
  follower.hold();
  await expect(going).rejects.toThrow('cancelled');
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
});

it('one who has given up starts no engine host, and holds nobody else up', async () => {
  let created = 0;
  const followers = new Followers({
    followed: { run: 1 } as unknown as FollowedRun, diverged: () => undefined, noted: () => undefined, runs: () => { throw new Error('nothing is read'); },
    create: () => {
      created++;
      return Promise.reject(new Error('there is none'));
    },
  });
  const abort = new AbortController();
  const going = followers.goTo({ issued: 5, sequence: 1 }, () => undefined, abort.signal);
  abort.abort();
  await expect(going).rejects.toThrow('cancelled');
  expect(created).toBe(0);
  followers.dispose();
});
