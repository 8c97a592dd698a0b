import type { LifeHandle, LifeInfo, LifeRow, LifeSubject, RequestHandlers } from '../../../src-preload/contract/index.ts';
import { targetPath } from '../../replay/fileObjects.ts';
import { IRP_MJ_CREATE, IRP_MJ_SET_INFORMATION } from '../../nt/values.generated.ts';
import type { StoredLife, StoredOperation } from '../../session/index.ts';
import { detailWords } from '../detailWords.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import { operationRow } from '../sessionInfo.ts';
import type { LifeQuestion } from '../workers/messages.ts';

type LifeRequests = Pick<RequestHandlers, 'life.info' | 'life.page'>;

const pageLimit = 500;

export function lifeRequests(context: HostContext): LifeRequests {
  const question = ({ traceId, of, index, path }: LifeSubject): LifeQuestion => ({ session: context.session.path, trace: traceId, of, index, path });
  return {
    'life.info': async (subject): Promise<LifeInfo> => {
      const found = await context.queries.ask('life', question(subject));
      if (found === null) throw hostErrors.noOperation(subject.index);
      const processes = new Map(context.session.reader.traces.processes(subject.traceId).map(({ index, name }) => [Number(index), name]));
      return { ...found, names: found.names.map(({ path, from, until }) => ({ path, from, until })), handles: found.handles.map((handle, at) => lifeHandle(handle, at + 1, processes.get(handle.process) ?? '')) };
    },
    'life.page': async ({ runId, offset, limit, ...subject }) => {
      const { rows, count } = await context.queries.ask('lifePage', { ...question(subject), offset, limit: Math.min(limit, pageLimit) });
      const results = runId === null ? null : context.session.reader.runs.resultsAt(runId, rows.map(({ operation }) => operation.index));
      return { count, rows: rows.map(({ operation, ...row }): LifeRow => ({ ...row, operation: operationRow(operation, results?.get(operation.index)), fact: factOf(operation) })) };
    },
  };
}

function lifeHandle({ process: _process, detail, ...handle }: StoredLife['handles'][number], number: number, process: string): LifeHandle {
  return { ...handle, number, process, ...openWords(detail) };
}

function openWords(detail: StoredOperation['detail']): Pick<LifeHandle, 'access' | 'shares' | 'disposition' | 'options'> {
  const words = detailWords(detail);
  const plain = (key: string): string | null => words[key]?.replace(/^0x[0-9A-Fa-f]+ (?=\S)/, '') ?? null;
  const { Disposition: disposition } = detail;
  return { access: plain('DesiredAccess'), shares: plain('ShareAccess'), options: plain('CreateOptions'), disposition: typeof disposition === 'string' ? disposition : null };
}

/** What a reader of a life looks for beside the operation's name. */
function factOf(op: StoredOperation): string {
  const { detail } = op;
  if (op.major === IRP_MJ_CREATE) {
    const { access, shares, disposition } = openWords(detail);
    return [disposition, access, shares === null ? null : `shares ${shares.replace(/FILE_SHARE_/g, '').toLowerCase()}`].filter((word) => word !== null).join(' · ');
  }
  const target = targetPath(op);
  if (target !== null) return `→ ${target}`;
  if (op.major === IRP_MJ_SET_INFORMATION) {
    if (typeof detail['DeleteFile'] === 'boolean') return detail['DeleteFile'] ? 'the file is to go' : 'the file is to stay';
    for (const name of ['EndOfFile', 'AllocationSize'] as const) if (typeof detail[name] === 'number' || typeof detail[name] === 'bigint') return `${name} ${String(detail[name])}`;
  }
  return '';
}
