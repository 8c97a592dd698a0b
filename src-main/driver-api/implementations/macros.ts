/**
 * Macros, numbers, structures, debugging output.
 *
 * Source: wdm.h, ntdef.h, ntifs.h; driver-api-usage.md 5.5, 5.8, 5.12. The hottest of them are one expression each.
 */
import { APC_LEVEL, LARGE_INTEGER, UNICODE_STRING, type Ref } from '../../engine/index.ts';
import { ntError, ntInformation, ntSuccess, ntWarning } from '../../nt/ntStatus.ts';
import { IRP_MJ_SET_INFORMATION, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { formatDbgPrint } from '../format.ts';
import { KBUFFER } from '../kbuffer.ts';
import type { DriverServices, Routines } from '../services.ts';
import { structures } from '../structures/index.ts';
import { fieldOffset, sizeOf, struct, view } from '../structures/struct.ts';
import { GUID } from '../structures/valueClasses.ts';
import { IO_DRIVER_CREATE_CONTEXT } from '../driverCreateContext.ts';
import { store, textOf } from './common.ts';

const macros: Routines = {
  NT_SUCCESS: (status: number) => ntSuccess(status),
  NT_INFORMATION: (status: number) => ntInformation(status),
  NT_WARNING: (status: number) => ntWarning(status),
  NT_ERROR: (status: number) => ntError(status),
  FlagOn: (flags: number, flag: number) => (flags & flag) >>> 0,
  BooleanFlagOn: (flags: number, flag: number) => (flags & flag) !== 0,
  min: (a: number, b: number) => Math.min(a, b),
  max: (a: number, b: number) => Math.max(a, b),
  ROUND_TO_SIZE: (length: number, alignment: number) => Math.ceil(length / alignment) * alignment,
  ALIGN_UP_BY: (length: number, alignment: number) => Math.ceil(length / alignment) * alignment,
  ALIGN_DOWN_BY: (length: number, alignment: number) => Math.floor(length / alignment) * alignment,
  ROUND_TO_PAGES: (length: number) => Math.ceil(length / 4096) * 4096,
  BYTES_TO_PAGES: (length: number) => Math.ceil(length / 4096),
  IS_ALIGNED: (pointer: unknown, alignment: number) => (pointer instanceof KBUFFER ? KBUFFER.startOf(pointer) : Number(pointer ?? 0)) % alignment === 0,
  ARRAYSIZE: (array: { readonly length: number }) => array.length,
  RTL_NUMBER_OF: (array: { readonly length: number }) => array.length,
  RTL_CONSTANT_STRING: (text: string) => new UNICODE_STRING(text),
  HandleToULong: (handle: unknown) => Number(handle) >>> 0,
  HandleToUlong: (handle: unknown) => Number(handle) >>> 0,
  ULongToHandle: (value: number) => value,
  UlongToHandle: (value: number) => value,
  UNREFERENCED_PARAMETER: () => undefined,
  ref: (initial?: unknown) => ({ value: initial ?? null }),
  LARGE_INTEGER: (value?: bigint | number | LARGE_INTEGER | null) => new LARGE_INTEGER(value instanceof LARGE_INTEGER ? value.QuadPart : (value ?? 0n)),
  IsEqualGUID: (first: unknown, second: unknown) => new GUID(String(first)).toString() === new GUID(String(second)).toString(),
  IoInitializeDriverCreateContext: (target: Ref<IO_DRIVER_CREATE_CONTEXT> | IO_DRIVER_CREATE_CONTEXT) => {
    store(target, new IO_DRIVER_CREATE_CONTEXT(), (context) => void Object.assign(context, new IO_DRIVER_CREATE_CONTEXT()));
  },
  sizeof: (what: unknown) => sizeOf(what),
  struct: (members: unknown, options?: { readonly name?: string; readonly pack?: number } | null) => struct(members, options ?? undefined),
  FIELD_OFFSET: (type: unknown, field: string) => fieldOffset(type, field),
  RTL_FIELD_SIZE: (type: unknown, field: string) => {
    const at = fieldOffset(type, field);
    const found = (type as { readonly fields: readonly { readonly name: string; readonly offset: number; readonly type: { readonly size: number } }[] }).fields.find((one) => one.name === field && one.offset === at);
    return found?.type.size ?? 0;
  },
};

/** The generator RtlRandom documents: a Lehmer generator modulo 2^31 - 1. */
const random = (seed: Ref<number>): number => {
  seed.value = Number((BigInt(seed.value >>> 0) * 0x7fffffedn + 0x7fffffc3n) % 0x7fffffffn);
  return seed.value;
};

function assertion(condition: unknown, what: string): boolean {
  if (!condition) throw new Error(`${what} failed: the condition is false`);
  return true;
}

function debugging(services: DriverServices): Routines {
  const { world } = services;
  const print = (format: unknown, ...args: unknown[]): number => {
    world.print(formatDbgPrint(textOf(format), args));
    return STATUS_SUCCESS;
  };
  const printEx = (_component: unknown, _level: unknown, format: unknown, ...args: unknown[]): number => print(format, ...args);
  // A breakpoint of the source is what stops here; without a debugger the kernel would go on or bug-check.
  const breakpoint = (): void => undefined;
  const bugCheck = (code: number, ...parameters: readonly unknown[]): never => {
    throw new Error(`KeBugCheckEx: the driver stopped the system with code 0x${(code >>> 0).toString(16).toUpperCase()}${parameters.length === 0 ? '' : ` (${parameters.map(String).join(', ')})`}`);
  };
  const uuids = { value: (world.seed >>> 0) % 0x7fffffff };
  return {
    DbgPrint: print, KdPrint: print, DbgPrintEx: printEx, KdPrintEx: printEx,
    ASSERT: (condition: unknown) => {
      assertion(condition, 'ASSERT');
    },
    NT_ASSERT: (condition: unknown) => {
      assertion(condition, 'NT_ASSERT');
    },
    FLT_ASSERT: (condition: unknown) => {
      assertion(condition, 'FLT_ASSERT');
    },
    ASSERTMSG: (message: unknown, condition: unknown) => {
      assertion(condition, `ASSERT (${textOf(message)})`);
    },
    NT_ASSERTMSG: (message: unknown, condition: unknown) => {
      assertion(condition, `NT_ASSERT (${textOf(message)})`);
    },
    NT_VERIFY: (condition: unknown) => assertion(condition, 'NT_VERIFY'),
    // The macro is an assertion about the IRQL; the report is that of a routine with this limit.
    PAGED_CODE: () => {
      world.engine.checkIrql('PAGED_CODE', APC_LEVEL);
    },
    DbgBreakPoint: breakpoint, KdBreakPoint: breakpoint,
    KeBugCheckEx: bugCheck, KeBugCheck: bugCheck,
    RtlRandomEx: random, RtlRandom: random,
    ExUuidCreate: (out: Ref<GUID> | GUID) => {
      const guid = new GUID();
      guid.Data1 = random(uuids);
      guid.Data2 = random(uuids) & 0xffff;
      guid.Data3 = (random(uuids) & 0x0fff) | 0x4000;
      guid.Data4 = [(random(uuids) & 0x3f) | 0x80, ...Array.from({ length: 7 }, () => random(uuids) & 0xff)];
      if ('value' in out) out.value = guid;
      else Object.assign(out, guid);
      return STATUS_SUCCESS;
    },
    MmGetSystemRoutineAddress: (name: unknown) => services.resolve(textOf(name)),
  };
}

/** G-02: FILE_DISPOSITION_INFORMATION over the buffer of FileDispositionInformationEx. */
function viewing({ world }: DriverServices): Routines {
  const fileDispositionInformationEx = 64;
  return {
    view: (type: unknown, buffer: unknown, offset?: number | null) => {
      if (type === structures['FILE_DISPOSITION_INFORMATION']) {
        const operation = world.engine.activation?.operation ?? null;
        if (operation?.major === IRP_MJ_SET_INFORMATION && operation.iopb.Parameters.SetFileInformation['FileInformationClass'] === fileDispositionInformationEx) world.engine.hint('G-02');
      }
      return view(type, buffer, offset ?? 0);
    },
  };
}

export const macroRoutines = (services: DriverServices): Routines => ({ ...macros, ...debugging(services), ...viewing(services) });
