import type { RequestHandlers, SavedFilter } from '../../../src-preload/contract/index.ts';
import { hostErrors } from '../errors.ts';
import type { FilterService } from '../filterService.ts';
import type { HostContext } from '../hostContext.ts';
import { importFilter } from '../importFilter.ts';
import { readFilter } from '../readFilter.ts';

type FilterRequests = Pick<RequestHandlers, 'filter.read' | 'filter.values' | 'filter.saved' | 'filter.save' | 'filter.remove' | 'filter.import'>;

const mostValues = 200;

export function filterRequests(context: HostContext, filters: FilterService): FilterRequests {
  const saved = (): readonly SavedFilter[] => context.session.reader.filters.all();
  const changed = (): readonly SavedFilter[] => {
    const list = saved();
    context.emit('filter.savedChanged', list);
    return list;
  };
  return {
    'filter.read': ({ text }) => readFilter(text),
    'filter.values': async ({ traceId, field, text, limit }) => ({ values: await filters.values(traceId, field, text, Math.min(limit, mostValues)) }),
    'filter.saved': saved,
    'filter.save': ({ name, text }) => {
      if (name.trim() === '') throw hostErrors.filterName();
      context.write(({ filters }) => filters.save(name.trim(), text));
      return changed();
    },
    'filter.remove': ({ id }) => {
      context.write(({ filters }) => filters.remove(id));
      return changed();
    },
    'filter.import': ({ fileName, bytes }) => importFilter(fileName, bytes),
  };
}
