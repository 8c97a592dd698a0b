/** CPL: how recorded requests complete. */
import { create, operation, read } from '../../../../support/engine-host/runs.ts';
import { runHere } from '../../../../support/engine-host/runHere.ts';
import { toldBy, watching } from '../../../../support/engine-host/watching.ts';
import type { NumberedOperation } from '../../../../../src-main/trace/record.ts';
import type { SwitchTable } from './switchCase.ts';

type Settings = Readonly<Record<string, string>>;

/** What is told of operation 2. */
const second = (operations: readonly NumberedOperation[]) => (assumptions: Settings): string[] =>
  toldBy(runHere({ drivers: [watching()], operations, request: { assumptions } })).filter((line) => line.startsWith('2 ')).map((line) => line.replace(/ at \d+/, ''));

const other = operation(3, { tid: 9, path: 'C:\\b' });
/** IRP_NOCACHE; IRP_NOCACHE, IRP_PAGING_IO and IRP_SYNCHRONOUS_PAGING_IO */
const [noCache, fault] = [0x1, 0x43];

export const completionSwitches: SwitchTable = {
  'CPL-001': {
    run: second([create(1, { detail: { CreateDisposition: 1, CreateOptions: 0x40 } }), read(2, { irpFlags: noCache, duration: 15_000n }), other]),
    byDefault: ['2 pre READ thread 7 irql 0', '2 post READ thread 8 irql 2'],
    otherwise: ['2 pre READ thread 7 irql 0', '2 post READ thread 8 irql 0'],
  },
  'CPL-002': {
    run: second([operation(1, { path: 'C:\\c' }), read(2, { duration: 15_000n }), other]),
    byDefault: ['2 pre READ thread 7 irql 0', '2 post READ thread 7 irql 0'],
    otherwise: ['2 pre READ thread 7 irql 0', '2 post READ thread 8 irql 0'],
  },
  'CPL-003': {
    run: second([read(1, { duration: 15_000n, tid: 9 }), read(2, { tid: 9, irpFlags: fault, duration: 100n })]),
    byDefault: ['2 pre READ thread 9 irql 1 top', '2 post READ thread 9 irql 1 top'],
    otherwise: ['2 pre READ thread 9 irql 1', '2 post READ thread 9 irql 1'],
  },
  'CPL-004': {
    run: (assumptions) => {
      const pends = watching('', 'if (Data.Iopb.MajorFunction === IRP_MJ_READ) return FLT_PREOP_PENDING;');
      return toldBy(runHere({ drivers: [pends], operations: [create(1), read(2), read(3)], request: { assumptions } })).map((line) => line.slice(0, 5)).filter((line) => line.endsWith('pre'));
    },
    byDefault: ['1 pre', '2 pre'],
    otherwise: ['1 pre', '2 pre', '3 pre'],
  },
};
