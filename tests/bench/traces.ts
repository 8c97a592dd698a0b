/** A generated Process Monitor log for benchmarks: one process opening, reading and closing files in turn. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileDetail, writePml, type PmlEvent } from '../support/trace/writePml.ts';

const start = 132_539_328_000_000_000n;
const kinds = [20, 23, 23, 38];

export const generatedProcess = { index: 1, pid: 4321, name: 'bench.exe', imagePath: 'C:\\bench\\bench.exe', is64Bit: true, startTime: start - 10n };

/** As many different stacks as a busy program has: kernel frames above, its own below. */
const differentStacks = 512;

function stacksOf(depth: number): (readonly bigint[])[] {
  const frame = (stack: number, at: number): bigint => (at < depth / 2 ? 0xffff_f800_0000_0000n + BigInt(at * 64 + (stack % 16)) : 0x7ff0_0000_0000n + BigInt(at * 4096 + stack));
  return Array.from({ length: differentStacks }, (_, stack) => Array.from({ length: depth }, (_frame, at) => frame(stack, at)));
}

export function generatedEvents(events: number, stackDepth: number): PmlEvent[] {
  const stacks = stacksOf(stackDepth);
  return Array.from({ length: events }, (_, at): PmlEvent => {
    const operation = kinds[at % kinds.length] ?? 23;
    const file = `C:\\bench\\folder ${Math.floor(at / 400)}\\file ${Math.floor(at / 4) % 100}.dat`;
    const detail = fileDetail({
      bits: 64, path: file, flags: operation === 23 ? 0x900 : 0x884,
      ...(operation === 23 && { parameters: (out, pointer) => out.u32(4096).zeros(pointer - 4).u32(0).zeros(pointer - 4).u64(BigInt(at % 7) * 4096n) }),
      ...(operation === 20 && {
        parameters: (out, pointer) => out.pointer(0, pointer).u32((1 << 24) | 0x60).zeros(pointer - 4).u16(0x80).u16(3).zeros(pointer - 4).u32(0).zeros(pointer - 4).pointer(0, pointer).u64(0),
        tail: (out) => out.u32(0x120089).u32(0).u32(0),
      }),
    });
    return { processIndex: 1, tid: 700 + (at % 3), operation, time: start + BigInt(at) * 100n, stack: stacks[at % differentStacks] ?? [], detail };
  });
}

export function generatedPml(events: number): Uint8Array {
  return writePml({ bits: 64, processes: [generatedProcess], events: generatedEvents(events, 0) }).bytes;
}

/** A folder that is removed at the end. */
export function benchFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'fltreplay-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The file named on the command line, or a generated one; and a folder that is removed at the end. */
export function benchTrace(events: number): { readonly file: string; readonly folder: string; remove(): void } {
  const { folder, remove } = benchFolder();
  const given = process.argv[2];
  const file = given === undefined ? path.join(folder, 'generated.PML') : path.resolve(given);
  if (given === undefined) writeFileSync(file, generatedPml(events));
  return { file, folder, remove };
}
