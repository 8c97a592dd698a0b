/**
 * Payloads of the Process class, and of Microsoft-Windows-Kernel-Process.
 *
 * Source: etw-formats.md 10.1 and 10.7. Test tools log a SID behind a zero pointer, and 64-bit payloads under a 32-bit header; both are told by what
 * then fits the payload exactly.
 */
import { decodeLatin1, decodeUtf16 } from '../../byteText.ts';
import type { EtwProcess } from '../../etw/kernelEvent.ts';
import { endOfBytes, endOfText } from './layout.ts';

type Recorded = Pick<EtwProcess, 'processId' | 'parentId' | 'sessionId' | 'exitStatus' | 'user' | 'imageName' | 'imagePath' | 'commandLine' | 'is64Bit'>;

export interface ProcessPayload extends Recorded {
  /** FILETIME of the kernel's own note of the exit, or of the creation. */
  readonly exitTime: bigint | null;
  readonly createTime: bigint | null;
  /** True where the fields fill the payload to its last byte. */
  readonly exact: boolean;
}

export interface PayloadBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

const flagWow64 = 2;
const defunct = 39;

/** Undefined where the payload ends before the image's name. `tool`: by a FULL header, so that the rules for test tools apply. */
export function processPayload(payload: PayloadBytes, version: number, type: number, pointerSize: 4 | 8, tool: boolean): ProcessPayload | undefined {
  const first = parse(payload, version, type, pointerSize);
  if (!tool || first?.exact === true) return first;
  const other = parse(payload, version, type, pointerSize === 4 ? 8 : 4);
  return other?.exact === true ? other : first;
}

function parse(payload: PayloadBytes, version: number, type: number, pointerSize: 4 | 8): ProcessPayload | undefined {
  const { view, start, end } = payload;
  const ids = start + pointerSize;
  const directoryBase = version >= 3 || (type === defunct && version >= 2) ? pointerSize : 0;
  const flagsAt = ids + 16 + directoryBase;
  const sidAt = flagsAt + (version >= 4 ? 4 : 0);
  if (version < 1 || sidAt + 4 > end) return undefined;
  const flags = version >= 4 ? view.getUint32(flagsAt, true) : null;
  const head = {
    processId: view.getUint32(ids, true),
    parentId: view.getUint32(ids + 4, true),
    sessionId: view.getUint32(ids + 8, true),
    exitStatus: view.getInt32(ids + 12, true),
    imagePath: null,
    is64Bit: flags === null ? null : pointerSize === 8 && (flags & flagWow64) === 0,
    createTime: null,
  };
  const bare = texts(payload, version, type, sidAt + 4, null);
  const tokenEnd = sidAt + pointerSize * 2;
  if (view.getUint32(sidAt, true) === 0 && (bare?.exact === true || !hasSid(payload, tokenEnd))) return bare && { ...head, ...bare };
  const withSid = hasSid(payload, tokenEnd) ? texts(payload, version, type, tokenEnd + sidSize(payload, tokenEnd), sidText(payload, tokenEnd)) : undefined;
  const found = view.getUint32(sidAt, true) === 0 && withSid?.exact !== true ? bare : withSid;
  return found && { ...head, ...found };
}

type Texts = Pick<ProcessPayload, 'imageName' | 'commandLine' | 'user' | 'exitTime' | 'exact'>;

function texts({ bytes, view, end }: PayloadBytes, version: number, type: number, at: number, user: string | null): Texts | undefined {
  if (at >= end) return undefined;
  const imageEnd = endOfBytes(bytes, at, end);
  const imageName = decodeLatin1(bytes, at, imageEnd);
  let next = imageEnd + 1;
  let commandLine: string | null = null;
  if (version >= 2 && next < end) {
    const stop = endOfText(bytes, next, end);
    commandLine = decodeUtf16(bytes, next, stop);
    next = stop + 2;
  }
  // PackageFullName and ApplicationId.
  for (let i = 0; i < 2 && version >= 4; i++) next = endOfText(bytes, next, end) + 2;
  let exitTime: bigint | null = null;
  if (type === defunct && version >= 5 && next + 8 <= end) {
    exitTime = view.getBigInt64(next, true);
    next += 8;
  }
  return { imageName, commandLine, user, exitTime, exact: next === end };
}

