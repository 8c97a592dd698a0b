/**
 * One short piece of file activity, as etw-formats.md section 12 lists it for generated traces: the same sixteen operations are written in every form a
 * trace can have, and must come out of each. Times are in microseconds since the start of the trace.
 */

export const startTime = 133_500_000_000_000_000n;
/** 100 ns ticks of a time of the scenario. */
export const ticksAt = (t: number): bigint => startTime + BigInt(Math.round(t * 10));

export const irp = 0xffffa00000001000n;
export const irp2 = 0xffffa00000007000n;
export const irp3 = 0xffffa0000000d000n;
export const fileObject = 0xffffa00000002000n;
export const fileObject2 = 0xffffa00000005000n;
export const fileObject3 = 0xffffa00000008000n;
export const key = 0xffffb00000003000n;
export const key2 = 0xffffb00000006000n;
export const volume = '\\Device\\HarddiskVolume3\\';
export const pathA = `${volume}Users\\test\\a.txt`;
export const pathB = `${volume}Users\\test\\b.txt`;
export const pathTest = `${volume}Users\\test`;
export const pathSecret = `${volume}Windows\\secret.txt`;
export const processId = 1234;
export const threadId = 1240;

/** Words of the FileIo class for what an operation does, with its parameters. */
export type Started =
  | { readonly event: 'Create'; readonly options: number; readonly attributes: number; readonly share: number }
  | { readonly event: 'Cleanup' | 'Close' | 'Flush' }
  | { readonly event: 'Read' | 'Write'; readonly offset: number; readonly size: number; readonly flags: number }
  | { readonly event: 'SetInfo' | 'Delete' | 'Rename' | 'QueryInfo' | 'FSControl'; readonly extra: number; readonly infoClass: number }
  | { readonly event: 'DirEnum' | 'DirNotify'; readonly length: number; readonly infoClass: number; readonly pattern: string };

export interface ScenarioOperation {
  readonly start: number;
  readonly end: number;
  readonly irp: bigint;
  readonly fileObject: bigint;
  readonly key: bigint;
  readonly path: string;
  readonly what: Started;
  readonly information: number;
  readonly status: number;
  /** A RenamePath or DeletePath event between start and end. */
  readonly note?: { readonly t: number; readonly event: 'RenamePath' | 'DeletePath'; readonly path: string };
}

const first = { irp, fileObject, key, path: pathA, information: 0, status: 0 };
const directory = { fileObject: fileObject2, key: key2, path: pathTest };

export const operations: readonly ScenarioOperation[] = [
  { ...first, start: 100, end: 120, key: 0n, what: { event: 'Create', options: 0x05000060, attributes: 0x80, share: 3 }, information: 2 },
  { ...first, start: 200, end: 202, what: { event: 'Write', offset: 0, size: 5, flags: 0 }, status: 0xc01c0004 },
  { ...first, start: 203, end: 230, what: { event: 'Write', offset: 0, size: 5, flags: 0x60a00 }, information: 5 },
  { ...first, start: 300, end: 320, what: { event: 'Read', offset: 0, size: 4096, flags: 0x60900 }, information: 5 },
  { ...first, start: 330, end: 335, what: { event: 'Read', offset: 5, size: 4096, flags: 0x60900 }, status: 0xc0000011 },
  { ...first, start: 400, end: 401, what: { event: 'QueryInfo', extra: 0, infoClass: 5 }, information: 24 },
  { ...first, start: 410, end: 411, what: { event: 'SetInfo', extra: 16384, infoClass: 20 } },
  { ...first, start: 420, end: 421, what: { event: 'FSControl', extra: 0, infoClass: 0x900f4 }, information: 56 },
  { ...first, start: 430, end: 450, what: { event: 'Flush' } },
  { ...first, start: 460, end: 465, what: { event: 'Rename', extra: 0, infoClass: 10 }, note: { t: 461, event: 'RenamePath', path: pathB } },
  { ...first, start: 470, end: 472, path: pathB, what: { event: 'Delete', extra: 1, infoClass: 13 }, note: { t: 471, event: 'DeletePath', path: pathB } },
  { ...first, start: 480, end: 482, path: pathB, what: { event: 'Cleanup' } },
  { ...first, start: 485, end: 486, path: pathB, what: { event: 'Close' } },
  { ...directory, irp: irp2, start: 500, end: 520, what: { event: 'DirEnum', length: 0x278, infoClass: 37, pattern: '*.txt' }, information: 0x90, status: 0 },
  { ...directory, irp: irp3, start: 530, end: 9000, what: { event: 'DirNotify', length: 0x20, infoClass: 0x11, pattern: '' }, information: 0, status: 0xc0000120 },
  {
    irp: irp2, fileObject: fileObject3, key: 0n, path: pathSecret, start: 600, end: 602, what: { event: 'Create', options: 0x01200000, attributes: 0, share: 7 },
    information: 0, status: 0xc0000022,
  },
];

/** Major and minor function of each event that starts an operation. */
export const majorOf: { readonly [event in Started['event']]: readonly [major: number, minor: number] } = {
  Create: [0, 0], Cleanup: [0x12, 0], Close: [2, 0], Flush: [9, 0], Read: [3, 0], Write: [4, 0], SetInfo: [6, 0], Delete: [6, 0], Rename: [6, 0], QueryInfo: [5, 0],
  FSControl: [0x0d, 0], DirEnum: [0x0c, 1], DirNotify: [0x0c, 2],
};
