/**
 * Draws the program's icon and writes it as PNG, ICO and ICNS: `node scripts/make-icons.ts`.
 *
 * Drawn by arithmetic, so that there is no picture of unknown origin and every size is sharp: three filter layers on a dark
 * ground, a request falling through them, and the arrow that runs it backwards.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

type Colour = readonly [number, number, number];
/** Distance to the edge of a shape in units of the whole icon; negative inside. */
type Shape = (x: number, y: number) => number;

const ground: Colour = [23, 27, 34];
const layers: readonly Colour[] = [[84, 160, 255], [52, 199, 165], [120, 132, 150]];
const request: Colour = [255, 183, 77];

function box(cx: number, cy: number, halfWidth: number, halfHeight: number, radius: number): Shape {
  return (x, y) => {
    const dx = Math.abs(x - cx) - halfWidth + radius;
    const dy = Math.abs(y - cy) - halfHeight + radius;
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  };
}

// A triangle pointing left, as on a rewind key.
function arrow(tip: number, cy: number, size: number): Shape {
  return (x, y) => Math.max(x - (tip + size), (Math.abs(y - cy) - (x - tip) * 0.62) * 0.85);
}

const shapes: readonly { shape: Shape; colour: Colour }[] = [
  { shape: box(0.5, 0.5, 0.46, 0.46, 0.2), colour: ground },
  ...layers.map((colour, index) => ({ shape: box(0.5, 0.23 + index * 0.18, 0.3, 0.05, 0.05), colour })),
  { shape: box(0.66, 0.453, 0.026, 0.373, 0.026), colour: request },
  { shape: arrow(0.2, 0.8, 0.17), colour: request },
  { shape: box(0.52, 0.8, 0.166, 0.026, 0.026), colour: request },
];

/** The icon as RGBA rows. An edge is as soft as one pixel of this size. */
function draw(size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 4);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = (column + 0.5) / size;
      const y = (row + 0.5) / size;
      let alpha = 0;
      let colour: readonly number[] = ground;
      for (const { shape, colour: paint } of shapes) {
        const cover = Math.min(1, Math.max(0, 0.5 - shape(x, y) * size));
        if (cover === 0) continue;
        colour = paint.map((channel, index) => channel * cover + (colour[index] ?? 0) * (1 - cover));
        alpha = Math.max(alpha, cover);
      }
      pixels.set([...colour.map(Math.round), Math.round(alpha * 255)], (row * size + column) * 4);
    }
  }
  return pixels;
}

// A PNG chunk: length, four letters, data, and the checksum of letters and data.
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

function png(size: number): Buffer {
  const pixels = draw(size);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  // Every row starts with the number of its filter; 0 is none.
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row++) rows.set(pixels.subarray(row * size * 4, (row + 1) * size * 4), row * (size * 4 + 1) + 1);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** An ICO is a directory of pictures; since Windows Vista each may be a PNG. A side of 256 is written as 0. */
function ico(pictures: readonly (readonly [number, Buffer])[]): Buffer {
  const directory = Buffer.alloc(6 + pictures.length * 16);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(pictures.length, 4);
  let offset = directory.length;
  pictures.forEach(([size, data], index) => {
    const at = 6 + index * 16;
    directory.set([size & 255, size & 255, 0, 0], at);
    directory.writeUInt16LE(1, at + 4);
    directory.writeUInt16LE(32, at + 6);
    directory.writeUInt32LE(data.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([directory, ...pictures.map(([, data]) => data)]);
}

/** An ICNS is a list of typed pictures: four letters, the length with this head, a PNG. */
function icns(pictures: readonly (readonly [string, Buffer])[]): Buffer {
  const entry = (type: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  };
  return entry('icns', Buffer.concat(pictures.map(([type, data]) => entry(type, data))));
}

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
// Apple's names for a side in pixels; the second list is the same for displays of double density.
const icnsTypes: readonly (readonly [string, number])[] = [
  ['ic07', 128], ['ic08', 256], ['ic09', 512], ['ic10', 1024], ['ic11', 32], ['ic12', 64], ['ic13', 256], ['ic14', 512],
];

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'resources', 'icons');
const pictures = new Map(sizes.map((size) => [size, png(size)] as const));
const picture = (size: number): Buffer => pictures.get(size) ?? png(size);

mkdirSync(path.join(folder, 'png'), { recursive: true });
for (const size of sizes) if (size !== 24) writeFileSync(path.join(folder, 'png', `${size}x${size}.png`), picture(size));
writeFileSync(path.join(folder, 'icon.png'), picture(1024));
writeFileSync(path.join(folder, 'icon.ico'), ico([16, 24, 32, 48, 64, 128, 256].map((size) => [size, picture(size)] as const)));
writeFileSync(path.join(folder, 'icon.icns'), icns(icnsTypes.map(([type, size]) => [type, picture(size)] as const)));
process.stdout.write(`wrote ${folder}\n`);
