/** What keeps the browser shell from starting, and a client from coming in. */
import { UserError } from '../base/userError.ts';

export const shellErrors = {
  portTaken: (port: number) => new UserError('port-taken', `Port ${port} is in use by another program; choose another one, e.g. --port ${port + 1}, or leave --port out.`, { port }),
  address: (address: string) =>
    new UserError('shell-address', `“${address}” is not the address of a running FltReplay; take the whole one that “fltreplay serve” printed, e.g. http://127.0.0.1:4321/?token=....`, { address }),
  noAnswer: (address: string, reason: string) => new UserError('shell-silent', `Nothing answers at ${address} (${reason}); start it with “fltreplay serve”.`, { address, reason }),
} as const;
