import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';

/**
 * The page's own scheme: `fltreplay://app/` shows out/renderer and nothing else.
 *
 * A file address has no origin, so module workers (Monaco's) would not start from it; a standard, secure scheme has one.
 */
const scheme = 'fltreplay';
const origin = `${scheme}://app`;

export const appAddress = `${origin}/index.html`;

export function isAppAddress(address: string): boolean {
  return address.startsWith(`${origin}/`);
}

// Monaco writes style elements and starts its workers from our own files; nothing else is needed, and nothing remote.
const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "font-src 'self' data:", "img-src 'self' data:",
  "connect-src 'self'", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.ttf': 'font/ttf', '.woff2': 'font/woff2', '.map': 'application/json',
};

/** Has to be called before the application is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** Serves the files of `folder`. A path that leaves the folder, another host or another method is refused. */
export function serveApp(folder: string): void {
  protocol.handle(scheme, async (request) => {
    const address = new URL(request.url);
    const file = path.join(folder, decodeURIComponent(address.pathname));
    const isInside = file.startsWith(folder + path.sep);
    if (request.method !== 'GET' || !isAppAddress(request.url) || !isInside) return new Response(null, { status: 403 });
    try {
      const headers = {
        'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
      };
      return new Response(new Uint8Array(await readFile(file)), { headers });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}
