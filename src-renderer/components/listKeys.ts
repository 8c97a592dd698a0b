/** Where a key moves the current row of a list; null where the key is none of the list's. */
export function movedRow(key: string, current: number, rowCount: number, pageRows: number): number | null {
  if (rowCount === 0) return null;
  const last = rowCount - 1;
  const clamp = (row: number): number => Math.min(Math.max(0, row), last);
  switch (key) {
    case 'ArrowDown': return clamp(current + 1);
    case 'ArrowUp': return current < 0 ? 0 : clamp(current - 1);
    case 'PageDown': return clamp(Math.max(current, 0) + pageRows);
    case 'PageUp': return clamp(current - pageRows);
    case 'Home': return 0;
    case 'End': return last;
    default: return null;
  }
}
