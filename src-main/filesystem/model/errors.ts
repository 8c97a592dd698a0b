/** Misuse of the model file system by whoever sets it up. */
import { UserError } from '../../base/userError.ts';

export const modelErrors = {
  noSuchVolume: (name: string): UserError => new UserError('model-no-volume', `The model file system has no volume ${name}; add it with addVolume first.`),
  volumeExists: (name: string): UserError => new UserError('model-volume-exists', `The model file system has a volume ${name} already; dismount it before another is mounted there.`),
  badPath: (path: string): UserError => new UserError('model-bad-path', `"${path}" cannot be made: a path begins with a backslash, for example "\\dir\\file.txt" or "\\dir\\file.txt:stream".`),
  missing: (path: string): UserError => new UserError('model-missing-file', `There is no file "${path}" on this volume; make it with makeFile first.`),
} as const;
