/**
 * Decodes network events (class 5): `host:port -> host:port`, by the names the log has for them.
 *
 * Source: procmon-formats.md 7 and 11.
 */
import { decodeUtf16, TextCache } from '../../byteText.ts';
import { ipv4Text, ipv6Text } from '../../networkAddress.ts';
import type { DetailValue } from '../../record.ts';
import type { HostTable } from './hosts.ts';

const sourceIsIpv4 = 1;
const destinationIsIpv4 = 2;
const isTcp = 4;
const fixedSize = 44;
/** Pairs of text behind the addresses (`connid`, `seqnum` ...): so many are kept. */
const mostPairs = 16;

/** After `decode` its fields hold the event's values until the next call. */
export class NetworkDecoder {
  path: string | null = null;
  tcp = true;
  detail: { readonly [key: string]: DetailValue } = {};
  readonly #hosts: HostTable;
  /** Connections come again and again. */
  readonly #paths = new TextCache((bytes, start) => this.#pathOf(bytes, start), 1024);
  readonly #addresses = new TextCache((bytes, start) => addressesOf(bytes, start), 1024);

  constructor(hosts: HostTable) {
    this.#hosts = hosts;
  }

  decode(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    this.path = null;
    this.detail = {};
    this.tcp = end - start < 2 || ((bytes[start] ?? 0) & isTcp) !== 0;
    if (end - start < fixedSize) return;
    const detail: { [key: string]: DetailValue } = { Length: view.getUint32(start + 4, true) };
    // Flags, addresses and ports stand in one run but for the length between them.
    const key = new Uint8Array(40);
    key[0] = bytes[start] ?? 0;
    key.set(bytes.subarray(start + 8, start + fixedSize), 4);
    this.path = this.#paths.get(key, 0, key.length);
    const addresses = this.#addresses.get(key, 0, key.length);
    if (addresses !== this.path) detail['Addresses'] = addresses;
    this.detail = detail;
    this.#pairs(bytes, start + fixedSize, end, detail);
  }

  #pathOf(key: Uint8Array, at: number): string {
    const tcp = ((key[at] ?? 0) & isTcp) !== 0;
    const side = (address: number, isIpv4: boolean, port: number): string =>
      `${this.#hosts.host(key, address) ?? addressText(key, address, isIpv4)}:${this.#hosts.port(port, tcp) ?? port}`;
    return `${side(at + 4, ((key[at] ?? 0) & sourceIsIpv4) !== 0, portAt(key, at + 36))} -> ${side(at + 20, ((key[at] ?? 0) & destinationIsIpv4) !== 0, portAt(key, at + 38))}`;
  }

  /** Names and values that take turns, each ended by a NUL; an empty name ends them. */
  #pairs(bytes: Uint8Array, start: number, end: number, detail: { [key: string]: DetailValue }): void {
    const texts: string[] = [];
    let at = start;
    for (let i = start; i + 1 < end && texts.length < mostPairs * 2; i += 2) {
      if (((bytes[i] ?? 0) | (bytes[i + 1] ?? 0)) !== 0) continue;
      if (i === at && texts.length % 2 === 0) break;
      texts.push(decodeUtf16(bytes, at, Math.min(i, at + 512)));
      at = i + 2;
    }
    for (let i = 0; i + 1 < texts.length; i += 2) {
      const name = texts[i];
      if (name !== undefined && !Object.hasOwn(detail, name)) detail[name] = texts[i + 1] ?? '';
    }
  }
}

const portAt = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
const addressText = (bytes: Uint8Array, at: number, isIpv4: boolean): string => (isIpv4 ? ipv4Text(bytes, at) : `[${ipv6Text(bytes, at)}]`);

/** The same without names, as it was recorded. */
function addressesOf(key: Uint8Array, at: number): string {
  const source = addressText(key, at + 4, ((key[at] ?? 0) & sourceIsIpv4) !== 0);
  const destination = addressText(key, at + 20, ((key[at] ?? 0) & destinationIsIpv4) !== 0);
  return `${source}:${portAt(key, at + 36)} -> ${destination}:${portAt(key, at + 38)}`;
}
