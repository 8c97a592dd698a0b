/**
 * What a recorded enumeration shows of a directory: the names it lists, and that there are no more.
 *
 * Source: MS-FSA 2.1.5.6.3. The names of a scan are fixed when it begins; a recording tells them query by query, so those that come
 * to light later are put behind the cursor.
 */
import { settledHere, type Claim, type Handle, type ModelVolume } from '../../filesystem/model/index.ts';
import { hasWildcards, isNameInExpression, upcase } from '../../engine/index.ts';
import { SL_RESTART_SCAN, STATUS_BUFFER_OVERFLOW, STATUS_NO_MORE_FILES, STATUS_NO_SUCH_FILE, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { numberIn } from './recordedValues.ts';

export function showDirectory(volume: ModelVolume, handle: Handle, record: NumberedOperation, claim: Claim): void {
  const { status, detail, index } = record;
  // One adopted open may stand for many that came and went unseen.
  if (handle.shownBy !== settledHere && (status === STATUS_NO_SUCH_FILE || (status === STATUS_SUCCESS && atEnd(handle)))) handle.cursor = null;
  if (status === STATUS_SUCCESS || status === STATUS_BUFFER_OVERFLOW) {
    if (!handle.file.directory) volume.shown.kind(handle.file, 'directory', index, claim);
    const entries = detail['Entries'];
    if (Array.isArray(entries)) showEntries(volume, handle, entries, record, claim);
    else showPattern(volume, handle, record, claim);
  } else if (status === STATUS_NO_MORE_FILES) endScan(handle);
  else if (status === STATUS_NO_SUCH_FILE) showNone(volume, handle, detail['Filter']);
}

const atEnd = ({ cursor }: Handle): boolean => cursor !== null && cursor.next >= cursor.entries.length;

const begins = ({ cursor }: Handle, { detail }: NumberedOperation): boolean => cursor === null || (numberIn(detail['OperationFlags']) & SL_RESTART_SCAN) !== 0;

function showEntries(volume: ModelVolume, handle: Handle, entries: readonly unknown[], record: NumberedOperation, claim: Claim): void {
  const { link, cursor } = handle;
  const first = begins(handle, record);
  for (const name of entries) {
    if (typeof name !== 'string' || name === '.' || name === '..') continue;
    const known = link.file.child(name) ?? volume.shown.child(link, name, null, record.index, claim);
    if (known === null || first || cursor === null) continue;
    // The scan was fixed before this name was known.
    if (!cursor.entries.includes(known.name, cursor.next)) cursor.entries.push(known.name);
  }
}

/** Without the names themselves: a pattern without wildcards is one. */
function showPattern(volume: ModelVolume, { link }: Handle, { detail, index }: NumberedOperation, claim: Claim): void {
  const pattern = detail['Filter'];
  if (typeof pattern !== 'string' || pattern === '' || hasWildcards(pattern) || pattern === '.' || pattern === '..') return;
  if (link.file.child(pattern) === undefined) volume.shown.child(link, pattern, null, index, claim);
}

/** What is left of the scan was listed before the recording began, or by a query that tells no names; a name that the run has made is really missing. */
function endScan({ cursor, file }: Handle): void {
  if (cursor === null) return;
  for (let at = cursor.next; at < cursor.entries.length; at++) if (file.child(cursor.entries[at] ?? '')?.shownBy === settledHere) return;
  cursor.next = cursor.entries.length;
}

function showNone(volume: ModelVolume, { file }: Handle, pattern: unknown): void {
  if (typeof pattern !== 'string') return;
  const matches = hasWildcards(pattern) ? (name: string): boolean => isNameInExpression(pattern, name) : (name: string): boolean => upcase(name) === upcase(pattern);
  for (const child of [...file.children]) if (child.handles === 0 && matches(child.name)) volume.shown.removeName(child, 'prior');
}
