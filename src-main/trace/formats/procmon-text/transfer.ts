/** How many bytes an operation has moved, as far as the export tells. Source: procmon-formats.md 10.4 and 10.5 (Length). */
import type { Provenance } from '../../record.ts';
import type { NTSTATUS } from '../../../nt/ntStatus.ts';
import type { ReadDetail } from './detailText.ts';
import type { OperationFacts } from './operationFacts.ts';

export interface Transfer {
  readonly information: number | null;
  /** Place in `transferProvenances`. */
  readonly kind: 0 | 1 | 2 | 3;
}

/** Procmon prints the bytes a read has got as its Length; what was asked for is then unknown. Of a write it prints what was asked for. */
export const transferProvenances: readonly { readonly [field: string]: Provenance }[] = [
  {},
  { information: 'derived', length: 'assumed' },
  { information: 'derived' },
  { information: 'assumed' },
];

const statusPending = 0x103;
const none: Transfer = { information: null, kind: 0 };
const nothingRead: Transfer = { information: 0, kind: 2 };

export function transferOf(transfer: OperationFacts['transfer'], read: ReadDetail, status: NTSTATUS | null): Transfer {
  if (read.information !== null) return { information: read.information, kind: 0 };
  if (transfer === 'other' || transfer === 'directory' || read.length === null || status === null || status === statusPending) return none;
  const failed = status >= 0x80000000;
  if (transfer === 'read') return failed ? nothingRead : { information: read.length, kind: 1 };
  return failed ? none : { information: read.length, kind: 3 };
}
