import { describe, expect, it } from 'vitest';
import type { KBUFFER, MDL } from '../../../../src-main/driver-api/kbuffer.ts';
import { STATUS_ACCESS_VIOLATION, STATUS_INVALID_PARAMETER_4, STATUS_SUCCESS } from '../../../../src-main/nt/values.generated.ts';
import { testDriver } from '../../../support/driver-api/driver.ts';

const POOL_FLAG_UNINITIALIZED = 0x2n;
const POOL_FLAG_NON_PAGED = 0x40n;
const POOL_FLAG_PAGED = 0x100n;
const NonPagedPool = 0;
const PagedPool = 1;

describe('pool memory', () => {
  it('is cleared unless asked not to be; what was not cleared is unknown', () => {
    const driver = testDriver();
    const zeroed = driver.call<KBUFFER>('ExAllocatePool2', POOL_FLAG_NON_PAGED, 8, 'Tst1');
    const raw = driver.call<KBUFFER>('ExAllocatePool2', POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, 8, 'Tst1');
    expect([zeroed.u64(0), zeroed.isKnown(), zeroed.kind]).toEqual([0n, true, 'nonpaged']);
    expect([raw.isKnown(), raw.kind]).toEqual([false, 'paged']);
    expect(driver.call<KBUFFER>('ExAllocatePoolWithTag', NonPagedPool, 8, 'Tst1').isKnown()).toBe(false);
    expect(driver.call<KBUFFER>('ExAllocatePoolZero', PagedPool, 8, 'Tst1').isKnown()).toBe(true);
  });

  it('is not given for flags that name no pool, or two', () => {
    const driver = testDriver();
    expect(driver.call('ExAllocatePool2', 0n, 8, 'Tst1')).toBeNull();
    expect(driver.call('ExAllocatePool2', POOL_FLAG_NON_PAGED | POOL_FLAG_PAGED, 8, 'Tst1')).toBeNull();
    expect(driver.call('ExAllocatePool2', POOL_FLAG_PAGED, 8, 0)).toBeNull();
  });

  it('is in the leak report with tag, size and place until it is freed', () => {
    let line = 10;
    const driver = testDriver({ callSite: () => ({ driver: 'sample', line: line++, column: 1 }) });
    const first = driver.call<KBUFFER>('ExAllocatePoolWithTag', PagedPool, 100, 'Scan');
    const second = driver.call<KBUFFER>('FltAllocatePoolAlignedWithTag', { id: 'instance' }, NonPagedPool, 512, 'Buff');
    expect(driver.ledger.outstanding().map(({ kind, tag, size, site }) => [kind, tag, size, site?.line])).toEqual([['pool', 'Scan', 100, 10], ['pool', 'Buff', 512, 11]]);
    expect(driver.ledger.report()).toEqual([`${first.id}, 100 bytes, tag Scan, from sample line 10`, `${second.id}, 512 bytes, tag Buff, from sample line 11`]);
    driver.call('ExFreePoolWithTag', first, 'Scan');
    driver.call('FltFreePoolAlignedWithTag', { id: 'instance' }, second, 'Buff');
    expect(driver.ledger.report()).toEqual([]);
  });

  it('cannot be freed twice, with another tag, in the middle, or by somebody who does not own it', () => {
    const driver = testDriver();
    const buffer = driver.call<KBUFFER>('ExAllocatePoolZero', PagedPool, 16, 'Abcd');
    expect(() => driver.call('ExFreePoolWithTag', buffer, 'Dcba')).toThrow(/was allocated with tag Abcd, not Dcba/);
    expect(() => driver.call('ExFreePool', buffer.at(8))).toThrow(/middle of an allocation/);
    driver.call('ExFreePool', buffer);
    expect(() => driver.call('ExFreePool', buffer)).toThrow(/has been freed already/);
    expect(() => buffer.u8(0)).toThrow(/after it had been freed/);
  });

  it('from paged pool is refused at DISPATCH_LEVEL, and that is FV-090', () => {
    const driver = testDriver();
    expect(driver.at(2, () => driver.call('ExAllocatePoolWithTag', PagedPool, 8, 'Tst1'))).toBeNull();
    expect(driver.at(2, () => driver.call('ExAllocatePoolWithTag', NonPagedPool, 8, 'Tst1'))).not.toBeNull();
    expect(driver.violations.map(({ id, sentence }) => [id, sentence])).toEqual([['FV-090', 'sample called ExAllocatePoolWithTag at DISPATCH_LEVEL; the limit is APC_LEVEL.']]);
  });

  it('can fail on demand', () => {
    const driver = testDriver({ allocate: (routine) => routine !== 'ExAllocatePoolZero' });
    expect(driver.call('ExAllocatePoolZero', PagedPool, 8, 'Tst1')).toBeNull();
    expect(driver.call('ExAllocatePoolWithTag', PagedPool, 8, 'Tst1')).not.toBeNull();
    // POOL_RAISE_IF_ALLOCATION_FAILURE
    expect(() => driver.call('ExAllocatePoolZero', PagedPool | 16, 8, 'Tst1')).toThrow(/asked to raise/);
  });

  it('comes from lookaside lists too, which have to be deleted', () => {
    const driver = testDriver();
    const list = {};
    driver.call('ExInitializeNPagedLookasideList', list, null, null, 0, 24, 'Look', 0);
    const entry = driver.call<KBUFFER>('ExAllocateFromNPagedLookasideList', list);
    expect([entry.length, entry.kind]).toEqual([24, 'nonpaged']);
    driver.call('ExFreeToNPagedLookasideList', list, entry);
    expect(driver.ledger.report()).toEqual(['lookaside list Look, tag Look']);
    driver.call('ExDeleteNPagedLookasideList', list);
    expect(driver.ledger.report()).toEqual([]);
    expect(() => driver.call('ExAllocateFromNPagedLookasideList', list)).toThrow(/has not been initialized, or has been deleted/);
    expect(driver.call('ExInitializeLookasideListEx', {}, null, null, 77, 0, 8, 'Look', 0)).toBe(STATUS_INVALID_PARAMETER_4);
    const given: unknown[] = [];
    expect(driver.call('ExInitializeLookasideListEx', list, (...args: unknown[]) => given.push(args.slice(0, 3)), null, PagedPool, 0, 8, 'Look', 0)).toBe(STATUS_SUCCESS);
    driver.call('ExAllocateFromLookasideListEx', list);
    expect(given).toEqual([[PagedPool, 8, 'Look']]);
  });
});

