/** What can be done about problems and violations of a driver: for each finding, edits of its source. */
import { askForNone, clearInformation, finishDraining, guardForm, removeCall, returnInstead, setDirty, setStatus } from './callbackFixes.ts';
import { DriverText } from './driverText.ts';
import type { Finding, Fix } from './fix.ts';
import { addImport, exportEntry, nearestNames, removeImport, yields } from './nameFixes.ts';
import { releaseMissing } from './releaseFixes.ts';
import { moveRequest } from './requestFixes.ts';

type FixOfLine = (text: DriverText, line: number) => Fix | null | readonly Fix[];

const ofViolations: Readonly<Record<string, FixOfLine>> = {
  'FV-002': (text, line) => guardForm(text, line, 'FLT_IS_IRP_OPERATION'),
  'FV-003': askForNone,
  'FV-005': (text, line) => guardForm(text, line, 'FLT_IS_FASTIO_OPERATION'),
  'FV-012': setStatus,
  'FV-015': (text, line) => returnInstead(text, line, 'FLT_PREOP_SYNCHRONIZE', 'FLT_PREOP_SUCCESS_WITH_CALLBACK'),
  'FV-016': (text, line) => returnInstead(text, line, 'FLT_PREOP_SYNCHRONIZE', 'FLT_PREOP_SUCCESS_WITH_CALLBACK'),
  'FV-021': setDirty,
  'FV-028': (text, line) => returnInstead(text, line, 'FLT_PREOP_SUCCESS_NO_CALLBACK', 'FLT_PREOP_SUCCESS_WITH_CALLBACK'),
  'FV-029': (text, line) => removeCall(text, line, ['IoFreeMdl']),
  'FV-043': finishDraining,
  'FV-053': clearInformation,
  'A-05': clearInformation,
  'FV-082': (text, line) => guardForm(text, line, 'FLT_IS_IRP_OPERATION'),
  'FV-084': moveRequest,
};

/** Before the sentence of a problem: `statusWatch.ts:12:3: `. */
const place = /^(?:[\w-]+\/)*[\w-]+\.ts(?::\d+)*: /;

/** With the number of the finding that each is for. `source`: the text of the file that they are in. */
export function driverFixes(source: string, findings: readonly Finding[], provided: ReadonlySet<string>): (Fix & { readonly finding: number })[] {
  const text = DriverText.of(source);
  if (text === null) return [];
  return findings.flatMap((finding, at) => fixesOf(text, { ...finding, message: finding.message.replace(place, '') }, provided).map((fix) => ({ ...fix, edits: [...fix.edits].sort((a, b) => a.from - b.from || a.to - b.to), finding: at })));
}

function fixesOf(text: DriverText, finding: Finding, provided: ReadonlySet<string>): readonly Fix[] {
  const { id, line } = finding;
  if (id === '') return [...nearestNames(text, finding, provided), ...exportEntry(text, finding), ...addImport(text, finding), ...removeImport(text, finding), ...yields(text, finding)];
  // What was taken is not always told by line; then whatever is not given back is shown.
  if (id === 'FV-133') {
    const here = line === null ? [] : releaseMissing(text, line);
    return here.length > 0 ? here : releaseMissing(text, null);
  }
  const fixes = line === null ? undefined : ofViolations[id]?.(text, line);
  return fixes === undefined || fixes === null ? [] : Array.isArray(fixes) ? (fixes as readonly Fix[]) : [fixes as Fix];
}
