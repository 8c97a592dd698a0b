/**
 * Names of network addresses and ports, as the tables at the end of a log have them.
 *
 * Source: procmon-formats.md 7. The last port ends at the end of the file, which shows whether the file is whole.
 */
import type { ByteSource } from '../../byteSource.ts';
import { decodeLatin1, decodeUtf16z } from '../../byteText.ts';
import type { DamageSink } from './damage.ts';
import { EventWindow } from './eventWindow.ts';
import type { PmlHeader } from './header.ts';

/** DNS allows 255 characters; a name of more bytes than this is damage. */
const longestName = 4096;
/** Names kept in memory; no capture has met so many hosts. */
const mostNames = 1 << 18;

export class HostTable {
  readonly #hosts = new Map<string, string>();
  readonly #ports = new Map<number, string>();

  /** Name of the 16 address bytes at `at`; undefined where the table has none. */
  host(bytes: Uint8Array, at: number): string | undefined {
    return this.#hosts.size === 0 ? undefined : this.#hosts.get(decodeLatin1(bytes, at, at + 16));
  }

  port(port: number, tcp: boolean): string | undefined {
    return this.#ports.get(port * 2 + (tcp ? 1 : 0));
  }

  /** Addresses Procmon asked for in vain are listed with an empty name; it shows these as addresses. */
  addHost(address: string, name: string): void {
    if (name !== '' && this.#hosts.size < mostNames) this.#hosts.set(address, name);
  }

  addPort(port: number, tcp: boolean, name: string): void {
    if (name !== '') this.#ports.set(port * 2 + (tcp ? 1 : 0), name);
  }
}

/** Reads both tables; what of them is cut is reported and left out. */
export function readHostTable(source: ByteSource, header: PmlHeader, problems: DamageSink): HostTable {
  const table = new HostTable();
  // A table beyond the end of the file has been reported with the header.
  if (header.hostTable === 0 || header.hostTable >= source.size) return table;
  const window = new EventWindow(source, 64 * 1024);
  const hosts = readNames(window, header.hostTable, 16, (at, name) => table.addHost(decodeLatin1(window.bytes, at, at + 16), name));
  const end = hosts === undefined ? undefined : readNames(window, hosts, 4, (at, name) => table.addPort(window.view.getUint16(at, true), window.view.getUint16(at + 2, true) === 1, name));
  if (end === undefined) problems.damage(header.hostTable, 'table of hosts and ports: it is cut or damaged, and names behind are left out', 0);
  else if (end < source.size) problems.damage(end, `${source.size - end} bytes follow the end of the log`, 0);
  return table;
}

/** A u32 count, then keys of `keySize` bytes each with a u32 size and the name. Gives where they end, undefined where they are cut. */
function readNames(window: EventWindow, start: number, keySize: number, add: (keyAt: number, name: string) => void): number | undefined {
  let i = window.at(start, 4);
  if (i < 0) return undefined;
  const count = window.view.getUint32(i, true);
  let at = start + 4;
  for (let n = 0; n < count; n++) {
    i = window.at(at, keySize + 4);
    if (i < 0) return undefined;
    const size = window.view.getUint32(i + keySize, true);
    i = size > longestName ? -1 : window.at(at, keySize + 4 + size);
    if (i < 0) return undefined;
    add(i, decodeUtf16z(window.bytes, i + keySize + 4, i + keySize + 4 + size));
    at += keySize + 4 + size;
  }
  return at;
}