describe('plain memory', () => {
  const driver = testDriver();
  const buffer = (...bytes: number[]): KBUFFER => {
    const made = driver.call<KBUFFER>('ExAllocatePoolZero', NonPagedPool, Math.max(bytes.length, 1), 'Mem1');
    bytes.forEach((byte, at) => made.setU8(at, byte));
    return made;
  };

  it('is copied, cleared, filled and compared', () => {
    const source = buffer(1, 2, 3, 4, 5, 6, 7, 8);
    const target = buffer(0, 0, 0, 0, 0, 0, 0, 0);
    driver.call('RtlCopyMemory', target, source, 5);
    expect([...target.bytes()]).toEqual([1, 2, 3, 4, 5, 0, 0, 0]);
    expect(driver.call('RtlCompareMemory', source, target, 8)).toBe(5);
    expect(driver.call('RtlEqualMemory', source, target, 5)).toBe(true);
    driver.call('RtlMoveMemory', target.at(2), target, 4);
    expect([...target.bytes()]).toEqual([1, 2, 1, 2, 3, 4, 0, 0]);
    driver.call('RtlFillMemoryUlong', target, 8, 0x04030201);
    expect(driver.call('RtlCompareMemoryUlong', target, 8, 0x04030201)).toBe(8);
    driver.call('RtlZeroMemory', target, 8);
    expect(target.u64(0)).toBe(0n);
    expect(driver.call('memcmp', buffer(1, 9), buffer(1, 3), 2)).toBe(1);
  });

  it('raises an access violation outside its bytes, which the driver can catch', () => {
    let code = 0;
    try {
      driver.call('RtlCopyMemory', buffer(1), buffer(1, 2, 3), 3);
    } catch (error) {
      code = (error as { GetExceptionCode(): number }).GetExceptionCode();
    }
    expect(code).toBe(STATUS_ACCESS_VIOLATION);
    expect(() => driver.call('ProbeForRead', buffer(1), 1, 1)).toThrow(/no user buffer/);
    expect(() => driver.call('ProbeForRead', null, 4, 1)).toThrow(/not 4 bytes/);
    expect(() => driver.call('ProbeForRead', null, 0, 1)).not.toThrow();
  });
});

describe('MDLs', () => {
  it('are another name for the bytes, and the driver\'s to free', () => {
    const driver = testDriver();
    const buffer = driver.call<KBUFFER>('ExAllocatePoolZero', NonPagedPool, 32, 'Mdl1');
    const mdl = driver.call<MDL>('IoAllocateMdl', buffer, 32, false, false, null);
    driver.call('MmBuildMdlForNonPagedPool', mdl);
    driver.call<KBUFFER>('MmGetSystemAddressForMdlSafe', mdl, 16).setU32(4, 77);
    expect(buffer.u32(4)).toBe(77);
    expect(driver.call('MmGetMdlByteCount', mdl)).toBe(32);
    const part = driver.call<MDL>('IoAllocateMdl', buffer, 8, false, false, null);
    driver.call('IoBuildPartialMdl', mdl, part, buffer.at(4), 8);
    expect(driver.call<KBUFFER>('MmGetSystemAddressForMdlSafe', part, 16).u32(0)).toBe(77);
    expect(driver.ledger.outstanding().map(({ kind }) => kind)).toEqual(['pool', 'mdl', 'mdl']);
    driver.call('IoFreeMdl', part);
    driver.call('IoFreeMdl', mdl);
    expect(() => driver.call('IoFreeMdl', mdl)).toThrow(/freed already/);
    expect(() => driver.call('MmGetSystemAddressForMdlSafe', mdl, 16)).toThrow(/after IoFreeMdl/);
    expect(() => driver.call('IoAllocateMdl', buffer, 33)).toThrow(/has 32 bytes/);
  });

  it('need locked pages for paged memory', () => {
    const driver = testDriver();
    const mdl = driver.call<MDL>('IoAllocateMdl', driver.call('ExAllocatePoolZero', PagedPool, 8, 'Mdl1'), 8);
    expect(() => driver.call('MmBuildMdlForNonPagedPool', mdl)).toThrow(/MmProbeAndLockPages/);
    expect(() => driver.call('MmUnlockPages', mdl)).toThrow(/not locked/);
    driver.call('MmProbeAndLockPages', mdl, 0, 0);
    driver.call('MmUnlockPages', mdl);
  });
});
