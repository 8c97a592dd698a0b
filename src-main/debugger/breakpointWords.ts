/** Statuses and codes as people write them: a name, a number, a class. */
import { ntError, ntInformation, ntStatusFromName, ntSuccess, ntWarning } from '../nt/ntStatus.ts';

const hexNumber = /^0x[0-9a-f]{1,8}$/i;

/** A condition on a status in words or numbers; null for any. One that cannot be understood never holds. */
export function compileStatus(text: string): ((status: number) => boolean) | null {
  const word = text.trim();
  switch (word.toLowerCase()) {
    case '': return null;
    case 'success': return ntSuccess;
    case 'information': return ntInformation;
    case 'error': return ntError;
    case 'warning': return ntWarning;
    default: {
      const value = statusValue(word);
      return (status) => value !== null && status >>> 0 === value;
    }
  }
}

const statusValue = (word: string): number | null => ntStatusFromName(word.toUpperCase()) ?? (hexNumber.test(word) ? Number(word) >>> 0 : null);

export function statusProblem(text: string): string | null {
  const word = text.trim();
  if (word === '' || /^(success|information|warning|error)$/i.test(word) || statusValue(word) !== null) return null;
  return `"${word}" is no status: write STATUS_ACCESS_DENIED, 0xC0000022, success, information, warning or error.`;
}

/** A number, or what a name stands for; null where it is neither. */
export function codeValue(text: string, fromName: (name: string) => number | undefined): number | null {
  const word = text.trim();
  if (hexNumber.test(word) || /^\d{1,10}$/.test(word)) return Number(word) >>> 0;
  return fromName(word) ?? null;
}

export function codeProblem(what: string, text: string, fromName: (name: string) => number | undefined): string | null {
  if (text === '' || codeValue(text, fromName) !== null) return null;
  return `"${text}" is no ${what} that has a name here: check its spelling, or write its number.`;
}
