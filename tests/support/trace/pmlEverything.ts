/** A small Process Monitor log with every kind of record there is: each file operation, each class, modules, hosts and ports. */
import { ByteWriter } from './byteWriter.ts';
import { loadImage, mediumSid, network, processCreate, processExit, processStart, registry, systemSid, systemStatistics, threadExit } from './pmlDetails.ts';
import { pmlProcesses, pmlSample, pmlStart } from './pmlSample.ts';
import { descriptor, fileDetail, text } from './writePml.ts';
import type { PmlEvent, PmlFile } from './writePml.ts';

type Piece = Omit<PmlEvent, 'time' | 'processIndex'>;

const key = 'HKLM\\Software\\Prüfung';

/** KEY_VALUE_PARTIAL_INFORMATION. */
const partial = (type: number, data: Uint8Array): Uint8Array => new ByteWriter().u32(0).u32(type).u32(data.length).bytes(data).done();
const utf16 = (value: string): Uint8Array => new ByteWriter().utf16(value).done();

const registryEvents: readonly Piece[] = [
  { operation: 0, detail: registry(key, 8, (out) => out.u16(0).u32(0x20019)) },
  { operation: 1, detail: registry(key, 8, (out) => out.u16(0).u32(0xf003f)), extra: new ByteWriter().u32(0xf003f).u32(1).done() },
  { operation: 2, detail: registry(key, 2) },
  { operation: 3, detail: registry(key, 12, (out) => out.u16(0).u32(48).u32(4)), extra: new ByteWriter().u64(pmlStart).u32(0).u32(14).u32(30).u32(3).u32(8).u32(20).u32(0).done() },
  { operation: 4, detail: registry(`${key}\\v`, 16, (out) => out.u16(0).u32(4).u32(4).u16(4), (out) => out.u32(77)) },
  { operation: 5, detail: registry(`${key}\\v`, 12, (out) => out.u16(0).u32(144).u32(2)), extra: partial(1, utf16('täglich\0')) },
  { operation: 6, detail: registry(key, 16, (out) => out.u16(0).u32(220).u32(3).u32(1)), extra: new ByteWriter().u32(0).u32(3).u32(24).u32(20).u32(4).utf16('ab').bytes(Uint8Array.from({ length: 20 }, (_, i) => i)).done() },
  { operation: 7, detail: registry(key, 16, (out) => out.u16(0).u32(288).u32(9).u32(0)), extra: new ByteWriter().u64(pmlStart).u32(0).u32(10).utf16('Unter').done() },
  { operation: 8, detail: registry(key, 16, (out) => out.u16(0).u32(5).u32(4).u16(4), (out) => out.u32(0x400)) },
  ...[9, 10, 11, 13, 15, 16, 17].map((operation) => ({ operation, detail: registry(key, 2) })),
  ...[12, 14].map((operation) => ({ operation, detail: registry(key, 4, (out) => out.u16(descriptor('C:\\hive')), (out) => text(out, 'C:\\hive')) })),
].map((event) => ({ ...event, eventClass: 2 }));

const child = {
  index: 300, pid: 6000, parentPid: 4321, session: 2, wow64: false, createTime: pmlStart, userSid: systemSid, integritySid: mediumSid, path: 'C:\\Apps\\child.exe', commandLine: 'child.exe -x "grün"',
} as const;

const processEvents = (bits: 32 | 64): Piece[] => [
  { operation: 0, detail: processCreate({ ...child, index: 301, pid: 6001 }) },
  { operation: 1, detail: processCreate(child) },
  { operation: 2, detail: processExit(-1073740756, 312_500n, 156_250n, [110_592n, 114_688n, 393_216n, 393_217n]) },
  { operation: 3, detail: new ByteWriter().u32(7764).done() },
  { operation: 4, detail: threadExit(259, 156_250n, 0n) },
  { operation: 5, detail: loadImage(bits, bits === 64 ? 0x7ffa_744e_0000n : 0x744e_0000n, 0x204000, 'C:\\Windows\\System32\\cdprt.dll') },
  { operation: 6, detail: new Uint8Array(12) },
  { operation: 7, detail: processStart(4321, 'child.exe -x', 'C:\\Apps\\', 'A=1\0B=zwölf\0\0') },
  { operation: 7, detail: new ByteWriter().u32(4321).done() },
  { operation: 8, detail: processExit(0, 1n, 2n, [3n, 4n, 5n, 6n]) },
  { operation: 9, detail: systemStatistics(4096, 1_147_273, 2_451_607, 10_998_901) },
].map((event) => ({ ...event, eventClass: 1 }));

