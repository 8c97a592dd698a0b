/** Small ETL files with every kind of record, buffer and session, for tests that damage them. */
import { ByteWriter } from '../byteWriter.ts';
import { generateFileIo } from './generatedFileIo.ts';
import { compactRecord, errorRecord, eventRecord, fullRecord, guidBytes, instanceRecord, messageRecord, perfInfoRecord, systemRecord } from './etlRecords.ts';
import { etlDefaults, writeEtl } from './writeEtl.ts';
import type { EtlBuffer, EtlLog } from './writeEtl.ts';

export interface EtlSample {
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

export const etlSamples: readonly EtlSample[] = [
  { name: 'etl file I/O, compressed', bytes: () => generateFileIo({ pointerSize: 8, version: 3, compressed: true }) },
  { name: 'etl file I/O, 32-bit', bytes: () => generateFileIo({ pointerSize: 4, version: 2, log: { bufferSize: 0x1000 } }) },
  { name: 'etl every record kind', bytes: () => writeEtl({ bufferSize: 0x400 }, everyKind()) },
  { name: 'etl every record kind, compressed', bytes: () => writeEtl({ bufferSize: 0x400, compressed: true, clockType: 2, firstRawTime: etlDefaults.startTime }, everyKind()) },
  { name: 'etl without processors', bytes: () => writeEtl({ bufferSize: 0x400, mode: 0x1000_0002, beforeWindows8: true, clockType: 3 }, everyKind().map((buffer) => ({ ...buffer, processor: 0 }))) },
  { name: 'etl two logs', bytes: () => Buffer.concat([writeEtl({ bufferSize: 0x400 }, everyKind()), writeEtl(later, everyKind())]) },
];

const later: EtlLog = { bufferSize: 0x800, startTime: etlDefaults.startTime + 70n, perfFreq: 3_117_777n, pointerSize: 4 };
const provider = '0cd1c309-0878-4515-83db-749843b3f5c9';

/** Three processors, six buffers, every record header. */
function everyKind(): EtlBuffer[] {
  const time = (t: number): bigint => etlDefaults.firstRawTime + BigInt(t);
  const stack = new ByteWriter().u64(1).u64(0xfffff80012345678n).u64(0x7ff612345678n).done();
  const schema = new ByteWriter().u16(14).u8(0).bytes(Buffer.from('Named\0Field\0', 'utf8')).done();
  const extended = [{ type: 1, data: guidBytes(provider) }, { type: 6, data: stack }, { type: 11, data: schema }, { type: 2, data: [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0] }];
  const text = new ByteWriter().utf16('\\Device\\HarddiskVolume3\\a.txt\0').done();
  return [
    { processor: 1, sequence: 2, records: [systemRecord(8, 0x0503, 3, time(10), text, { tid: 5, pid: 6 }), compactRecord(4, 0x0524, 4, time(20), [1, 2, 3]), perfInfoRecord(8, 0x0444, 3, time(30), text)] },
    { processor: 0, sequence: 1, flags: 2, records: [fullRecord(4, provider, { opcode: 3, version: 2 }, time(5), text), instanceRecord(8, { opcode: 4 }, time(15), [9]), errorRecord([1, 2])] },
    { processor: 2, sequence: 3, records: [eventRecord(8, provider, { id: 5, channel: 11, keyword: 3n, extended }, time(25), text), eventRecord(4, provider, { id: 6 }, time(35), [4, 4])] },
    { processor: 2, sequence: 6, flags: 4, records: [messageRecord({ number: 9, sequence: 1, guid: provider, time: time(45), system: { tid: 1, pid: 2 }, pointer: 8 }, [7]), messageRecord({ number: 8 }, [])] },
    { processor: 0, sequence: 7, type: 6, records: [] },
    { processor: 0, sequence: 8, type: 1, records: [perfInfoRecord(4, 0x0444, 2, time(50), []), perfInfoRecord(8, 0x044c, 3, time(40), [0])] },
  ];
}
