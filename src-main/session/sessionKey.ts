import { randomUUID } from 'node:crypto';

/** Names a session whatever its file is called. */
export const newId = (): string => randomUUID();
