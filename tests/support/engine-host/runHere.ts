/** Runs of small traces in the process of the test: quicker than a child, for what does not depend on one. */
import { EngineRun } from '../../../src-main/engine-host/engineRun.ts';
import type { PageStart, StopInfo } from '../../../src-main/engine-host/messages.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { defaultRunSettings } from '../../../src-main/replay/runSettings.ts';
import { testProcesses, unpacked, type RunLog, type RunOptions } from './runs.ts';

/** `look`: at every stop, which lasts as long as the look. `parked`: of a follower that waits, to be told where to go. */
export function runHere(options: RunOptions, look?: (run: EngineRun, stop: StopInfo) => void, parked?: (run: EngineRun, next: number, page: PageStart) => void): RunLog {
  const log: RunLog = { layers: [], problems: [], progress: [], stops: [], verified: [], logs: [], threw: [], pages: new Map(), results: new Map(), chain: new Map(), parked: [], sandbox: '', summary: undefined };
  const { operations } = options;
  const run = new EngineRun({
    drivers: options.drivers, processes: testProcesses, firstOperation: operations[0]?.index ?? 1, lastOperation: operations.at(-1)?.index ?? 0, total: operations.length, seed: 1, settings: defaultRunSettings, assumptions: {},
    breakpoints: options.breakpoints ?? [], recordEvents: true, stopOnEntry: false, ...options.request,
  }, (message) => {
    if (message.kind === 'loaded') log.layers.push(...message.layers);
    if (message.kind === 'eventPage') {
      log.pages.set(message.page.first, unpacked(message.page));
      if (message.page.chain !== undefined) log.chain.set(message.page.first, message.page.chain);
    }
    if (message.kind === 'chain') log.chain.set(message.first, message.chain);
    if (message.kind === 'resultPage') log.results.set(message.page.firstOperation, message.page);
    if (message.kind === 'stopping') {
      log.stops.push(message.stop);
      look?.(run, message.stop);
    }
    if (message.kind === 'parked') parked?.(run, message.next, message.page);
    if (message.kind === 'problem') log.problems.push(message.problem);
    if (message.kind === 'ended') log.summary = message.summary;
  });
  run.addPage(packOperations(operations), true);
  while (run.slice(() => false) !== 'ended');
  return log;
}
