/** What is told about two runs before they are compared. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { eventKindCode, EventPageBuilder } from '../../../src-main/replay/eventPage.ts';
import { packEventPage } from '../../../src-main/replay/packedEventPage.ts';
import { emptyPlan, type Overlay } from '../../../src-main/replay/runPlan.ts';
import { sideOf } from '../../../src-main/host/compareSides.ts';
import type { HostContext } from '../../../src-main/host/hostContext.ts';
import { record } from '../../support/operations.ts';
import { sessionWith } from '../../support/sessions.ts';
import { tempFolder } from '../../support/tempFolder.ts';

it('an edited moment is one of the operation whose event it is, though others were issued before it', () => {
  const { session, trace } = sessionWith(path.join(tempFolder(), 'sides.fltreplay'), [record(0), record(1), record(2), record(3)]);
  const overlays: Overlay[] = [{ kind: 'return', point: { issued: 3, sequence: 2, line: null, visit: 1 }, value: 0 }, { kind: 'skip', operation: 4 }];
  const run = session.writer.runs.addRun({
    name: 'Run 1', trace, state: 'ended', started: 5n, seed: 1, assumptions: '{}', layers: '[]', drivers: '[]', firstOperation: 1, lastOperation: 4, operations: 4, events: 4,
    violations: 0, differences: 0, eventHash: null, problem: null, settings: '{}', report: null, parent: null, plan: JSON.stringify({ ...emptyPlan, overlays }),
  });
  const builder = new EventPageBuilder();
  // Operation 2 is pended, and its post callback runs behind the issue of operation 3.
  for (const [operation, issued, sequence, kind] of [[2, 2, 1, 'issue'], [3, 3, 1, 'issue'], [2, 3, 2, 'post'], [3, 3, 3, 'post']] as const) builder.add(operation, issued, sequence, eventKindCode[kind], 0, 1, 4124, 0, 0, 0, 0, 0, 0, 0, 0);
  const result = { firstOperation: 1, statuses: new Uint32Array(4), states: new Uint8Array(4), violations: new Uint8Array(4), answers: new Uint8Array(4), effects: new Uint8Array(4), causes: new Uint32Array(4) };
  session.writer.runs.addPages(run, [packEventPage(builder.take())], [result], []);
  expect(sideOf({ session } as unknown as HostContext, { kind: 'run', runId: run }).order.edited).toEqual([2, 4]);
  session.close();
});
