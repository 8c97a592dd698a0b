/** What keeps the browser shell from starting. */
import { UserError } from '../base/userError.ts';

export const shellErrors = {
  portTaken: (port: number) => new UserError('port-taken', `Port ${port} is in use by another program; choose another one, e.g. --port ${port + 1}, or leave --port out.`, { port }),
} as const;
