/** Made-up things beside the operations: context events, lost events, stacks, and a pair of captures. */
import type { ContextClass, ContextRow, LostMark, OperationRow, PairInfo, PairRow, RecordedFrame, RequestHandlers } from '../../../src-preload/contract/index.ts';

const kinds: readonly (readonly [ContextClass, string, string | null])[] = [
  ['registry', 'RegQueryValue', 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\sample.exe\\MitigationOptions'], ['image', 'Load Image', 'C:\\Windows\\System32\\kernel32.dll'],
  ['process', 'Process Create', 'C:\\Program Files\\A rather long folder name with spaces\\And another one inside it\\Sample Application\\sample.exe'], ['network', 'TCP Send', 'box:49744 -> 10.0.0.7:443'], ['thread', 'Thread Create', null],
];

type Doubles = Pick<RequestHandlers, 'trace.contextCounts' | 'trace.context' | 'trace.lostMarks' | 'operations.stack' | 'operations.bySource' | 'operations.atTime' | 'pairs.list' | 'pairs.page' | 'trace.pair' | 'pairs.cancel' | 'pairs.remove'>;

export function contextDouble(rowAt: (position: number) => OperationRow): Doubles {
  const rows = Array.from({ length: 1200 }, (_, at): ContextRow => contextRow(at, rowAt(Math.floor(at / 4))));
  const marks: readonly LostMark[] = [{ time: rowAt(6).time, count: 1204, name: 'EventsLost', before: 7 }, { time: rowAt(40).time, count: null, name: 'BuffersLost', before: 41 }];
  const pair: PairInfo = { id: 1, above: 1, below: 2, state: 'complete', clockOffset: 12_500n, matched: 441, changed: 2, swallowed: 3, added: 1, fields: [{ field: 'status', count: 1 }, { field: 'length', count: 1 }] };
  let pairs: readonly PairInfo[] = [pair];
  const matching = (classes: readonly ContextClass[] | null, text: string): readonly ContextRow[] => rows.filter((row) => (classes === null || classes.includes(row.contextClass)) && `${row.name} ${row.path ?? ''} ${row.process}`.toLowerCase().includes(text.toLowerCase()));
  return {
    'trace.contextCounts': () => [...new Set(rows.map(({ contextClass }) => contextClass))].map((contextClass) => ({ contextClass, count: matching([contextClass], '').length })).sort((a, b) => b.count - a.count),
    'trace.context': ({ offset, limit, classes, text }) => {
      const found = matching(classes, text);
      return { rows: found.slice(offset, offset + limit), count: found.length };
    },
    'trace.lostMarks': () => marks,
    'operations.stack': ({ index }) => ({ frames: index % 3 === 0 ? [] : frames }),
    'operations.bySource': ({ sourceIndex }) => ({ index: sourceIndex }),
    'operations.atTime': () => ({ index: 7 }),
    'pairs.list': () => pairs,
    'pairs.page': ({ kinds: wanted, offset, limit }) => {
      const found = pairRows(rowAt).filter(({ kind }) => wanted === null || wanted.includes(kind));
      return { rows: found.slice(offset, offset + limit), count: found.length };
    },
    'trace.pair': () => pair, 'pairs.cancel': () => ({}),
    'pairs.remove': () => { pairs = []; return {}; },
  };
}

function contextRow(at: number, operation: OperationRow): ContextRow {
  const [contextClass, name, path] = at % 300 === 25 ? (['lost', 'EventsLost', null] as const) : (kinds[at % kinds.length] ?? ['other', 'Unknown', null]);
  return {
    number: at + 1, sourceIndex: at * 2, time: operation.time, duration: null, process: operation.process, pid: operation.pid, tid: operation.tid, contextClass, name, path,
    status: contextClass === 'registry' ? 0xc0000034 : contextClass === 'process' ? 0 : null,
    detail: contextClass === 'lost' ? { Count: 1204 } : contextClass === 'process' ? { PID: 4412, CommandLine: '"C:\\Program Files\\Sample\\sample.exe" /quiet' } : contextClass === 'registry' ? { Length: 24 } : {},
    detailWords: {}, operationSource: at % 11 === 0 ? operation.index : null,
  };
}

const kernel = (module: string, offset: number, address: bigint): RecordedFrame => ({ address, kernel: true, module, modulePath: `C:\\Windows\\System32\\drivers\\${module}`, offset, location: null });
const user = (module: string, offset: number, address: bigint, location: string | null = null): RecordedFrame => ({ address, kernel: false, module, modulePath: `C:\\Windows\\System32\\${module}`, offset, location });
const frames: readonly RecordedFrame[] = [
  kernel('FLTMGR.SYS', 0x4b3c, 0xfffff80226f34b3cn), kernel('FLTMGR.SYS', 0x1cf4e, 0xfffff80226f4cf4en), kernel('ntoskrnl.exe', 0x2f3a9f, 0xfffff802232f3a9fn), kernel('ntoskrnl.exe', 0x5d0e5c, 0xfffff802235d0e5cn),
  user('ntdll.dll', 0x9c1a4, 0x7ffa2d2dc1a4n, 'ntdll.dll!NtReadFile + 0x14'), user('KERNELBASE.dll', 0x25fb6, 0x7ffa2ab75fb6n),
  { address: 0x23f81c0000n, kernel: false, module: null, modulePath: null, offset: null, location: null }, user('a very long module name that nobody would give but somebody did.dll', 0x7034, 0x7ffa2c507034n),
];

function pairRows(rowAt: (position: number) => OperationRow): readonly PairRow[] {
  const kindOf = (at: number): PairRow['kind'] => (at < 3 ? 'swallowed' : at === 3 ? 'added' : 'changed');
  return Array.from({ length: 6 }, (_, at): PairRow => ({
    number: at, kind: kindOf(at), above: kindOf(at) === 'added' ? null : rowAt(at * 3), below: kindOf(at) === 'swallowed' ? null : rowAt(at * 3 + 1),
    changes: at === 4 ? [{ field: 'status', above: 0xc0000022, below: 0 }] : at === 5 ? [{ field: 'length', above: 4096, below: 65_536 }] : [],
  }));
}
