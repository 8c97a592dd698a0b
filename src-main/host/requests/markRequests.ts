import type { MarkInfo, MarkRequests, RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { StoredMark } from '../../session/index.ts';
import { nowTicks } from '../clock.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';

/** What one question may ask about. */
const mostRows = 1000;
const mostRules = 100;

export function markRequests(context: HostContext): Pick<RequestHandlers, keyof MarkRequests> {
  const list = (): readonly MarkInfo[] => context.session.reader.marks.all().map(markInfo);
  const changed = (): readonly MarkInfo[] => {
    const marks = list();
    context.emit('marks.changed', marks);
    return marks;
  };
  const { queries } = context;
  const session = (): { session: string } => ({ session: context.session.path });
  return {
    'marks.list': list,
    'marks.add': ({ traceId, operation, point, bookmark, text }) => {
      if ((operation !== null || bookmark || point !== null) && (traceId === null || operation === null)) throw hostErrors.markPlace();
      if (traceId !== null) {
        context.trace(traceId);
        if (operation !== null && (operation < 1 || operation > context.session.reader.traces.count(traceId))) throw hostErrors.noOperation(operation);
      }
      const { runId: run = null, issued = null, sequence = null } = point ?? {};
      context.write(({ marks }) => marks.add({ trace: traceId, operation, run, issued, sequence, bookmark, created: nowTicks(), text }));
      return changed();
    },
    'marks.update': ({ id, text, bookmark }) => {
      if (!context.write(({ marks }) => marks.update(id, { text, bookmark }))) throw hostErrors.noMark(id);
      return changed();
    },
    'marks.remove': ({ id }) => {
      context.write(({ marks }) => marks.remove(id));
      return changed();
    },
    'operations.cells': async (p) => ({ rows: await queries.ask('cells', { ...session(), ...p, indexes: p.indexes.slice(0, mostRows) }) }),
    'operations.highlights': async (p) => ({ rules: await queries.ask('highlights', { ...session(), ...p, rules: p.rules.slice(0, mostRules), indexes: p.indexes.slice(0, mostRows) }) }),
    'operations.nextMatch': async (p) => ({ index: await queries.ask('nextMatch', { ...session(), ...p }) }),
    'operations.matchCount': (p) => (p.text === '' ? { count: 0, before: 0, next: null } : queries.ask('matchCount', { ...session(), ...p })),
    'operations.export': (p) => {
      context.trace(p.traceId);
      return queries.ask('export', { ...session(), ...p });
    },
  };
}

function markInfo({ id, trace, operation, run, issued, sequence, bookmark, created, text }: StoredMark): MarkInfo {
  const point = run === null || issued === null || sequence === null ? null : { runId: run, issued, sequence };
  return { id, traceId: trace, operation, point, bookmark, created, text };
}
