import { formatCount } from './numbers.ts';

/** Numbers from here on are those of I/O that drivers generate: they are in no list. */
export const generatedFrom = 0x8000_0000;

/** `#18 204`, `generated I/O 3`; nothing where no operation is meant. */
export function operationNumber(index: number): string {
  if (index === 0) return '';
  return index >= generatedFrom ? `generated I/O ${formatCount(index - generatedFrom)}` : `#${formatCount(index)}`;
}
