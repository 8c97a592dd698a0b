/** Why a callback was called when it was: one sentence, with the rule and its document. Source: filter-manager-core.md 5.3. */
import { siteText, type Operation } from '../engine/index.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { IRP_MJ_CREATE, STATUS_PENDING } from '../nt/values.generated.ts';
import { iopbTexts } from '../replay/valueText.ts';
import { eventKindCode } from '../replay/eventPage.ts';
import type { StepRow } from '../replay/recorder.ts';
import type { StopNote } from './stop.ts';
import type { StopSubject } from './stopBuilder.ts';

const statusSource = 'FltRequestOperationStatusCallback; PFLT_GET_OPERATION_STATUS_CALLBACK; order INFERRED from "after IoCallDriver returns"';

export function explanationsFor(activation: StopSubject, steps: readonly StepRow[]): StopNote[] {
  if (activation.kind !== 'status' || activation.operation === null) return [];
  return [whyNow(activation, activation.operation, steps), ...changedAfterAsking(activation)];
}

function note(rule: string, sentence: string, source: string, activation: StopSubject, line: number | null): StopNote {
  return { kind: 'explanation', id: rule, severity: 'I', sentence, rule, source, driver: activation.filter?.name ?? null, line };
}

function whyNow(activation: StopSubject, operation: Operation, steps: readonly StepRow[]): StopNote {
  const told = ntStatusName(activation.operationStatus);
  const asked = activation.requestSite === null ? '' : ` (asked for at ${siteText(activation.requestSite)})`;
  const posts = steps.filter((step) => step.kind === eventKindCode.post).length;
  let when: string;
  if (operation.major === IRP_MJ_CREATE) when = 'Creates are synchronised, so it comes before FltMgr waits for completion and before any post callback.';
  else if (posts > 0) when = `The drivers below completed the IRP inside IoCallDriver, so ${posts === 1 ? 'the post callback has' : `${posts} post callbacks have`} run already, inside that call.`;
  else if (activation.operationStatus === STATUS_PENDING) when = 'The drivers below keep the IRP; the post callbacks come when they complete it.';
  else when = 'No filter was owed a post callback before it.';
  const rule = operation.major === IRP_MJ_CREATE ? 'R-5.16' : 'R-5.14';
  const sentence = `IoCallDriver has returned ${told}, and FltMgr now calls the status callback${asked} with that value, which later changes of IoStatus do not touch (R-5.12). ${when}`;
  return note(rule, sentence, statusSource, activation, activation.requestSite?.line ?? null);
}

/** Beside FV-084: the line that asked, and the lines that changed the block afterwards. */
function changedAfterAsking(activation: StopSubject): StopNote[] {
  const { iopbSnapshot, sent, operation, requestSite } = activation;
  if (iopbSnapshot === null || sent === null || operation === null) return [];
  const sentTexts = new Map(iopbTexts(sent).map((field) => [field.path, field.text]));
  const differing = iopbTexts(iopbSnapshot).filter(({ path, text }) => path !== 'TargetInstance' && sentTexts.get(path) !== text);
  if (differing.length === 0) return [];
  const list = differing.map(({ path, text }) => {
    const change = operation.iopbHistory.findLast((one) => one.field === path && one.site !== null);
    const where = change?.site ? ` (${change.by}, ${siteText(change.site)})` : '';
    return `${path} was ${text} and went down as ${sentTexts.get(path) ?? '?'}${where}`;
  });
  const asked = requestSite === null ? 'when the callback was requested' : `when the callback was requested at ${siteText(requestSite)}`;
  const sentence = `The snapshot is a copy made ${asked}; later changes do not reach it: ${list.join('; ')}.`;
  return [note('R-5.9', sentence, 'FltRequestOperationStatusCallback', activation, requestSite?.line ?? null)];
}
