/**
 * The routines of the table that are not the Filter Manager's: memory, strings, numbers, threads, output.
 *
 * Source: the page of each routine, by way of the table. Driver code is unchecked JavaScript, so arguments are looked at before they are used.
 */
import { DISPATCH_LEVEL, LARGE_INTEGER, UNICODE_STRING, type Ref } from '../engine/index.ts';
import { ntError, ntInformation, ntSuccess, ntWarning } from '../nt/ntStatus.ts';
import { STATUS_BUFFER_TOO_SMALL, STATUS_SUCCESS } from '../nt/values.generated.ts';
import { runningActivation, type DriverWorld } from './driverWorld.ts';
import { formatDbgPrint } from './format.ts';
import { KBUFFER, MDL, type BufferKind } from './kbuffer.ts';
import { listRoutines } from './listRoutines.ts';
import { nameRoutines } from './nameInformation.ts';

/** A bound routine. */
export type Routine = (...args: never[]) => unknown;

/** POOL_FLAG_* and POOL_TYPE of wdm.h. */
export const poolConstants = {
  POOL_FLAG_UNINITIALIZED: 0x2n, POOL_FLAG_NON_PAGED: 0x40n, POOL_FLAG_PAGED: 0x100n,
  NonPagedPool: 0, PagedPool: 1, NonPagedPoolNx: 512,
  NormalPagePriority: 16, HighPagePriority: 32, LowPagePriority: 0,
  CriticalWorkQueue: 0, DelayedWorkQueue: 1, HyperCriticalWorkQueue: 2,
  KernelMode: 0, UserMode: 1,
  PASSIVE_LEVEL: 0, APC_LEVEL: 1, DISPATCH_LEVEL: 2,
  TRUE: true, FALSE: false, NULL: null,
} as const;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (value instanceof UNICODE_STRING) return value.Buffer;
  if (typeof value === 'object' && value !== null && 'Buffer' in value && typeof value.Buffer === 'string') return value.Buffer;
  if (value === null || value === undefined) return '';
  throw new TypeError(`a UNICODE_STRING or a string is wanted here, not ${typeof value}`);
};

const bufferOf = (value: unknown, routine: string): KBUFFER => {
  if (value instanceof KBUFFER) return value;
  throw new TypeError(`${routine} wants a buffer here, not ${value === null ? 'NULL' : typeof value}`);
};

const mdlOf = (value: unknown, routine: string): MDL => {
  if (value instanceof MDL) return value;
  throw new TypeError(`${routine} wants an MDL here, not ${value === null ? 'NULL' : typeof value}`);
};

const sizeOf = (value: unknown, routine: string): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff) return value;
  throw new RangeError(`${routine} wants a size in bytes, not ${String(value)}`);
};

/** Storing into a box or into the object itself: `&variable` both ways. */
function store<T extends object>(target: Ref<T> | T | null, value: T, assign: (object: T) => void): void {
  if (target === null || typeof target !== 'object') throw new TypeError('an out-parameter needs a box: const x = ref()');
  if ('value' in target) target.value = value;
  else assign(target);
}

