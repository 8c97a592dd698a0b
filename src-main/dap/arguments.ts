/** Checked members of a request's arguments. */
import { dapErrors } from './errors.ts';
import type { Arguments } from './protocol.ts';

export function wholeNumber(args: Arguments, name: string): number {
  const value = args[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw dapErrors.argument(name, 'a whole number', '1');
  return value;
}

/** Also below zero. */
export function integer(args: Arguments, name: string): number {
  const value = args[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw dapErrors.argument(name, 'a whole number', '-16');
  return value;
}

export const optionalWholeNumber = (args: Arguments, name: string): number | null => (args[name] === undefined || args[name] === null ? null : wholeNumber(args, name));

export function text(args: Arguments, name: string, example: string): string {
  const value = args[name];
  if (typeof value !== 'string' || value === '') throw dapErrors.argument(name, 'a text', `"${example}"`);
  return value;
}

export const optionalText = (args: Arguments, name: string, example: string): string | null => (args[name] === undefined || args[name] === null || args[name] === '' ? null : text(args, name, example));

export function flag(args: Arguments, name: string): boolean {
  const value = args[name] ?? false;
  if (typeof value !== 'boolean') throw dapErrors.argument(name, 'true or false', 'true');
  return value;
}

export function list(args: Arguments, name: string, example: string): readonly unknown[] {
  const value = args[name] ?? [];
  if (!Array.isArray(value)) throw dapErrors.argument(name, 'a list', example);
  return value;
}

export function texts(args: Arguments, name: string, example: string): readonly string[] {
  const values = list(args, name, example);
  if (!values.every((value) => typeof value === 'string')) throw dapErrors.argument(name, 'a list of texts', example);
  return values;
}

export function members(value: unknown, name: string, example: string): Arguments {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw dapErrors.argument(name, 'an object', example);
  return value as Arguments;
}

/** One of a list of words; null where it is left out. */
export function word<W extends string>(args: Arguments, name: string, words: readonly W[]): W | null {
  const value = args[name];
  if (value === undefined || value === null) return null;
  const found = words.find((one) => one === value);
  if (found === undefined) throw dapErrors.argument(name, `one of ${words.join(', ')}`, `"${words[0] ?? ''}"`);
  return found;
}
