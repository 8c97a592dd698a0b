/** What every event has, out of a record's header. */
import type { RecordedStack, TraceTime } from '../../record.ts';
import type { EtlRecord } from './container/etlRecord.ts';

export interface EventHead {
  readonly sourceIndex: number;
  readonly time: TraceTime;
  readonly pid: number | null;
  readonly tid: number | null;
  readonly processor: number;
  readonly name: string;
  readonly stack: RecordedStack | null;
}

export function eventHead(record: EtlRecord, name: string): EventHead {
  return { sourceIndex: record.sourceIndex, time: record.time, pid: record.pid, tid: record.tid, processor: record.processor, name, stack: null };
}