function hasSid({ bytes, end }: PayloadBytes, at: number): boolean {
  return at + 8 <= end && bytes[at] === 1 && (bytes[at + 1] ?? 0) <= 15 && at + 8 + (bytes[at + 1] ?? 0) * 4 <= end;
}

const sidSize = ({ bytes }: PayloadBytes, at: number): number => 8 + (bytes[at + 1] ?? 0) * 4;

/** `S-1-5-18`. */
function sidText({ bytes, view }: PayloadBytes, at: number): string {
  let authority = 0;
  for (let i = 2; i < 8; i++) authority = authority * 256 + (bytes[at + i] ?? 0);
  let text = `S-${bytes[at] ?? 0}-${authority}`;
  for (let i = 0; i < (bytes[at + 1] ?? 0); i++) text += `-${view.getUint32(at + 8 + i * 4, true)}`;
  return text;
}

/** Where the fields of a start or rundown of Kernel-Process stand, by its version; `image` is where its path begins. */
interface StartLayout {
  readonly createTime: number;
  readonly parent: number;
  readonly session: number;
  readonly image: number;
  /** A bare SID stands before the path. */
  readonly label: boolean;
}

function startLayout(id: number, version: number): StartLayout {
  const sequenced = (id === 1 && version >= 3) || (id === 15 && version >= 1);
  if (sequenced) return { createTime: 12, parent: 20, session: 32, image: 48, label: true };
  return { createTime: 4, parent: 12, session: 16, image: id === 1 && version === 0 ? 20 : 24, label: false };
}

/** ProcessStart (1) and ProcessRundown (15). */
export function manifestProcessStart(payload: PayloadBytes, id: number, version: number): ProcessPayload | undefined {
  const { bytes, view, start, end } = payload;
  const layout = startLayout(id, version);
  let image = start + layout.image;
  if (image + 2 > end) return undefined;
  if (layout.label) {
    if (!hasSid(payload, image)) return undefined;
    image += sidSize(payload, image);
  }
  const stop = endOfText(bytes, image, end);
  const imagePath = decodeUtf16(bytes, image, stop);
  return {
    processId: view.getUint32(start, true),
    parentId: view.getUint32(start + layout.parent, true),
    sessionId: view.getUint32(start + layout.session, true),
    exitStatus: null, user: null, commandLine: null, is64Bit: null, exitTime: null,
    imageName: imagePath.slice(imagePath.lastIndexOf('\\') + 1),
    imagePath: imagePath === '' ? null : imagePath,
    createTime: view.getBigInt64(start + layout.createTime, true),
    exact: stop + 2 === end,
  };
}

/**
 * ProcessStop (2): the one event of a process that a trace may hold. Its image name is cut to 14 characters.
 *
 * u32 ProcessID; from version 2 on u64 ProcessSequenceNumber; FILETIME CreateTime; FILETIME ExitTime; u32 ExitCode; 52 bytes of counters; CHAR ImageName NUL.
 */
export function manifestProcessStop(payload: PayloadBytes, version: number): ProcessPayload | undefined {
  const { bytes, view, start, end } = payload;
  if (start + 4 > end) return undefined;
  const times = start + (version >= 2 ? 12 : 4);
  const whole = times + 20 <= end;
  const name = times + 72;
  const stop = endOfBytes(bytes, Math.min(name, end), end);
  return {
    processId: view.getUint32(start, true), parentId: null, sessionId: null, user: null, imagePath: null, commandLine: null, is64Bit: null,
    exitStatus: whole ? view.getInt32(times + 16, true) : null,
    imageName: name < end ? decodeLatin1(bytes, name, stop) : '',
    createTime: whole ? view.getBigInt64(times, true) : null,
    exitTime: whole ? view.getBigInt64(times + 8, true) : null,
    exact: stop + 1 === end,
  };
}
