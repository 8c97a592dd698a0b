/** Groups files that may be parts of one Process Monitor log by their names: `name.PML` with `name-1.PML`, `name-2.PML`, in this order (procmon-formats.md 16). */
export function groupLogParts<T extends { readonly name: string }>(files: readonly T[]): readonly (readonly T[])[] {
  const byName = new Map(files.map((file) => [file.name.toLowerCase(), file]));
  const groups = new Map<T, { readonly number: number; readonly file: T }[]>();
  for (const file of files) {
    const match = /^(.*)-([1-9]\d{0,3})(\.pml)$/i.exec(file.name);
    const first = match === null ? undefined : byName.get(`${match[1] ?? ''}${match[3] ?? ''}`.toLowerCase());
    const group = groups.get(first ?? file) ?? [];
    group.push({ number: first === undefined ? 0 : Number(match?.[2] ?? 0), file });
    groups.set(first ?? file, group);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.number - b.number).map(({ file }) => file));
}
