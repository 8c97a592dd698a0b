/** Reads a whole ETL file through the container and keeps plain copies of everything, for tests that look at it. */
import { bytesSource } from '../../../../src-main/trace/byteSource.ts';
import type { ByteSource } from '../../../../src-main/trace/byteSource.ts';
import type { EtlDamage, EtlFile, EtlLoss, EtlPass, EtlRecord, EtlRecordKind } from '../../../../src-main/trace/formats/etl/container/etlRecord.ts';
import { openEtl } from '../../../../src-main/trace/formats/etl/container/openEtl.ts';

export interface CollectedRecord {
  readonly kind: EtlRecordKind;
  readonly sourceIndex: number;
  readonly hook: number;
  readonly guid: string | null;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  readonly level: number;
  readonly task: number;
  readonly channel: number;
  readonly keyword: bigint;
  readonly flags: number;
  readonly eventProperty: number;
  readonly tid: number | null;
  readonly pid: number | null;
  readonly processor: number;
  readonly pointerSize: number;
  readonly rawTime: bigint;
  readonly time: bigint;
  readonly timed: boolean;
  readonly session: number;
  readonly payload: Buffer;
  readonly activityId: string | null;
  readonly relatedActivityId: string | null;
  readonly schemaName: string | null;
  readonly providerName: string | null;
  readonly stack: readonly bigint[] | null;
  readonly bufferOffset: number;
  readonly start: number;
}

export interface CollectedEtl {
  readonly file: EtlFile;
  readonly pass: EtlPass;
  readonly records: readonly CollectedRecord[];
  readonly damages: readonly EtlDamage[];
  readonly losses: readonly EtlLoss[];
}

export function collectEtl(from: Uint8Array | ByteSource): CollectedEtl {
  const file = openEtl(from instanceof Uint8Array ? bytesSource(from) : from);
  const records: CollectedRecord[] = [];
  const damages: EtlDamage[] = [];
  const losses: EtlLoss[] = [];
  const pass = file.read({
    record: (record) => void records.push(copyOf(record)),
    damage: (damage) => void damages.push(damage),
    lost: (loss) => void losses.push(loss),
    progress: () => true,
  });
  return { file, pass, records, damages, losses };
}

function copyOf(record: EtlRecord): CollectedRecord {
  const { kind, sourceIndex, hook, guid, id, version, opcode, level, task, channel, keyword, flags, eventProperty, tid, pid, processor, pointerSize } = record;
  const { rawTime, time, timed, session, activityId, relatedActivityId, schemaName, providerName, bufferOffset, start } = record;
  const payload = Buffer.from(record.bytes.slice(record.payloadStart, record.payloadEnd));
  const frames = record.stackAddresses();
  return {
    kind, sourceIndex, hook, guid, id, version, opcode, level, task, channel, keyword, flags, eventProperty, tid, pid, processor, pointerSize,
    rawTime, time, timed, session, payload, activityId, relatedActivityId, schemaName, providerName, stack: frames === null ? null : [...frames], bufferOffset, start,
  };
}
