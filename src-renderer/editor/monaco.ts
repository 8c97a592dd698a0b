/** The one place that loads Monaco: the editor, the features we use, TypeScript, and their workers. */
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import TypeScriptWorker from 'monaco-editor/language/typescript/ts.worker?worker';
import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/caretOperations/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codeAction/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/diffEditor/register';
// Not used, but the language mode brings them along later: an editor that is made after that asks for their services.
import 'monaco-editor/features/codelens/register';
import 'monaco-editor/features/dropOrPasteInto/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/format/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/gotoLine/register';
import 'monaco-editor/features/gotoSymbol/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/parameterHints/register';
import 'monaco-editor/features/quickOutline/register';
import 'monaco-editor/features/readOnlyMessage/register';
import 'monaco-editor/features/referenceSearch/register';
import 'monaco-editor/features/rename/register';
import 'monaco-editor/features/smartSelect/register';
import 'monaco-editor/features/snippet/register';
import 'monaco-editor/features/suggest/register';
// The feature has only the words' model; the list and its keys are in the controller.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/tokenization/register';
import 'monaco-editor/features/wordHighlighter/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/languages/definitions/typescript/register';
import { getTypeScriptWorker, ModuleKind, ScriptTarget, typescriptDefaults } from 'monaco-editor/languages/features/typescript/register';

export { getTypeScriptWorker, monaco };

/** `moduleDetection: "force"`: each driver has names of its own, though none of them imports anything. */
const moduleDetectionForce = 3;

let isPrepared = false;

/** Sets up workers and the language once. Drivers see ECMAScript and fltkernel.d.ts: no DOM, no Node. */
export function prepareMonaco(): void {
  if (isPrepared) return;
  isPrepared = true;
  // What is no longer wanted, Monaco gives up by a rejection that nobody handles: nothing went wrong.
  window.addEventListener('unhandledrejection', (event) => {
    if (event.reason instanceof Error && event.reason.name === 'Canceled') event.preventDefault();
  });
  window.MonacoEnvironment = {
    getWorker: (_id, label) => (label === 'typescript' || label === 'javascript' ? new TypeScriptWorker() : new EditorWorker()),
  };
  typescriptDefaults.setCompilerOptions({
    target: ScriptTarget.ESNext,
    module: ModuleKind.ESNext,
    lib: ['es2024'],
    types: [],
    strict: true,
    noImplicitAny: true,
    noFallthroughCasesInSwitch: true,
    moduleDetection: moduleDetectionForce,
    allowNonTsExtensions: true,
    noEmit: true,
  });
  typescriptDefaults.setEagerModelSync(true);
}

/** Hands the driver API's declarations to the language service and makes them readable as a source of their own. */
export function setDeclarations(fileName: string, text: string): monaco.editor.ITextModel {
  const uri = monaco.Uri.parse(`file:///${fileName}`);
  const existing = monaco.editor.getModel(uri);
  if (existing !== null) {
    if (existing.getValue() !== text) existing.setValue(text);
    return existing;
  }
  typescriptDefaults.addExtraLib(text, uri.toString());
  return monaco.editor.createModel(text, 'typescript', uri);
}
