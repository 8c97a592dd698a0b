/**
 * The fields of the kernel's MOF classes in their order, for forms that print values without names: by class, event number and version.
 *
 * Source: etw-formats.md 9.3, 9.5, 9.6, 10.1, 10.2, 10.4. Slots of fieldSlots.ts; -1 for a field that no reader has a use for.
 */
import { numberSlot as n, textBase, textSlot } from './fieldSlots.ts';
import { fileClassOf } from './textEvents.ts';
import type { FileClass } from './textEvents.ts';

export type Layout = readonly number[];

const skip = -1;
const path = textBase + textSlot.path;
const fileName = textBase + textSlot.fileName;
const imageName = textBase + textSlot.imageName;
const commandLine = textBase + textSlot.commandLine;
const user = textBase + textSlot.user;
const minifilter: Layout = [n.routine, n.fileObject, n.fileContext, n.irp, n.callbackData, n.majorFunction];

type ByVersion = readonly [two: Layout, three: Layout];
const same = (layout: Layout): ByVersion => [layout, layout];

const fileLayouts: { readonly [layout in FileClass]: ByVersion } = {
  name: same([n.fileObject, fileName]),
  create: [
    [n.irp, n.threadId, n.fileObject, n.createOptions, n.fileAttributes, n.shareAccess, path],
    [n.irp, n.fileObject, n.threadId, n.createOptions, n.fileAttributes, n.shareAccess, path],
  ],
  simple: [[n.irp, n.threadId, n.fileObject, n.fileKey], [n.irp, n.fileObject, n.fileKey, n.threadId]],
  readWrite: [
    [n.offset, n.irp, n.threadId, n.fileObject, n.fileKey, n.ioSize, n.ioFlags],
    [n.offset, n.irp, n.fileObject, n.fileKey, n.threadId, n.ioSize, n.ioFlags, n.extraFlags],
  ],
  info: [
    [n.irp, n.threadId, n.fileObject, n.fileKey, n.extraInfo, n.infoClass],
    [n.irp, n.fileObject, n.fileKey, n.extraInfo, n.threadId, n.infoClass],
  ],
  dir: [
    [n.irp, n.threadId, n.fileObject, n.fileKey, n.length, n.infoClass, n.fileIndex, fileName],
    [n.irp, n.fileObject, n.fileKey, n.threadId, n.length, n.infoClass, n.fileIndex, fileName],
  ],
  end: same([n.irp, n.extraInfo, n.status]),
  note: [
    [n.irp, n.threadId, n.fileObject, n.fileKey, n.extraInfo, n.infoClass, path],
    [n.irp, n.fileObject, n.fileKey, n.extraInfo, n.threadId, n.infoClass, path],
  ],
  map: same([]),
  minifilter: same(minifilter),
};

const createNewFile = 78;
const callbackCompleted = new Set([98, 99]);
const callbackFailed = new Set([100, 101]);

/** Of a FileIo event; empty for one without fields of use. */
export function fileLayout(type: number, version: number): Layout {
  if (callbackCompleted.has(type)) return [n.initialTime, ...minifilter];
  if (callbackFailed.has(type)) return [...minifilter, n.status];
  const layout = type === createNewFile ? 'create' : fileClassOf(type);
  return layout === undefined ? [] : fileLayouts[layout][version >= 3 ? 1 : 0];
}

const processHead: Layout = [skip, n.processId, n.parentId, n.sessionId, n.exitStatus];

export function processLayout(version: number): Layout {
  if (version <= 1) return [...processHead, user, imageName];
  if (version === 2) return [...processHead, user, imageName, commandLine];
  return version === 3 ? [...processHead, skip, user, imageName, commandLine] : [...processHead, skip, n.flags, user, imageName, commandLine];
}

export const threadLayout: Layout = [n.processId, n.tThreadId];

/** The file name stands last, behind a number of fields that differs; version 0 has no process. */
export const imageLayout = (version: number): Layout => (version === 0 ? [n.imageBase, n.imageSize] : [n.imageBase, n.imageSize, n.processId]);

export function diskLayout(type: number): Layout {
  if (type === 12 || type === 13 || type === 15 || type >= 58) return [n.irp, n.threadId];
  if (type === 14 || type === 57) return [n.diskNumber, n.irpFlags, n.response, n.irp, n.threadId];
  if (type === 16) return [n.irp, n.fileKey];
  return [n.diskNumber, n.irpFlags, n.transferSize, skip, n.offset, n.fileKey, n.irp, n.response, n.threadId];
}

export const volumeLayout: Layout = [textBase + textSlot.ntPath, textBase + textSlot.dosPath];
