/** Zip archives for tests, by APPNOTE.TXT 4.3: well-formed ones, and ones with faults on request. */
import zlib from 'node:zlib';

export interface ZipFile {
  /** Written as it is, backslashes too. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly stored?: true;
  /** Claims another compression method than the one it is written with. */
  readonly method?: number;
  readonly encrypted?: true;
  /** Writes the sizes behind the data, as a program does that cannot seek. */
  readonly sizesBehind?: true;
  readonly wrongCrc?: true;
}

export function writeZip(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const { local, central } = entry(file, offset);
    parts.push(local);
    directory.push(central);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

function entry(file: ZipFile, offset: number): { local: Buffer; central: Buffer } {
  const name = Buffer.from(file.name, 'utf8');
  const data = file.stored === true ? Buffer.from(file.bytes) : zlib.deflateRawSync(file.bytes);
  const flags = 0x800 | (file.encrypted === true ? 1 : 0) | (file.sizesBehind === true ? 8 : 0);
  const method = file.method ?? (file.stored === true ? 0 : 8);
  const crc = (zlib.crc32(file.bytes) ^ (file.wrongCrc === true ? 1 : 0)) >>> 0;
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc, 0);
  sizes.writeUInt32LE(data.length, 4);
  sizes.writeUInt32LE(file.bytes.length, 8);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(flags, 6);
  local.writeUInt16LE(method, 8);
  if (file.sizesBehind !== true) sizes.copy(local, 14);
  local.writeUInt16LE(name.length, 26);
  const behind = file.sizesBehind === true ? Buffer.concat([Buffer.from([0x50, 0x4b, 7, 8]), sizes]) : Buffer.alloc(0);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 4);
  central.writeUInt16LE(20, 6);
  central.writeUInt16LE(flags, 8);
  central.writeUInt16LE(method, 10);
  sizes.copy(central, 16);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt32LE(offset, 42);
  return { local: Buffer.concat([local, name, data, behind]), central: Buffer.concat([central, name]) };
}
