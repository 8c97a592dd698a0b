/** A part of a whole in percent with one digit, never rounded up: `100 %` means all of it. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return '–';
  const tenths = Math.floor((part * 1000) / whole);
  return `${tenths === 1000 ? '100' : (tenths / 10).toFixed(1)} %`;
}
