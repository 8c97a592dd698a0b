import { describe, expect, it } from 'vitest';
import { driverConstants } from '../../../src-main/driver-api/constants.ts';
import * as tables from '../../../src-main/nt/tables.generated.ts';

const byName = new Map(driverConstants.map(({ name, value }) => [name, value]));

describe('constants a driver may name', () => {
  it('are all of the header tables', () => {
    const rows = Object.values(tables).flatMap((table) => (table as readonly unknown[]).filter((row): row is readonly [string, number, string] => Array.isArray(row) && typeof row[1] === 'number'));
    const missing = rows.map(([name]) => name).filter((name) => /^[A-Z]\w*$/.test(name) && !byName.has(name));
    expect(missing).toEqual([]);
  });

  it('hold what fltKernel.h says', () => {
    expect(byName.get('FLT_REGISTRATION_VERSION')).toBe(0x203);
    expect(byName.get('FLT_FSTYPE_NPFS')).toBe(25);
    expect(byName.get('FLT_FSTYPE_REFS')).toBe(28);
    expect(byName.get('IO_REPARSE')).toBe(0);
    expect(byName.get('FLT_PORT_ALL_ACCESS')).toBe(0x1f0001);
  });
});
