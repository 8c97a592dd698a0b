/** Takes one entry out of a small zip archive, for tests. Source: PKWARE APPNOTE 4.3 (end of central directory, central headers). */
import { inflateRawSync } from 'node:zlib';

const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const stored = 0;

/** The first entry whose name ends so. */
export function unzipEntry(archive: Buffer, nameEnd: string): Buffer {
  const end = archive.lastIndexOf(Uint8Array.of(0x50, 0x4b, 0x05, 0x06));
  if (end < 0 || archive.readUInt32LE(end) !== endSignature) throw new Error('no zip archive');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0 && archive.readUInt32LE(at) === centralSignature; left--) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('latin1', at + 46, at + 46 + nameLength);
    if (name.toLowerCase().endsWith(nameEnd)) return content(archive, at);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw new Error(`no entry ${nameEnd}`);
}

function content(archive: Buffer, central: number): Buffer {
  const local = archive.readUInt32LE(central + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + archive.readUInt32LE(central + 20));
  return archive.readUInt16LE(central + 10) === stored ? packed : inflateRawSync(packed);
}
