/** Access rights of registry keys. Source: winnt.h (KEY_*); the standard rights are those of every object. */
import { accessMask } from './tables.generated.ts';
import type { ConstantRow } from './tableRows.ts';

const firstStandardRight = 0x1_0000;

/** One name for each bit. */
export const keyRights: readonly ConstantRow[] = [
  ['KEY_QUERY_VALUE', 0x1, 'read values'], ['KEY_SET_VALUE', 0x2, 'write values'], ['KEY_CREATE_SUB_KEY', 0x4, 'create subkeys'], ['KEY_ENUMERATE_SUB_KEYS', 0x8, 'list subkeys'],
  ['KEY_NOTIFY', 0x10, 'hear of changes'], ['KEY_CREATE_LINK', 0x20, 'create a link'], ['KEY_WOW64_64KEY', 0x100, 'the 64-bit view'], ['KEY_WOW64_32KEY', 0x200, 'the 32-bit view'],
  ...accessMask.filter(([, value]) => value >= firstStandardRight && (value & (value - 1)) === 0),
];

/** Rights that are asked for together. */
export const keyRightSets: readonly ConstantRow[] = [['KEY_READ', 0x2_0019, 'all that reads'], ['KEY_WRITE', 0x2_0006, 'all that writes'], ['KEY_ALL_ACCESS', 0xf_003f, 'everything']];
