/**
 * Memory descriptor lists.
 *
 * Source: IoAllocateMdl, MmBuildMdlForNonPagedPool, MmGetSystemAddressForMdlSafe, MmProbeAndLockPages, IoBuildPartialMdl and their pages;
 * driver-api-usage.md 5.5. There are no pages: an MDL is another name for the bytes of a buffer.
 */
import { STATUS_ACCESS_VIOLATION } from '../../nt/values.generated.ts';
import { MDL, type KBUFFER } from '../kbuffer.ts';
import type { DriverServices, Routines } from '../services.ts';
import { KernelException } from './memory.ts';

export function mdlRoutines(services: DriverServices): Routines {
  const { world } = services;
  const locked = new WeakSet<MDL>();
  const alive = (routine: string, mdl: MDL): MDL => {
    if (mdl.freed) throw new RangeError(`${routine}: ${mdl.id} was used after IoFreeMdl`);
    return mdl;
  };
  const map = (routine: string) => (mdl: MDL): KBUFFER | null => (services.mayAllocate(routine) ? alive(routine, mdl).map() : null);
  const lock = (routine: string) => (mdl: MDL): void => {
    if (alive(routine, mdl).buffer.freed) throw new KernelException(STATUS_ACCESS_VIOLATION, `${routine}: ${mdl.buffer.id} is not there any more.`);
    locked.add(mdl);
  };
  return {
    IoAllocateMdl: (buffer: KBUFFER, length: number) => {
      if (length > buffer.length) throw new RangeError(`IoAllocateMdl: ${buffer.id} has ${buffer.length} bytes; ${length} cannot be described`);
      if (!services.mayAllocate('IoAllocateMdl')) return null;
      const mdl = new MDL(world.objects.next(), buffer, length);
      services.take('mdl', mdl, mdl.id, { size: length });
      return mdl;
    },
    IoFreeMdl: (mdl: MDL) => {
      if (mdl.freed) throw new RangeError(`IoFreeMdl: ${mdl.id} has been freed already`);
      if (!world.engine.mayFree(mdl)) return;
      MDL.free(mdl);
      services.ledger.giveBack(mdl);
    },
    MmBuildMdlForNonPagedPool: (mdl: MDL) => {
      const { buffer } = alive('MmBuildMdlForNonPagedPool', mdl);
      if (buffer.kind === 'paged' || buffer.kind === 'user') throw new TypeError(`MmBuildMdlForNonPagedPool: ${buffer.id} is not nonpaged memory; lock it with MmProbeAndLockPages`);
    },
    IoBuildPartialMdl: (source: MDL, target: MDL, address: KBUFFER, length: number) => {
      alive('IoBuildPartialMdl', source);
      const bytes = length === 0 ? address.length : length;
      if (bytes > address.length || bytes > source.ByteCount) throw new RangeError(`IoBuildPartialMdl: ${source.id} describes ${source.ByteCount} bytes; ${bytes} are not within them`);
      MDL.redirect(alive('IoBuildPartialMdl', target), address.at(0, bytes));
    },
    MmGetSystemAddressForMdlSafe: map('MmGetSystemAddressForMdlSafe'),
    MmGetSystemAddressForMdl: map('MmGetSystemAddressForMdl'),
    MmMapLockedPagesSpecifyCache: map('MmMapLockedPagesSpecifyCache'),
    MmUnmapLockedPages: () => undefined,
    MmGetMdlVirtualAddress: (mdl: MDL) => alive('MmGetMdlVirtualAddress', mdl).buffer,
    MmGetMdlByteCount: (mdl: MDL) => alive('MmGetMdlByteCount', mdl).ByteCount,
    MmGetMdlByteOffset: (mdl: MDL) => alive('MmGetMdlByteOffset', mdl).ByteOffset,
    MmPrepareMdlForReuse: (mdl: MDL) => {
      alive('MmPrepareMdlForReuse', mdl);
    },
    MmProbeAndLockPages: lock('MmProbeAndLockPages'),
    MmProbeAndLockProcessPages: lock('MmProbeAndLockProcessPages'),
    MmUnlockPages: (mdl: MDL) => {
      if (!locked.delete(alive('MmUnlockPages', mdl))) throw new RangeError(`MmUnlockPages: the pages of ${mdl.id} are not locked by MmProbeAndLockPages`);
    },
    MmIsAddressValid: (address: unknown) => typeof address === 'object' && address !== null && !('freed' in address && address.freed === true),
  };
}
