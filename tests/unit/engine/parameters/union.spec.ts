import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILE_OBJECT, FLT_IO_PARAMETER_BLOCK, LARGE_INTEGER, parameterSlots } from '../../../../src-main/engine/index.ts';
import { ParameterBlock } from '../../../../src-main/engine/fltmgr/parameterBlock.ts';
import { fltParameters } from '../../../../src-main/nt/tables.generated.ts';
import type { FltParametersField, FltParametersRow } from '../../../../src-main/nt/tableRows.ts';
import { IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_SET_INFORMATION } from '../../../../src-main/nt/values.generated.ts';
import { iopbState } from '../../../../src-main/engine/fltmgr/parameters.ts';

type Fields = Record<string, unknown>;

function iopbOf(major: number, member: string | null, values: Fields): FLT_IO_PARAMETER_BLOCK {
  return new FLT_IO_PARAMETER_BLOCK(new ParameterBlock(0, major, 0, 0, 0, new FILE_OBJECT({ id: 'fo1', volume: 'V1' }), parameterSlots(member, values)), null);
}

/** `DirectoryControl.QueryDirectory` is nested in the union, as in C. */
const viewOf = (iopb: FLT_IO_PARAMETER_BLOCK, member: string): Fields => member.split('.').reduce<Fields>((object, part) => object[part] as Fields, iopb.Parameters as unknown as Fields);

// ---- the same union as 48 bytes of memory

const sizes: Readonly<Record<string, number>> = { USHORT: 2, UCHAR: 1, BOOLEAN: 1, 'BOOLEAN[3]': 3, LARGE_INTEGER: 8, ULONG_PTR: 8 };
const isPointer = (type: string): boolean => /^P|\*$/.test(type);
const isPlain = (row: FltParametersRow, field: FltParametersField): boolean => row.member !== 'Others' && !isPointer(field.type);
const sizeOf = (type: string): number => sizes[type] ?? 4;

function readBytes(memory: DataView, { type, offset }: FltParametersField): number | bigint {
  if (type === 'LARGE_INTEGER') return memory.getBigInt64(offset, true);
  let value = 0n;
  for (let at = sizeOf(type) - 1; at >= 0; at--) value = (value << 8n) | BigInt(memory.getUint8(offset + at));
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function writeBytes(memory: DataView, { type, offset }: FltParametersField, value: bigint): void {
  for (let at = 0; at < sizeOf(type); at++) memory.setUint8(offset + at, Number((BigInt.asUintN(64, value) >> BigInt(8 * at)) & 0xffn));
}

const plainFields = fltParameters.flatMap((row) => row.fields.filter((field) => isPlain(row, field)).map((field) => ({ row, field })));

function expectSame(iopb: FLT_IO_PARAMETER_BLOCK, memory: DataView): void {
  for (const { row, field } of plainFields) {
    const value = viewOf(iopb, row.member)[field.name];
    expect(value instanceof LARGE_INTEGER ? value.QuadPart : value, `${row.member}.${field.name}`).toBe(readBytes(memory, field));
  }
}

const write = fc.record({ at: fc.nat(plainFields.length - 1), value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) });

describe('the union as memory', () => {
  it('reads and writes like 48 bytes at the offsets of 64-bit Windows, whichever members are used', () => {
    fc.assert(fc.property(fc.array(write, { minLength: 1, maxLength: 12 }), (writes) => {
      const iopb = iopbOf(IRP_MJ_READ, null, {});
      const memory = new DataView(new ArrayBuffer(48));
      for (const { at, value } of writes) {
        const { row, field } = plainFields[at] as (typeof plainFields)[number];
        const given = field.type === 'LARGE_INTEGER' ? BigInt.asIntN(64, value) : BigInt.asUintN(8 * sizeOf(field.type), value);
        viewOf(iopb, row.member)[field.name] = field.type === 'LARGE_INTEGER' || given > BigInt(Number.MAX_SAFE_INTEGER) ? given : Number(given);
        writeBytes(memory, field, given);
      }
      expectSame(iopb, memory);
    }));
  });

  it('starts as the bytes of the member that was issued', () => {
    fc.assert(fc.property(fc.constantFrom(...fltParameters.filter(({ member }) => member !== 'Others')), fc.array(fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }), { minLength: 8, maxLength: 8 }), (row, numbers) => {
      const memory = new DataView(new ArrayBuffer(48));
      const values: Fields = {};
      row.fields.forEach((field, at) => {
        if (!isPlain(row, field)) return;
        const value = BigInt.asUintN(Math.min(8 * sizeOf(field.type), 53), numbers[at] ?? 0n);
        values[field.name] = field.type === 'LARGE_INTEGER' ? value : Number(value);
        writeBytes(memory, field, value);
      });
      expectSame(iopbOf(IRP_MJ_READ, row.member, values), memory);
    }));
  });
});

