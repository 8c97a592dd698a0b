import type { AskedCallback, EventWhy, HostApi, RuleInfo } from '../../../src-preload/contract/index.ts';
import { UserError } from '../../base/userError.ts';
import { DriverPlaces } from '../driverPlaces.ts';
import { exitCodes, print, printJson } from '../output.ts';
import { withHost } from '../withHost.ts';

interface WhyOptions {
  readonly filter?: string;
  readonly callback?: AskedCallback;
  readonly json?: boolean;
}

/** `fltreplay why S RUN POINT`: the rule behind an event; with `--filter`, why that filter was or was not called for operation POINT. */
export function whyCommand(session: string, run: string, point: string, options: WhyOptions): Promise<number> {
  return withHost(async (api) => {
    await api.request('session.open', { path: session });
    const runId = await runIdOf(api, run);
    if (options.filter !== undefined) {
      const called = await api.request('events.whyCalled', { runId, operation: operationOf(point), filter: options.filter, callback: options.callback ?? 'pre' });
      if (options.json === true) await printJson(called);
      else {
        await print(`${called.called ? 'called' : 'not called'}: ${called.sentence}${called.point === null ? '' : `  (${called.point.issued}:${called.point.sequence})`}`);
        await printRule(called.rule, called.assumption);
      }
      return exitCodes.clean;
    }
    const why = await api.request('events.why', { runId, ...pointOf(point) });
    if (options.json === true) await printJson((await placesOf(api, runId)).json(why));
    else {
      const { event } = why;
      const place = event.line === null ? '' : `  [${(await placesOf(api, runId)).text(event.driver, event.line)}]`;
      await print(`${event.issued}:${event.sequence}  ${event.layerName === '' ? '' : `${event.layerName}  `}${event.kind}  ${event.text}${place}`);
      await printRule(why.rule, why.assumption);
    }
    return exitCodes.clean;
  });
}

async function runIdOf(api: HostApi, text: string): Promise<number> {
  const runs = await api.request('run.list', {});
  const last = runs.at(-1);
  const id = text === 'last' && last !== undefined ? last.id : Number(text);
  if (runs.some((run) => run.id === id)) return id;
  throw new UserError('run-unknown', `There is no run “${text}” in this session; it has ${runs.length === 0 ? 'none' : runs.map((run) => run.id).join(', ')}. “last” is the newest.`);
}

const placesOf = async (api: HostApi, runId: number): Promise<DriverPlaces> => DriverPlaces.of(api, (await api.request('run.list', {})).find(({ id }) => id === runId) ?? null);

function pointOf(text: string): { issued: number; sequence: number } {
  const match = /^(\d{1,10}):(\d{1,10})$/.exec(text);
  if (match === null) throw new UserError('point', `“${text}” is no execution point; write OPERATION:EVENT, e.g. 18204:7, or an operation's number with --filter.`);
  return { issued: Number(match[1]), sequence: Number(match[2]) };
}

function operationOf(text: string): number {
  const match = /^(\d{1,10})(?::\d+)?$/.exec(text);
  if (match === null) throw new UserError('point', `“${text}” is no operation; write its number, e.g. 18204.`);
  return Number(match[1]);
}

async function printRule(rule: RuleInfo | null, assumption: EventWhy['assumption']): Promise<void> {
  if (rule === null) {
    await print('    It follows from no numbered rule.');
    return;
  }
  await print(`${rule.id}  ${rule.text.replaceAll('\n', '\n    ')}`);
  await print(`    Source: ${rule.source === '' ? 'the page itself' : rule.source}`);
  if (assumption === null) return;
  const others = assumption.values.filter((word) => word !== assumption.chosen);
  await print(`    Assumption ${assumption.id} = ${assumption.chosen}: ${assumption.sentence}`);
  await print(`    Other reading: ${others.length === 0 ? 'none that can be chosen' : others.map((word) => `--assume ${assumption.id}=${word}`).join(', ')}`);
}
