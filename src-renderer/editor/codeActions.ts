/** What Monaco offers in the editor: fixes of load problems and violations, of what TypeScript finds, and snippets. */
import { host } from '../backend/backend.ts';
import { useDrivers } from '../stores/drivers.ts';
import type { DriverModels } from './driverModels.ts';
import { driverLanguage, languages, monaco, workerOf } from './monaco.ts';
import { driverSnippets } from './snippets.ts';

/** Owners of markers that fixes are known for. */
export const loadOwner = 'fltreplay-load';
export const runOwner = 'fltreplay-run';

export function registerFixes(models: DriverModels): readonly monaco.IDisposable[] {
  return [registerOwnFixes(models), ...languages.map(registerTypeFixes)];
}

function registerOwnFixes(models: DriverModels): monaco.IDisposable {
  return monaco.languages.registerCodeActionProvider(driverLanguage, {
    provideCodeActions: async (model, range, context) => {
      const none = { actions: [], dispose: () => undefined };
      const file = models.fileOf(model);
      if (file === null) return none;
      const markers = context.markers.filter(({ source }) => source === 'FltReplay');
      const load = useDrivers().problemsOf(file.driverId).filter(({ slot, line }) => slot === file.slot && (line === null || (range.startLineNumber <= line && line <= range.endLineNumber)));
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

interface TextChanges {
  readonly fileName: string;
  readonly isNewFile?: boolean;
  readonly textChanges: readonly { readonly span: { readonly start: number; readonly length: number }; readonly newText: string }[];
}

/** TypeScript's own, in whichever files they change. */
function registerTypeFixes(language: string): monaco.IDisposable {
  return monaco.languages.registerCodeActionProvider(language, {
    provideCodeActions: async (model, range, context) => {
      const codes = context.markers.filter(({ source }) => source !== 'FltReplay').map(({ code }) => Number(code)).filter((code) => code > 0);
      if (codes.length === 0) return { actions: [], dispose: () => undefined };
      const client = await workerOf(model);
      const [from, to] = [model.getOffsetAt(range.getStartPosition()), model.getOffsetAt(range.getEndPosition())];
      const fixes = (await client.getCodeFixesAtPosition(model.uri.toString(), from, to, codes, { convertTabsToSpaces: true, tabSize: 2, indentSize: 2, indentStyle: 2, newLineCharacter: '\n' })) as readonly { readonly description: string; readonly changes: readonly TextChanges[] }[];
      const actions = fixes.flatMap(({ description, changes }): readonly monaco.languages.CodeAction[] => {
        const edits = changes.flatMap(({ fileName, textChanges }) => {
          const target = monaco.editor.getModel(monaco.Uri.parse(fileName));
          return target === null ? [] : textChanges.map(({ span, newText }) => ({ resource: target.uri, versionId: undefined, textEdit: { range: monaco.Range.fromPositions(target.getPositionAt(span.start), target.getPositionAt(span.start + span.length)), text: newText } }));
        });
        return changes.some(({ isNewFile }) => isNewFile) ? [] : [{ title: description, kind: 'quickfix', diagnostics: [...context.markers], edit: { edits } }];
      });
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
  return { provider, registration: monaco.languages.registerCompletionItemProvider(driverLanguage, provider) };
}
