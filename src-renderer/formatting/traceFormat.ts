/** The importers' format ids in words; an id without an entry is shown as it is. */
const titles: Readonly<Record<string, string>> = {
  'procmon-pml-9': 'Process Monitor log (PML 9)',
  'procmon-csv': 'Process Monitor CSV export',
  'fltreplay-jsonl': 'FltReplay JSON Lines',
};

export function formatTitle(format: string): string {
  return titles[format] ?? format;
}
