/**
 * Writes src-main/nt/tables.generated.ts (tables with meanings) and values.generated.ts (one constant a name) from a constants.json (schema 1, see its `meta`).
 *
 * Usage: node scripts/make-nt.ts PATH/TO/constants.json
 *
 * Only names, values, meanings and layouts are kept; which headers agreed on a value stays in the source.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Row {
  readonly name: string;
  readonly value: number;
  readonly meaning?: string;
  readonly [more: string]: unknown;
}

const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node scripts/make-nt.ts PATH/TO/constants.json');
  process.exit(2);
}
const all = JSON.parse(readFileSync(source, 'utf8')) as Record<string, unknown>;
const out: string[] = [
  '// Made by scripts/make-nt.ts from constants.json; do not edit by hand.',
  "import type { ConstantRow, ControlCodeRow, FltParametersRow, IrpMajorRow, IrpMinorRow, ProcmonOperationRow } from './tableRows.ts';",
  '',
];
const lit = (value: unknown): string => JSON.stringify(value);
const rows = (key: string): Row[] => all[key] as Row[];

const named = Object.entries(all).filter(
  ([key, value]) =>
    Array.isArray(value) && value.length > 0 && typeof (value[0] as Row).value === 'number' && typeof (value[0] as Row).name === 'string' &&
    !['irpMajor', 'irpMinor', 'fsctl'].includes(key),
);
for (const [key] of named) {
  out.push(`export const ${key}: readonly ConstantRow[] = [`);
  for (const row of rows(key)) out.push(`  [${lit(row.name)}, ${row.value}, ${lit(row.meaning ?? '')}],`);
  out.push('];', '');
}
out.push('export const irpMajor: readonly IrpMajorRow[] = [');
for (const r of rows('irpMajor'))
  out.push(`  { name: ${lit(r.name)}, value: ${r.value}, kind: ${lit(r['kind'])}, forms: ${lit(r['forms'])}, fltParameters: ${lit(r['fltParameters'])}, registrable: ${r['registrable']}, postAllowed: ${r['postAllowed']}, meaning: ${lit(r.meaning)} },`);
out.push('];', '', 'export const irpMinor: readonly IrpMinorRow[] = [');
for (const r of rows('irpMinor')) out.push(`  { major: ${lit(r['major'])}, name: ${lit(r.name)}, value: ${r.value}, meaning: ${lit(r.meaning)} },`);
out.push('];', '', 'export const fsctl: readonly ControlCodeRow[] = [');
for (const r of rows('fsctl')) out.push(`  { name: ${lit(r.name)}, value: ${r.value}, method: ${lit(r['method'])}, access: ${lit(r['access'])}, meaning: ${lit(r.meaning)} },`);
out.push('];', '', 'export const fltParameters: readonly FltParametersRow[] = [');
for (const m of all['fltParameters'] as Record<string, unknown>[]) {
  out.push(`  { member: ${lit(m['member'])}, majors: ${lit(m['majors'])}, when: ${lit(m['when'])}, fields: [`);
  for (const f of m['fields'] as Record<string, unknown>[])
    out.push(`    { name: ${lit(f['name'])}, type: ${lit(f['type'])}, offset: ${lit(f['x64'])}, role: ${lit(f['role'])}, meaning: ${lit(f['meaning'])} },`);
  out.push('  ] },');
}
out.push('];', '', 'export const procmonOperations: readonly ProcmonOperationRow[] = [');
for (const p of all['procmonOperations'] as Record<string, unknown>[])
  out.push(`  { display: ${lit(p['display'])}, major: ${lit(p['major'])}, minor: ${lit(p['minor'])}, class: ${lit(p['class'])} },`);
out.push('];', '', '/** Types of extra create parameters that the system defines: name and GUID. */', 'export const ecpGuids: readonly (readonly [name: string, guid: string])[] = [');
for (const { name, guid } of all['ecpGuids'] as { readonly name: string; readonly guid: string }[]) out.push(`  [${lit(name)}, ${lit(guid)}],`);
out.push('];', '');
writeFileSync(new URL('../src-main/nt/tables.generated.ts', import.meta.url), out.join('\n'));

const seen = new Set<string>();
const values = [
  '// Made by scripts/make-nt.ts from constants.json; do not edit by hand.',
  "import type { NTSTATUS } from './ntStatus.ts';",
  '',
];
for (const [key, value] of Object.entries(all)) {
  if (!Array.isArray(value)) continue;
  for (const row of value as Row[]) {
    if (typeof row.value !== 'number' || typeof row.name !== 'string' || seen.has(row.name) || !/^\w+$/.test(row.name)) continue;
    seen.add(row.name);
    const hex = typeof row['hex'] === 'string' ? row['hex'] : String(row.value);
    values.push(`export const ${row.name} = ${hex}${key === 'ntstatus' ? ' as NTSTATUS' : ''};`);
  }
}
const end = all['irpMajorEnd'] as Row;
values.push(`export const ${end.name} = ${String(end['hex'])};`, '');
writeFileSync(new URL('../src-main/nt/values.generated.ts', import.meta.url), values.join('\n'));
