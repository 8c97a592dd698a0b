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
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/typescript/register';
import { getJavaScriptWorker, getTypeScriptWorker, javascriptDefaults, ModuleKind, ScriptTarget, typescriptDefaults, type LanguageServiceDefaults } from 'monaco-editor/languages/features/typescript/register';

export { monaco };

/**
 * Service scripts see another API than drivers, so they have a language service of their own: that of this language, told by the
 * models' names that it is TypeScript.
 */
export const serviceLanguage = 'javascript';
export const driverLanguage = 'typescript';
/** What is true of every text in the editor. */
export const languages = [driverLanguage, serviceLanguage] as const;

const setUpDelayMilliseconds = 100;
const setUpTries = 100;

/** The language service that knows a model, as soon as it has come; it is told of those others too. */
export async function workerOf(model: monaco.editor.ITextModel, ...others: readonly monaco.editor.ITextModel[]): ReturnType<Awaited<ReturnType<typeof getTypeScriptWorker>>> {
  for (let tries = 1; ; tries++) {
    try {
      const get = await (model.getLanguageId() === serviceLanguage ? getJavaScriptWorker() : getTypeScriptWorker());
      return await get(model.uri, ...others.map(({ uri }) => uri));
    } catch (error) {
      // Monaco sets a language up some time after its first model, and says only by refusing that it has not yet.
      if (tries === setUpTries || model.isDisposed()) throw error;
      await new Promise((resolve) => setTimeout(resolve, setUpDelayMilliseconds));
    }
  }
}

/** `moduleDetection: "force"`: each driver has names of its own, though none of them imports anything. */
const moduleDetectionForce = 3;
/** `moduleResolution: "bundler"`: the files of a driver name each other with or without `.ts`. */
const moduleResolutionBundler = 100 as number;

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
  prepareService(typescriptDefaults);
  prepareService(javascriptDefaults);
}

function prepareService(defaults: LanguageServiceDefaults): void {
  defaults.setCompilerOptions({
    target: ScriptTarget.ESNext,
    module: ModuleKind.ESNext,
    moduleResolution: moduleResolutionBundler,
    allowImportingTsExtensions: true,
    // Types are taken out in place: what is imported as a value has to be one.
    verbatimModuleSyntax: true,
    lib: ['es2024'],
    types: [],
    strict: true,
    noImplicitAny: true,
    noFallthroughCasesInSwitch: true,
    moduleDetection: moduleDetectionForce,
    allowNonTsExtensions: true,
    noEmit: true,
  });
  // Monaco's own look at one file only: an edit changes what is wrong in others, and a fix may be one of another.
  defaults.setModeConfiguration({ ...defaults.modeConfiguration, diagnostics: false, codeActions: false });
  defaults.setEagerModelSync(true);
}

/** Hands the declarations of the driver API, or of that of service scripts, to its language service, and makes them readable as a source of their own. */
export function setDeclarations({ fileName, text }: Declarations, language: (typeof languages)[number] = driverLanguage): monaco.editor.ITextModel {
  const uri = monaco.Uri.parse(`file:///${fileName}`);
  const existing = monaco.editor.getModel(uri);
  if (existing !== null) {
    if (existing.getValue() !== text) existing.setValue(text);
    return existing;
  }
  (language === serviceLanguage ? javascriptDefaults : typescriptDefaults).addExtraLib(text, uri.toString());
  return monaco.editor.createModel(text, language, uri);
}

export interface Declarations {
  readonly fileName: string;
  readonly text: string;
}
