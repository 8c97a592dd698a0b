/** Writes CSV as Procmon exports it (procmon-formats.md 12.1): every field in quotes, quotes doubled, BOM, CRLF. */
export interface CsvOptions {
  readonly lineEnd?: '\r\n' | '\n';
  readonly encoding?: 'utf8' | 'utf8-without-bom' | 'utf16le';
}

export function writeProcmonCsv(columns: readonly string[], rows: readonly (readonly string[])[], options: CsvOptions = {}): Uint8Array {
  const { lineEnd = '\r\n', encoding = 'utf8' } = options;
  const line = (fields: readonly string[]): string => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',') + lineEnd;
  const text = [columns, ...rows].map(line).join('');
  if (encoding === 'utf16le') return Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le'));
  return Uint8Array.from(Buffer.from(encoding === 'utf8' ? `\ufeff${text}` : text, 'utf8'));
}
