/**
 * An error the user can act on: one code, one sentence that says what was found, where, and what to do.
 *
 * Each layer has one catalogue of factories that make these (`errors.ts`); front ends print `message` as it is.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, data: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
