/** What Monaco offers in the editor beside TypeScript's own: fixes of load problems and violations, and snippets. */
import { host } from '../backend/backend.ts';
import { useDrivers } from '../stores/drivers.ts';
import type { DriverModels } from './driverModels.ts';
import { monaco } from './monaco.ts';
import { driverSnippets } from './snippets.ts';

/** Owners of markers that fixes are known for. */
export const loadOwner = 'fltreplay-load';
export const runOwner = 'fltreplay-run';

export function registerFixes(models: DriverModels): monaco.IDisposable {
  return monaco.languages.registerCodeActionProvider('typescript', {
    provideCodeActions: async (model, range, context) => {
      const none = { actions: [], dispose: () => undefined };
      const driverId = models.driverIdOf(model);
      if (driverId === null) return none;
      const markers = context.markers.filter(({ source }) => source === 'FltReplay');
      const load = (useDrivers().problems.get(driverId) ?? []).filter(({ line }) => line === null || (range.startLineNumber <= line && line <= range.endLineNumber));
      const findings = [
        ...load.map(({ message, line, column }) => ({ id: '', message, line, column })),
        ...markers.filter(({ code }) => typeof code === 'string').map(({ code, message, startLineNumber }) => ({ id: String(code), message, line: startLineNumber, column: null })),
      ];
      if (findings.length === 0) return none;
      const versionId = model.getVersionId();
      const fixes = await host().request('drivers.fixes', { source: model.getValue(), findings }).catch(() => []);
      const actions = fixes.map((fix): monaco.languages.CodeAction => ({
        title: fix.title, kind: 'quickfix', isPreferred: fixes.filter(({ finding }) => finding === fix.finding)[0] === fix,
        diagnostics: markers.filter(({ message }) => message === findings[fix.finding]?.message),
        edit: { edits: fix.edits.map(({ from, to, text }) => ({ resource: model.uri, versionId, textEdit: { range: monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to)), text } })) },
      }));
      return { actions, dispose: () => undefined };
    },
  }, { providedCodeActionKinds: ['quickfix'] });
}

/** The provider too, so that a command can ask for snippets alone. */
export function registerSnippets(): { readonly provider: monaco.languages.CompletionItemProvider; readonly registration: monaco.IDisposable } {
  const provider: monaco.languages.CompletionItemProvider = {
    provideCompletionItems: (model, position) => {
      const word = model.getWordUntilPosition(position);
      const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn);
      return {
        suggestions: driverSnippets.map(({ title, prefix, text }) => ({
          label: { label: prefix, description: title }, kind: monaco.languages.CompletionItemKind.Snippet, insertText: text.join('\n'), insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
          documentation: { value: `\`\`\`typescript\n${text.join('\n').replaceAll(/\$\{\d+:([^}]*)\}|\$\d/g, '$1')}\n\`\`\`` }, range,
        })),
      };
    },
  };
  return { provider, registration: monaco.languages.registerCompletionItemProvider('typescript', provider) };
}