describe('pointers seen as numbers', () => {
  it('gives NULL for a pointer over zeros', () => {
    const { Parameters } = iopbOf(IRP_MJ_CREATE, 'Create', {});
    expect(Parameters.Read['ReadBuffer']).toBeNull();
    expect(Parameters.Read['MdlAddress']).toBeNull();
  });

  it('gives the object itself where both members have an address', () => {
    const buffer = { id: 'pool1' };
    const { Parameters } = iopbOf(IRP_MJ_READ, 'Read', { MdlAddress: buffer });
    // 0x20: Read.MdlAddress, Create.EaBuffer, SetFileInformation.InfoBuffer, Others.Argument5
    expect(Parameters.Create['EaBuffer']).toBe(buffer);
    expect(Parameters.SetFileInformation['InfoBuffer']).toBe(buffer);
    expect(Parameters.Others['Argument5']).toBe(buffer);
  });

  it('keeps the fields that C declares over ReplaceIfExists', () => {
    const { Parameters } = iopbOf(IRP_MJ_SET_INFORMATION, 'SetFileInformation', { ReplaceIfExists: 1, AdvanceOnly: 1 });
    expect(Parameters.SetFileInformation['ClusterCount']).toBe(0x0101);
    expect(Object.keys(Parameters.SetFileInformation)).not.toContain('Argument1');
  });
});

describe('what may be stored', () => {
  const read = (): Fields => iopbOf(IRP_MJ_READ, 'Read', { Length: 4096, ByteOffset: 8n }).Parameters.Read;

  it.each([['Length', {}], ['Length', undefined], ['Length', 1.5], ['Length', Number.NaN], ['ByteOffset', null], ['ByteOffset', {}], ['ReadBuffer', undefined], ['ReadBuffer', true], ['ReadBuffer', 0.5]])('refuses %s = %s by name', (field, value) => {
    const view = read();
    expect(() => { view[field] = value; }).toThrow(new RegExp(`^Parameters\\.Read\\.${field} takes `));
    expect(view['Length']).toBe(4096);
  });

  it('takes negative numbers as their bits, booleans as 0 and 1, and bigints', () => {
    const view = read();
    view['Length'] = -1;
    view['Key'] = true;
    expect([view['Length'], view['Key']]).toEqual([0xffff_ffff, 1]);
    view['Length'] = 512n;
    expect(view['Length']).toBe(512);
  });

  it('refuses what is no integer or file object in the head of the block', () => {
    const iopb = iopbOf(IRP_MJ_READ, 'Read', {});
    expect(() => { iopb.IrpFlags = 'x' as unknown as number; }).toThrow('IrpFlags takes an integer');
    expect(() => { iopb.TargetFileObject = {} as FILE_OBJECT; }).toThrow('TargetFileObject takes a PFILE_OBJECT or NULL');
    iopb.MinorFunction = -1;
    expect(iopb.MinorFunction).toBe(0xff);
  });

  it('leaves a kept block alone when another view writes', () => {
    const iopb = iopbOf(IRP_MJ_READ, 'Read', { Length: 4096, ByteOffset: 0x1_0000_0000n });
    const kept = iopbState(iopb).share();
    iopb.Parameters.Create['FileAttributes'] = 0x80;
    expect(kept.slots[2]).toBe(0x1_0000_0000n);
    expect((iopb.Parameters.Read['ByteOffset'] as LARGE_INTEGER).QuadPart).toBe(0x1_0000_0080n);
  });
});
