/** OBJECT_ATTRIBUTES: what an object to be opened is called, and how. Source: InitializeObjectAttributes, ntdef.h. */
export class OBJECT_ATTRIBUTES {
  RootDirectory: unknown = null;
  ObjectName: unknown = null;
  /** OBJ_* */
  Attributes = 0;
  SecurityDescriptor: unknown = null;
  SecurityQualityOfService: unknown = null;
}

/** OBJ_* of ntdef.h */
export const objectFlags = {
  OBJ_INHERIT: 0x2, OBJ_PERMANENT: 0x10, OBJ_EXCLUSIVE: 0x20, OBJ_CASE_INSENSITIVE: 0x40, OBJ_OPENIF: 0x80, OBJ_OPENLINK: 0x100, OBJ_KERNEL_HANDLE: 0x200, OBJ_FORCE_ACCESS_CHECK: 0x400,
  OBJ_DONT_REPARSE: 0x1000,
} as const;

/** Name and root of what is to be opened; null where the argument is no OBJECT_ATTRIBUTES. A box of one will do. */
export function objectNameOf(value: unknown): { readonly name: string; readonly root: unknown } | null {
  const inner = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  if (typeof inner !== 'object' || inner === null || !('ObjectName' in inner)) return null;
  const { ObjectName: name } = inner;
  const text = typeof name === 'string' ? name : typeof name === 'object' && name !== null && 'Buffer' in name ? String(name.Buffer) : '';
  return { name: text, root: 'RootDirectory' in inner ? inner.RootDirectory : null };
}
