/**
 * What the file system answered, rebuilt from the recorded fields.
 *
 * Sources: MS-FSCC 2.4 and 2.5 (layouts), 2.4 on FILE_*_DIR_INFORMATION (entries begin at multiples of 8); src-main/trace/README.md
 * (what an answer holds). Of a listing the names are recorded, and nothing else.
 */
import { byteOrigin } from '../../engine/index.ts';
import {
  FileNetworkOpenInformation, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MN_QUERY_DIRECTORY,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { putMembers } from './inputBytes.ts';
import { numberIn, wasAnswered } from './recordedFields.ts';
import type { StructureBytes } from './structureBytes.ts';
import { entryLayouts, fileLayouts, networkOpenLayout, volumeLayouts, type Layout } from './structureLayouts.ts';

/** The structure of an answer; undefined for listings, data, and what is not laid out here. */
export function answerLayout(op: NumberedOperation): Layout | undefined {
  switch (op.major) {
    case IRP_MJ_QUERY_INFORMATION: return fileLayouts.get(numberIn(op, 'FileInformationClass'));
    case IRP_MJ_QUERY_VOLUME_INFORMATION: return volumeLayouts.get(numberIn(op, 'FsInformationClass'));
    case IRP_MJ_NETWORK_QUERY_OPEN: return networkOpenLayout;
    case IRP_MJ_QUERY_OPEN: return numberIn(op, 'FileInformationClass') === FileNetworkOpenInformation ? networkOpenLayout : undefined;
    default: return undefined;
  }
}

const isListing = (op: NumberedOperation): boolean => op.major === IRP_MJ_DIRECTORY_CONTROL && op.minor === IRP_MN_QUERY_DIRECTORY;

/** Whether anything of the answer can be rebuilt. */
export function rebuildsAnswer(op: NumberedOperation): boolean {
  if (isListing(op)) return entryLayouts.has(numberIn(op, 'FileInformationClass'));
  const layout = answerLayout(op);
  return layout !== undefined && (layout.members.length > 0 || layout.text !== undefined || op.detail['ObjectId'] !== undefined);
}

export function putAnswer(op: NumberedOperation, to: StructureBytes): void {
  if (isListing(op)) putEntries(op, to);
  else {
    putMembers(op, answerLayout(op), to);
    putObjectId(op, to);
  }
}

/** FILE_FS_OBJECTID_INFORMATION: the id is recorded as its bytes. */
function putObjectId({ major, detail }: NumberedOperation, to: StructureBytes): void {
  if (major === IRP_MJ_QUERY_VOLUME_INFORMATION && detail['ObjectId'] !== undefined) to.hex(0, detail['ObjectId']);
}

const aligned = (at: number): number => (at + 7) & ~7;

function putEntries(op: NumberedOperation, to: StructureBytes): void {
  const layout = entryLayouts.get(numberIn(op, 'FileInformationClass'));
  if (layout === undefined) return;
  const [lengthAt, nameAt] = layout;
  if (!Array.isArray(op.detail['Entries'])) return putUnknownEntry(lengthAt, nameAt, to);
  let last = -1;
  let at = 0;
  for (const name of entriesOf(op)) {
    if (at + nameAt + name.length * 2 > to.length) break;
    if (last >= 0) to.integer(last, 4, at - last);
    // The chain ends with the last name that was recorded, so that it can be walked.
    to.integer(at, 4, 0, op.detail['EntriesCut'] === true ? byteOrigin.assumed : byteOrigin.rebuilt);
    to.counted(at + lengthAt, at + nameAt, name);
    last = at;
    at = aligned(at + nameAt + name.length * 2);
  }
}

/** Names that were not recorded: one entry stands for them, with a name that is not known, so that the list can be walked. */
function putUnknownEntry(lengthAt: number, nameAt: number, to: StructureBytes): void {
  to.integer(0, 4, 0, byteOrigin.assumed);
  to.integer(lengthAt, 4, Math.min(longestName, Math.max(0, to.length - nameAt)) & ~1, byteOrigin.assumed);
}

/** Bytes of the longest name a directory holds. */
const longestName = 510;

function* entriesOf({ detail }: NumberedOperation): Generator<string> {
  const entries = detail['Entries'];
  if (!Array.isArray(entries)) return;
  for (const name of entries as readonly unknown[]) if (typeof name === 'string') yield name;
}

/** Bytes that all recorded entries take together; 0 where there are none. */
export function entriesBytes(op: NumberedOperation): number {
  const nameAt = entryLayouts.get(numberIn(op, 'FileInformationClass'))?.[1];
  if (nameAt === undefined) return 0;
  let end = 0;
  for (const name of entriesOf(op)) end = (end === 0 ? 0 : aligned(end)) + nameAt + name.length * 2;
  return end;
}

/** Bytes of an answer: its structure with the recorded text behind it. 0 where that cannot be told. */
export function answerBytes(op: NumberedOperation): number {
  if (isListing(op)) return entriesBytes(op);
  const layout = answerLayout(op);
  if (layout === undefined) return 0;
  if (layout.text === undefined) return layout.size;
  const text = op.detail[layout.text[0]];
  return typeof text === 'string' ? layout.text[2] + text.length * 2 : 0;
}

/** IoStatus.Information as recorded, else as the answer implies it; null where nothing tells. */
export function answerInformation(op: NumberedOperation): number | null {
  if (op.information !== null || !wasAnswered(op)) return op.information;
  const bytes = answerBytes(op);
  if (bytes === 0) return null;
  return op.length === null ? bytes : Math.min(op.length, bytes);
}