function memoryRoutines(world: DriverWorld): Record<string, Routine> {
  const allocate = (routine: string, kind: BufferKind, bytes: unknown, tag: unknown, zeroed: boolean): KBUFFER => {
    const number = world.objects.next();
    return KBUFFER.make(number, kind, sizeOf(bytes, routine), world.objects.pattern(number), { tag: typeof tag === 'string' ? tag : '', zeroed });
  };
  const kindOf = (poolType: unknown): BufferKind => (Number(poolType) & 1 ? 'paged' : 'nonpaged');
  const free = (routine: string, buffer: unknown): void => {
    const memory = bufferOf(buffer, routine);
    if (memory.kind !== 'paged' && memory.kind !== 'nonpaged') throw new RangeError(`${routine}: ${memory.id} is no pool memory, and not the driver's to free`);
    if (!KBUFFER.free(memory)) throw new RangeError(`${routine}: ${memory.id} has been freed already`);
  };
  const copy = (routine: string) => (destination: unknown, source: unknown, length: unknown) => {
    bufferOf(destination, routine).copyFrom(bufferOf(source, routine), sizeOf(length, routine));
  };
  return {
    ExAllocatePool2: (flags: unknown, bytes: unknown, tag: unknown) => {
      const bits = BigInt(flags as bigint | number);
      return allocate('ExAllocatePool2', bits & poolConstants.POOL_FLAG_PAGED ? 'paged' : 'nonpaged', bytes, tag, (bits & poolConstants.POOL_FLAG_UNINITIALIZED) === 0n);
    },
    ExAllocatePoolZero: (type: unknown, bytes: unknown, tag: unknown) => allocate('ExAllocatePoolZero', kindOf(type), bytes, tag, true),
    ExAllocatePoolWithTag: (type: unknown, bytes: unknown, tag: unknown) => allocate('ExAllocatePoolWithTag', kindOf(type), bytes, tag, false),
    FltAllocatePoolAlignedWithTag: (_instance: unknown, type: unknown, bytes: unknown, tag: unknown) => allocate('FltAllocatePoolAlignedWithTag', kindOf(type), bytes, tag, false),
    FltFreePoolAlignedWithTag: (_instance: unknown, buffer: unknown) => free('FltFreePoolAlignedWithTag', buffer),
    ExFreePool: (buffer: unknown) => free('ExFreePool', buffer),
    ExFreePoolWithTag: (buffer: unknown) => free('ExFreePoolWithTag', buffer),
    IoAllocateMdl: (buffer: unknown, length: unknown) => new MDL(world.objects.next(), bufferOf(buffer, 'IoAllocateMdl'), sizeOf(length, 'IoAllocateMdl')),
    MmBuildMdlForNonPagedPool: (mdl: unknown) => {
      const { buffer } = mdlOf(mdl, 'MmBuildMdlForNonPagedPool');
      if (buffer.kind === 'paged' || buffer.kind === 'user') throw new TypeError(`MmBuildMdlForNonPagedPool: ${buffer.id} is not nonpaged memory`);
    },
    MmGetSystemAddressForMdlSafe: (mdl: unknown) => mdlOf(mdl, 'MmGetSystemAddressForMdlSafe').map(),
    MmGetMdlByteCount: (mdl: unknown) => mdlOf(mdl, 'MmGetMdlByteCount').ByteCount,
    IoFreeMdl: (mdl: unknown) => {
      if (!MDL.free(mdlOf(mdl, 'IoFreeMdl'))) throw new RangeError(`IoFreeMdl: ${mdlOf(mdl, 'IoFreeMdl').id} has been freed already`);
    },
    RtlCopyMemory: copy('RtlCopyMemory'),
    RtlMoveMemory: copy('RtlMoveMemory'),
    RtlZeroMemory: (destination: unknown, length: unknown) => bufferOf(destination, 'RtlZeroMemory').fill(0, 0, sizeOf(length, 'RtlZeroMemory')),
    RtlFillMemory: (destination: unknown, length: unknown, fill: number) => bufferOf(destination, 'RtlFillMemory').fill(fill, 0, sizeOf(length, 'RtlFillMemory')),
    RtlCompareMemory: (first: unknown, second: unknown, length: unknown) => {
      const bytes = sizeOf(length, 'RtlCompareMemory');
      const a = bufferOf(first, 'RtlCompareMemory').bytes(0, bytes);
      const b = bufferOf(second, 'RtlCompareMemory').bytes(0, bytes);
      const different = a.findIndex((byte, at) => byte !== b[at]);
      return different < 0 ? bytes : different;
    },
  };
}

const numberRoutines: Record<string, Routine> = {
  NT_SUCCESS: (status: number) => ntSuccess(status),
  NT_INFORMATION: (status: number) => ntInformation(status),
  NT_WARNING: (status: number) => ntWarning(status),
  NT_ERROR: (status: number) => ntError(status),
  FlagOn: (flags: number, flag: number) => (flags & flag) >>> 0,
  BooleanFlagOn: (flags: number, flag: number) => (flags & flag) !== 0,
  ref: (initial?: unknown) => ({ value: initial ?? null }),
  LARGE_INTEGER: (value?: bigint | number) => new LARGE_INTEGER(value ?? 0n),
  ARRAYSIZE: (array: readonly unknown[]) => array.length,
  min: (a: number, b: number) => Math.min(a, b),
  max: (a: number, b: number) => Math.max(a, b),
  ROUND_TO_SIZE: (length: number, alignment: number) => Math.ceil(length / alignment) * alignment,
};

/** `*` and `?` as FsRtlIsNameInExpression reads them; the DOS wildcards `<>"` are not covered. */
export function matchesExpression(expression: string, name: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let mark = 0;
  while (at < name.length) {
    if (from < expression.length && expression[from] !== '*' && (expression[from] === '?' || expression[from] === name[at])) {
      from++;
      at++;
    } else if (expression[from] === '*') {
      star = from++;
      mark = at;
    } else if (star >= 0) {
      from = star + 1;
      at = ++mark;
    } else return false;
  }
  while (expression[from] === '*') from++;
  return from === expression.length;
}

const folded = (value: unknown, ignoreCase: unknown): string => (ignoreCase === true || ignoreCase === 1 ? textOf(value).toUpperCase() : textOf(value));

