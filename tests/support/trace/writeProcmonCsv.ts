/** Writes CSV as Procmon exports it (procmon-formats.md 12.1): every field in quotes, quotes doubled, BOM, CRLF. */
export interface CsvOptions {
  readonly lineEnd?: '\r\n' | '\n' | '\r';
  readonly encoding?: 'utf8' | 'utf8-without-bom' | 'utf16le' | 'utf16be' | 'utf16le-without-bom';
  readonly separator?: ',' | ';' | '\t';
  /** Leave the quotes out where a field does not need them, as spreadsheets do. */
  readonly bare?: boolean;
}

export function writeProcmonCsv(columns: readonly string[], rows: readonly (readonly string[])[], options: CsvOptions = {}): Uint8Array {
  const { lineEnd = '\r\n', encoding = 'utf8', separator = ',', bare = false } = options;
  const quoted = (field: string): string => (bare && !/["\r\n,;\t]/.test(field) ? field : `"${field.replaceAll('"', '""')}"`);
  const text = [columns, ...rows].map((fields) => fields.map(quoted).join(separator) + lineEnd).join('');
  return encoded(text, encoding);
}

export function encoded(text: string, encoding: CsvOptions['encoding']): Uint8Array {
  if (encoding === 'utf16le') return Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le'));
  if (encoding === 'utf16be') return Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le').swap16());
  if (encoding === 'utf16le-without-bom') return Uint8Array.from(Buffer.from(text, 'utf16le'));
  return Uint8Array.from(Buffer.from(encoding === 'utf8' ? `\ufeff${text}` : text, 'utf8'));
}
