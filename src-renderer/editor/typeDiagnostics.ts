/** What TypeScript says about files that belong together: an edit of one is a reason to look at all of them. */
import { monaco, workerOf } from './monaco.ts';

export const typesOwner = 'types';
const delayMilliseconds = 500;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

type Worker = Awaited<ReturnType<typeof workerOf>>;
type Diagnostic = Awaited<ReturnType<Worker['getSemanticDiagnostics']>>[number];

/** Soon, once for many edits. `group`: what the models belong to; they are asked for when it is time. */
export function lookAtTypes(group: string, models: () => readonly monaco.editor.ITextModel[], delay = delayMilliseconds): void {
  clearTimeout(timers.get(group));
  timers.set(group, setTimeout(() => {
    timers.delete(group);
    void Promise.all(models().map((model) => show(model, models())));
  }, delay));
}

async function show(model: monaco.editor.ITextModel, all: readonly monaco.editor.ITextModel[]): Promise<void> {
  const uri = model.uri.toString();
  try {
    const client = await workerOf(model, ...all.filter((other) => other.getLanguageId() === model.getLanguageId()));
    const found = (await Promise.all([client.getSyntacticDiagnostics(uri), client.getSemanticDiagnostics(uri), client.getSuggestionDiagnostics(uri)])).flat();
    if (!model.isDisposed()) monaco.editor.setModelMarkers(model, typesOwner, found.map((one) => markerOf(model, one)));
  } catch {
    // The language service is being loaded or the model is gone: whoever comes next asks again.
  }
}

/** By TypeScript's categories: warning, error, suggestion, message. */
const severities = [monaco.MarkerSeverity.Warning, monaco.MarkerSeverity.Error, monaco.MarkerSeverity.Hint, monaco.MarkerSeverity.Info] as const;

function markerOf(model: monaco.editor.ITextModel, { start = 0, length = 1, category, code, messageText, reportsUnnecessary, reportsDeprecated }: Diagnostic): monaco.editor.IMarkerData {
  const [from, to] = [model.getPositionAt(start), model.getPositionAt(start + length)];
  return {
    severity: severities[category], code: String(code), message: flattened(messageText),
    startLineNumber: from.lineNumber, startColumn: from.column, endLineNumber: to.lineNumber, endColumn: to.column,
    tags: [...(reportsUnnecessary === undefined ? [] : [monaco.MarkerTag.Unnecessary]), ...(reportsDeprecated === undefined ? [] : [monaco.MarkerTag.Deprecated])],
  };
}

function flattened(message: Diagnostic['messageText'], indent = ''): string {
  if (typeof message === 'string') return message;
  return [`${indent}${message.messageText}`, ...(message.next ?? []).map((one) => flattened(one, `${indent}  `))].join('\n');
}
