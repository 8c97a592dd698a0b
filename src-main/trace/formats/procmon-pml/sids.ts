/** `S-1-5-18` of a binary SID: u8 revision, u8 count, 6-byte big-endian authority, u32 sub-authorities. Source: procmon-formats.md 10.4, CreateFile. */
export function sidText(bytes: Uint8Array, view: DataView, at: number, size: number, end: number): string | null {
  const count = bytes[at + 1] ?? 0;
  if (size < 8 || at + size > end || size < 8 + count * 4) return null;
  const authority = view.getUint16(at + 2, false) * 0x1_0000_0000 + view.getUint32(at + 4, false);
  let text = `S-${bytes[at] ?? 0}-${authority}`;
  for (let i = 0; i < count; i++) text += `-${view.getUint32(at + 8 + i * 4, true)}`;
  return text;
}
