/** Writes a Process Monitor log of any size, with stacks of 25 frames, in a stream: a block of events is repeated with later times. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { generatedEvents, generatedProcess } from './traces.ts';
import { writePml } from '../support/trace/writePml.ts';

const blockEvents = 20_000;
const depth = 25;

/** `disordered`: every block begins with the time of the first one, so that all pages of the import overlap. */
export function writeLargePml(file: string, events: number, order: 'ordered' | 'disordered' = 'ordered'): void {
  const block = writePml({ bits: 64, processes: [generatedProcess], events: generatedEvents(Math.min(events, blockEvents), depth) });
  const { bytes, eventStarts } = block;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = bytes.subarray(block.events, block.eventOffsets);
  const span = order === 'disordered' ? 1n : BigInt(eventStarts.length) * 100n;
  const descriptor = openSync(file, 'w');
  const tables = bytes.subarray(block.processTable);
  const eventOffsets = block.events + Math.ceil(events / eventStarts.length) * body.length;
  try {
    patchHeader(view, events, eventOffsets, eventOffsets + events * 5 - block.processTable);
    writeSync(descriptor, bytes.subarray(0, block.events));
    for (let written = 0; written < events; written += eventStarts.length) {
      writeSync(descriptor, body);
      for (const start of eventStarts) view.setBigUint64(start + 0x1c, view.getBigUint64(start + 0x1c, true) + span, true);
    }
    for (let written = 0; written < events; written += eventStarts.length) {
      const shift = (written / eventStarts.length) * body.length;
      writeSync(descriptor, offsetsOf(eventStarts.slice(0, events - written), shift));
    }
    writeSync(descriptor, tables);
  } finally {
    closeSync(descriptor);
  }
}

/** Source: procmon-formats.md 2. The tables behind the offsets move by `shift`. */
function patchHeader(view: DataView, events: number, eventOffsets: number, shift: number): void {
  view.setUint32(0x234, events, true);
  view.setBigUint64(0x248, BigInt(eventOffsets), true);
  for (const at of [0x250, 0x258, 0x260, 0x3a0]) view.setBigUint64(at, view.getBigUint64(at, true) + BigInt(shift), true);
}

function offsetsOf(starts: readonly number[], shift: number): Uint8Array {
  const out = new Uint8Array(starts.length * 5);
  const view = new DataView(out.buffer);
  for (const [at, start] of starts.entries()) {
    view.setUint32(at * 5, (start + shift) % 2 ** 32, true);
    view.setUint8(at * 5 + 4, Math.floor((start + shift) / 2 ** 32));
  }
  return out;
}
