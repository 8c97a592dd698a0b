/** Hands out the files of one folder, with their types, and nothing else. */
import { createReadStream, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8', '.map': 'application/json; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.ttf': 'font/ttf', '.woff2': 'font/woff2',
};

/** Names under assets/ carry a hash of their content. */
const hashed = /^\/assets\//;

export class StaticFiles {
  readonly #root: string;

  constructor(folder: string) {
    this.#root = path.resolve(folder);
  }

  /** False where there is no such file. */
  send(pathname: string, headOnly: boolean, response: ServerResponse, headers: Record<string, string>): boolean {
    const file = this.#fileOf(pathname);
    const size = file === undefined ? undefined : sizeOf(file);
    if (file === undefined || size === undefined) return false;
    response.writeHead(200, {
      ...headers,
      'content-type': types[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
      'content-length': size,
      'cache-control': hashed.test(pathname) ? 'private, max-age=31536000, immutable' : 'no-cache',
    });
    if (headOnly) response.end();
    else createReadStream(file).on('error', () => response.destroy()).pipe(response);
    return true;
  }

  // Nothing outside the folder, whatever the path says; no hidden files.
  #fileOf(pathname: string): string | undefined {
    let decoded: string;
    try {
      decoded = decodeURIComponent(pathname === '/' ? '/index.html' : pathname);
    } catch {
      return undefined;
    }
    if (decoded.includes('\0') || decoded.includes('\\') || decoded.split('/').some((part) => part.startsWith('.'))) return undefined;
    const file = path.resolve(this.#root, `.${decoded}`);
    return file.startsWith(this.#root + path.sep) ? file : undefined;
  }
}

function sizeOf(file: string): number | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : undefined;
}
