import { generatedFrom } from '../../src-main/base/generatedIo.ts';
import { formatCount } from './numbers.ts';

/** `#18 204`, `generated I/O 3`; nothing where no operation is meant. */
export function operationNumber(index: number): string {
  if (index === 0) return '';
  return index >= generatedFrom ? `generated I/O ${formatCount(index - generatedFrom)}` : `#${formatCount(index)}`;
}
