/**
 * Procmon's words for the registry: value types, information classes, dispositions, and data shown short.
 *
 * Source: procmon-formats.md 11, and the structures of the Windows headers it names (KEY_*_INFORMATION, KEY_VALUE_*_INFORMATION).
 */
export const valueTypes = [
  'REG_NONE', 'REG_SZ', 'REG_EXPAND_SZ', 'REG_BINARY', 'REG_DWORD', 'REG_DWORD_BIG_ENDIAN', 'REG_LINK', 'REG_MULTI_SZ', 'REG_RESOURCE_LIST', 'REG_FULL_RESOURCE_DESCRIPTOR',
  'REG_RESOURCE_REQUIREMENTS_LIST', 'REG_QWORD',
] as const;

/** KEY_INFORMATION_CLASS in the short form in which Procmon prints it (`Query: Cached`). */
export const keyClasses = ['Basic', 'Node', 'Full', 'Name', 'Cached', 'Flags', 'Virtualization', 'HandleTags', 'Trust', 'Layer'] as const;

/** KEY_SET_INFORMATION_CLASS. */
export const keySetClasses = [
  'KeyWriteTimeInformation', 'KeyWow64FlagsInformation', 'KeyControlFlagsInformation', 'KeySetVirtualizationInformation', 'KeySetDebugInformation', 'KeySetHandleTagsInformation',
  'KeySetLayerInformation',
] as const;

/** What a create did. */
export const keyDispositions = ['', 'REG_CREATED_NEW_KEY', 'REG_OPENED_EXISTING_KEY'] as const;
