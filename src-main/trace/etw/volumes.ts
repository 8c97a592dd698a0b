/**
 * Turns NT paths into the ones people know, by the volume table of a merged trace.
 *
 * Source: etw-formats.md 10.3 and 11.4. The longest prefix counts, whatever its case; without a table paths stay as they are.
 */
import type { EtwVolume } from './kernelEvent.ts';
import { limits } from './limits.ts';

const cacheSize = 1 << 14;
const systemRoot = '\\SYSTEMROOT\\';

export class Volumes {
  /** By upper-case NT path with its closing backslash. */
  readonly #dosPaths = new Map<string, string>([['\\DEVICE\\MUP\\', '\\\\']]);
  readonly #known = new Map<string, string>();
  #deepest = 2;

  learn(event: EtwVolume): void {
    if (event.ntPath === '' || this.#dosPaths.size >= limits.volumes) return;
    const prefix = withSeparator(event.ntPath.toUpperCase());
    // `\??\` stands for nothing: what follows is a DOS path already.
    const dosPath = event.dosPath === '' ? '' : withSeparator(event.dosPath);
    this.#add(prefix, dosPath);
    // Windows 7 and 8 tell of images that are loaded from its own folder without the volume: `\Windows\System32\ntdll.dll`.
    if (prefix === systemRoot && dosPath.charAt(1) === ':') this.#add(dosPath.slice(2).toUpperCase(), dosPath);
  }

  #add(prefix: string, dosPath: string): void {
    if (prefix.length > 1024 || prefix.length < 2) return;
    this.#dosPaths.set(prefix, dosPath);
    this.#deepest = Math.max(this.#deepest, prefix.split('\\').length - 2);
    this.#known.clear();
  }

  /** The DOS form of a path, or the same text where no prefix fits. */
  dosPath(path: string): string {
    if (path.charCodeAt(0) !== 0x5c) return path;
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const found = this.#translate(path);
    if (this.#known.size >= cacheSize) this.#known.clear();
    this.#known.set(path, found);
    return found;
  }

  #translate(path: string): string {
    let best: string | null = null;
    let from = 0;
    for (let depth = 0; depth < this.#deepest; depth++) {
      const at = path.indexOf('\\', from + 1);
      // A volume itself is opened without the backslash behind its name.
      const prefix = at < 0 ? `${path}\\` : path.slice(0, at + 1);
      const dos = this.#dosPaths.get(prefix.toUpperCase());
      if (dos !== undefined) best = dos + withoutRedirector(dos, at < 0 ? '' : path.slice(at + 1));
      if (at < 0) break;
      from = at;
    }
    return best ?? path;
  }
}

const withSeparator = (path: string): string => (path.endsWith('\\') ? path : `${path}\\`);

/** The redirector, and the drive letter of whom it connected. */
const redirector = /^(?:[^\\;]+\\(?=;)|)(?:;[^\\]*\\)+/;

/** `\Device\Mup\;LanmanRedirector\;Z:000000000001ab2\server\share`, `\Device\Mup\DfsClient\;Z:000…\server\share`: parts that tell who connected, not where to. */
const withoutRedirector = (dos: string, rest: string): string => (dos === '\\\\' ? rest.replace(redirector, '') : rest);