const ipv6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] as const;
const local = { source: [192, 168, 2, 9], sourcePort: 1225 } as const;

const networkEvents: readonly Piece[] = [
  { operation: 2, detail: network({ ...local, tcp: false, destination: [8, 8, 8, 8], destinationPort: 53, length: 31 }) },
  { operation: 3, detail: network({ ...local, tcp: true, destination: [10, 0, 0, 7], destinationPort: 8080, length: 1460, pairs: ['seqnum', '0', 'connid', '17'] }) },
  { operation: 5, detail: network({ tcp: true, source: ipv6, sourcePort: 50000, destination: ipv6, destinationPort: 443, length: 0 }) },
].map((event) => ({ ...event, eventClass: 5 }));

/** FLT_PARAMETERS full of different bytes: every field of every layout has a value. */
const everyFileOperation = (bits: 32 | 64): Piece[] =>
  Array.from({ length: 48 }, (_, operation) => ({
    operation,
    tid: 5000 + operation,
    stack: Array.from({ length: operation % 4 }, (_frame, i) => BigInt(0x7700_0000 + i)),
    detail: fileDetail({ bits, sub: operation === 32 || operation === 37 ? 1 : 0, path: `C:\\op ${operation}`, parameters: (out, p) => out.bytes(Array.from({ length: 5 * p + 8 }, (_byte, i) => i + 1)) }),
  }));

const otherEvents = (bits: 32 | 64): Piece[] => [
  { eventClass: 4, operation: 0, detail: new Uint8Array(12) },
  { eventClass: 4, operation: 1, detail: new Uint8Array(32) },
  { eventClass: 6, operation: 23, detail: fileDetail({ bits, path: '\\\\.\\pipe\\wkssvc', parameters: (out, p) => out.u32(512).zeros(p - 4).u32(0).zeros(p - 4).u64(0) }) },
  { eventClass: 9, operation: 3, detail: Uint8Array.from([1, 2, 3, 0xff]) },
  { eventClass: 3, operation: 60, detail: Uint8Array.from([9, 8, 7]) },
  { eventClass: 2, operation: 40, detail: Uint8Array.from([5]) },
];

export function pmlEverything(bits: 32 | 64): PmlFile {
  const sample = pmlSample(bits);
  const wide = bits === 64;
  const pieces = [...everyFileOperation(bits), ...registryEvents, ...processEvents(bits), ...networkEvents, ...otherEvents(bits)];
  const after = pmlStart + 1_000_000n;
  return {
    ...sample,
    processes: pmlProcesses.map((process) =>
      process.pid === 4
        ? { ...process, modules: [{ base: wide ? 0xfffff800_0000_0000n : 0x8000_0000n, size: 0x800000, path: 'C:\\Windows\\system32\\ntoskrnl.exe', loadTime: pmlStart - 9n, version: '10.0.1', company: 'Microsoft Corporation', description: 'NT Kernel' }] }
        : { ...process, endTime: pmlStart + 99_000_000n, modules: [{ base: wide ? 0x7ff6_0000_0000n : 0x40_0000n, size: 4096, path: 'C:\\Apps\\notes.exe', loadTime: pmlStart - 5n }, { base: 0x7700_0000n, size: 8192, path: 'C:\\Apps\\grün.dll', loadTime: pmlStart }] },
    ),
    events: [...sample.events, ...pieces.map((piece, i) => ({ processIndex: 184, ...piece, time: after + BigInt(i) * 10n }))],
    hosts: [{ address: [192, 168, 2, 9], name: 'box.home' }, { address: [8, 8, 8, 8], name: 'dns.example' }, { address: ipv6, name: 'six.example' }],
    ports: [{ port: 53, tcp: false, name: 'domain' }, { port: 443, tcp: true, name: 'https' }, { port: 8080, tcp: false, name: 'not-this-one' }],
  };
}
