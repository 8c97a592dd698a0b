/** Who may come in: the token once, then the cookie; our own host name and origin always. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export class Access {
  readonly token = randomBytes(24).toString('base64url');
  readonly #cookieName: string;
  readonly #cookieValue = randomBytes(24).toString('base64url');
  readonly #hosts: readonly string[];

  constructor(port: number) {
    // Cookies do not tell ports apart, so the name does.
    this.#cookieName = `fltreplay-${port}`;
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  }

  get cookie(): string {
    return `${this.#cookieName}=${this.#cookieValue}; HttpOnly; SameSite=Strict; Path=/`;
  }

  tokenIsRight(token: string | null): boolean {
    return token !== null && same(token, this.token);
  }

  cookieIsRight(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some((cookie) => cookie.startsWith(`${this.#cookieName}=`) && same(cookie.slice(this.#cookieName.length + 1), this.#cookieValue));
  }

  /** Against DNS rebinding: a page of evil.example that resolves to 127.0.0.1 says so in Host. */
  hostIsOurs(request: IncomingMessage): boolean {
    return this.#hosts.includes((request.headers.host ?? '').toLowerCase());
  }

  originIsOurs(request: IncomingMessage): boolean {
    return request.headers.origin === `http://${(request.headers.host ?? '').toLowerCase()}`;
  }

  originIsOursOrAbsent(request: IncomingMessage): boolean {
    return request.headers.origin === undefined || this.originIsOurs(request);
  }
}

function same(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