const stringRoutines: Record<string, Routine> = {
  RtlInitUnicodeString: (target: Ref<UNICODE_STRING> | UNICODE_STRING, source?: unknown) => {
    const text = textOf(source);
    store(target, new UNICODE_STRING(text), (string) => {
      string.Buffer = text;
    });
  },
  RtlCopyUnicodeString: (target: UNICODE_STRING, source?: unknown) => {
    target.Buffer = textOf(source).slice(0, target.MaximumLength >>> 1);
  },
  RtlAppendUnicodeToString: (target: UNICODE_STRING, source: unknown) => {
    const text = target.Buffer + textOf(source);
    if (text.length * 2 > target.MaximumLength) return STATUS_BUFFER_TOO_SMALL;
    target.Buffer = text;
    return STATUS_SUCCESS;
  },
  RtlEqualUnicodeString: (a: unknown, b: unknown, ignoreCase: unknown) => folded(a, ignoreCase) === folded(b, ignoreCase),
  RtlCompareUnicodeString: (a: unknown, b: unknown, ignoreCase: unknown) => {
    const first = folded(a, ignoreCase);
    const second = folded(b, ignoreCase);
    return first < second ? -1 : first > second ? 1 : 0;
  },
  RtlPrefixUnicodeString: (a: unknown, b: unknown, ignoreCase: unknown) => folded(b, ignoreCase).startsWith(folded(a, ignoreCase)),
  RtlUpcaseUnicodeChar: (character: unknown) => textOf(character).toUpperCase(),
  FsRtlIsNameInExpression: (expression: unknown, name: unknown, ignoreCase: unknown) => matchesExpression(folded(expression, ignoreCase), folded(name, ignoreCase)),
};

type Counted = Record<string, number>;
const addTo = (by: 1 | -1) => (target: Counted, field: string = 'value') => {
  const next = ((target[field] ?? 0) + by) | 0;
  target[field] = next;
  return next;
};

function systemRoutines(world: DriverWorld): Record<string, Routine> {
  const running = () => runningActivation(world);
  let raised = 0;
  const irql = (): number => Math.max(raised, running()?.irql ?? 0);
  return {
    KeGetCurrentIrql: irql,
    KeQuerySystemTime: (target: Ref<LARGE_INTEGER> | LARGE_INTEGER) => store(target, new LARGE_INTEGER(world.now()), (time) => {
      time.QuadPart = world.now();
    }),
    KeQueryInterruptTime: () => world.now() - world.startTime,
    PsGetCurrentProcessId: () => running()?.thread.pid ?? 4,
    PsGetCurrentThreadId: () => running()?.thread.tid ?? 0,
    PsGetCurrentThread: () => running()?.thread.ethread ?? null,
    PsGetCurrentProcess: () => running()?.thread.eprocess ?? null,
    PsGetProcessId: (process: { readonly pid: number }) => process.pid,
    PsGetProcessImageFileName: (process: { readonly imageName: string }) => process.imageName.slice(0, 14),
    PsIsSystemThread: () => (running()?.thread.pid ?? 4) === 4,
    // The generator RtlRandom documents: a Lehmer generator modulo 2^31 - 1.
    RtlRandomEx: (seed: Ref<number>) => {
      seed.value = Number((BigInt(seed.value >>> 0) * 0x7fffffedn + 0x7fffffc3n) % 0x7fffffffn);
      return seed.value;
    },
    InterlockedIncrement: addTo(1),
    InterlockedDecrement: addTo(-1),
    KeInitializeSpinLock: () => undefined,
    KeAcquireSpinLock: (_lock: object, oldIrql: Ref<number>) => {
      oldIrql.value = irql();
      raised = DISPATCH_LEVEL;
    },
    KeReleaseSpinLock: (_lock: object, newIrql: number) => {
      raised = newIrql;
    },
    PAGED_CODE: () => {
      if (irql() >= DISPATCH_LEVEL) throw new Error('PAGED_CODE: pageable code runs at DISPATCH_LEVEL');
    },
  };
}

function outputRoutines(world: DriverWorld): Record<string, Routine> {
  const print = (format: string, ...args: unknown[]): number => {
    world.print(formatDbgPrint(textOf(format), args));
    return STATUS_SUCCESS;
  };
  return {
    DbgPrint: print as Routine,
    KdPrint: print as Routine,
    ASSERT: (condition: unknown) => {
      if (!condition) throw new Error('ASSERT failed');
    },
    UNREFERENCED_PARAMETER: () => undefined,
  };
}

/** Every routine of the table with binding `own`, by name. */
export function createOwnRoutines(world: DriverWorld): Readonly<Record<string, Routine>> {
  return {
    ...memoryRoutines(world), ...numberRoutines, ...stringRoutines, ...listRoutines, ...systemRoutines(world), ...outputRoutines(world), ...nameRoutines(world),
  };
}
