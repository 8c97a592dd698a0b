/** Handles that a routine cannot take: SIM-004 of filter-manager-objects.md. */

/** A handle whose object is gone, or that is of another kind than the routine takes: OV-003. */
export class WrongHandle extends TypeError {
  readonly handle: unknown;
  constructor(parameter: string, handle: unknown) {
    super(`${parameter} is not what the routine takes, or the object is gone.`);
    this.handle = handle;
  }
}

/** NULL, text, the box around a handle: a slip of the pen, told by `advice`. Any other object is a handle of another kind. */
export function wrongHandle(parameter: string, handle: unknown, advice: string): TypeError {
  const isObject = typeof handle === 'object' && handle !== null && !('value' in handle);
  return isObject ? new WrongHandle(parameter, handle) : new TypeError(advice);
}
