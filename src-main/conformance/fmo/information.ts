/** Buffers of the information classes, as set requests bring them. Layouts: iopb-and-constants.md, section 6 (x64). */
import type { KBUFFER } from '../../driver-api/kbuffer.ts';
import { fileInformationClassFromName } from '../../nt/names.ts';
import { makeBuffer, putText } from './buffers.ts';
import { NotationError } from './lineReader.ts';
import { memberOf, type World } from './world.ts';
import type { Value } from './vector.ts';
import { isTrue, needFlags } from './words.ts';

/** Looks up a keyed argument. */
export type Keys = (...keys: string[]) => Value | null;

const sizes: Readonly<Record<string, number>> = {
  FileBasicInformation: 40, FileStandardInformation: 24, FileInternalInformation: 8, FileEaInformation: 4, FileAccessInformation: 4, FilePositionInformation: 8, FileModeInformation: 4,
  FileAlignmentInformation: 4, FileNetworkOpenInformation: 56, FileAttributeTagInformation: 8, FileDispositionInformation: 1, FileDispositionInformationEx: 4, FileEndOfFileInformation: 8,
  FileAllocationInformation: 8, FileValidDataLengthInformation: 8, FileStatInformation: 72, FileIdInformation: 24, FileCaseSensitiveInformation: 4,
};

/** Enough room for what a query of the class gives. */
export const informationLength = (className: string): number => sizes[className] ?? 1024;

const number = (value: Value | null, otherwise = 0): number => (value === null ? otherwise : needFlags(value, 'number'));
const truth = (value: Value | null): boolean => value !== null && isTrue(value);

/** FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION: flags at 0, root at 8, length at 16, name at 20. */
function targetBuffer(keys: Keys, world: World, extended: boolean): KBUFFER {
  const target = keys('target', 'name');
  if (target === null) throw new NotationError(null, 'a rename or a link needs target="…".');
  const text = /^[A-Za-z_]\w*:\\/.test(String(target.value)) ? world.fullPath(String(target.value)) : String(target.value);
  const buffer = makeBuffer('system', 24 + 2 * text.length);
  const replace = truth(keys('replace'));
  if (extended) buffer.setU32(0, number(keys('flags'), replace ? 1 : 0));
  else buffer.setU8(0, replace ? 1 : 0);
  const root = keys('root');
  if (root !== null) buffer.setPointer(8, memberOf(world.evaluate(root), ['fileObject']) ?? world.evaluate(root));
  buffer.setU32(16, 2 * text.length);
  putText(buffer, 20, text);
  return buffer;
}

function sized(length: number, value: number): KBUFFER {
  const buffer = makeBuffer('system', length);
  buffer.setU64(0, BigInt(value));
  return buffer;
}

function basicInformation(keys: Keys): KBUFFER {
  const buffer = makeBuffer('system', 40);
  const times = ['creation', 'access', 'write', 'change'];
  for (const [at, name] of times.entries()) buffer.setU64(8 * at, BigInt(number(keys(name))));
  buffer.setU32(32, number(keys('attributes')));
  return buffer;
}

/** The buffer of a SET_INFORMATION request. */
export function informationBuffer(className: string, keys: Keys, world: World): KBUFFER {
  if (fileInformationClassFromName(className) === undefined && !className.startsWith('FileFs')) throw new NotationError(null, `“${className}” is no information class.`);
  switch (className) {
    case 'FileRenameInformation':
    case 'FileLinkInformation':
    case 'FileRenameInformationBypassAccessCheck':
    case 'FileLinkInformationBypassAccessCheck': return targetBuffer(keys, world, false);
    case 'FileRenameInformationEx':
    case 'FileLinkInformationEx': return targetBuffer(keys, world, true);
    case 'FileDispositionInformation': {
      const buffer = makeBuffer('system', 1);
      buffer.setU8(0, truth(keys('delete')) ? 1 : 0);
      return buffer;
    }
    case 'FileDispositionInformationEx': {
      const buffer = makeBuffer('system', 4);
      buffer.setU32(0, number(keys('flags'), truth(keys('delete')) ? 1 : 0));
      return buffer;
    }
    case 'FileShortNameInformation': {
      const text = String(keys('target', 'name', 'short')?.value ?? '');
      const buffer = makeBuffer('system', 4 + 2 * text.length);
      buffer.setU32(0, 2 * text.length);
      putText(buffer, 4, text);
      return buffer;
    }
    case 'FileBasicInformation': return basicInformation(keys);
    default: return sized(Math.max(8, informationLength(className) === 1024 ? 8 : informationLength(className)), number(keys('size', 'value')));
  }
}
