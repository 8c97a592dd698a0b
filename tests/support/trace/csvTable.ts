/** Rows of a CSV, by a reader of its own: what is tested must not be what expects. Source: RFC 4180. */
import { parse } from 'csv-parse/sync';

export function csvTable(bytes: Uint8Array): string[][] {
  return parse(Buffer.from(bytes), { bom: true, record_delimiter: ['\r\n'] });
}
