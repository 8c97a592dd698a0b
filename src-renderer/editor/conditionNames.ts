/** What can be written next in the condition of a breakpoint: asked of TypeScript, which sees the condition where it will be evaluated. */
import { driverLanguage, monaco, prepareMonaco, setDeclarations, workerOf, type Declarations } from './monaco.ts';

export interface ConditionPlace {
  /** Of the file of a driver; empty: any driver's. */
  readonly source: string;
  /** Where that file lies in the editor, so that what it imports is found: `/drivers/3/util/`. */
  readonly folder: string;
  /** From 1, in the file; null: at a callback or another event, where `callbackNames` are seen. */
  readonly line: number | null;
}

export interface NameSuggestion {
  readonly name: string;
  /** TypeScript's word for what it is. */
  readonly kind: string;
}

/** Names that begin with what stands before the caret. */
export interface Suggestions {
  /** Where in the text the name begins. */
  readonly from: number;
  readonly names: readonly NameSuggestion[];
}

const most = 100;
/** A model each: the language service keeps what it knows of one by its version. */
let made = 0;
/** What an expression at a callback sees beside the driver API (docs/breakpoints.md). */
const parameters = [
  'Data: PFLT_CALLBACK_DATA', 'FltObjects: PCFLT_RELATED_OBJECTS', 'CompletionContext: any', 'Snapshot: PFLT_IO_PARAMETER_BLOCK', 'IopbSnapshot: PFLT_IO_PARAMETER_BLOCK', 'OperationStatus: NTSTATUS', 'RequesterContext: any', 'Flags: number',
  'Operation: { index: number; path: string; process: string; pid: number; tid: number; major: number; minor: number; kind: string; recordedStatus: number | null }',
  'Change: { field: string; from: any; to: any; by: string; line: number | null }', 'Violation: { id: string; severity: string; sentence: string }', 'Call: { name: string; args: readonly any[]; result: any }',
];
/** Names of the language and of what nobody writes in a condition. */
const leftOut: ReadonlySet<string> = new Set(['keyword', 'module', 'script', 'type', 'interface', 'alias', 'type parameter', 'warning']);

/** The condition in its surroundings, and where the text begins in them. */
function surrounded(text: string, { source, line }: ConditionPlace): { readonly code: string; readonly at: number } {
  if (line === null) {
    const head = `${source}\nfunction condition(${parameters.join(', ')}) { void (`;
    return { code: `${head}${text}\n); }`, at: head.length };
  }
  const lines = source.split('\n');
  const before = lines.slice(0, line - 1).map((one) => `${one}\n`).join('');
  const head = `${before}void (`;
  return { code: `${head}${text}\n);${lines.slice(line - 1).join('\n')}`, at: head.length };
}

export async function conditionNames(text: string, caret: number, place: ConditionPlace, declarations: Declarations | null): Promise<Suggestions> {
  const begun = /[\w$]*$/.exec(text.slice(0, caret))?.[0] ?? '';
  const from = caret - begun.length;
  prepareMonaco();
  if (declarations !== null) setDeclarations(declarations);
  const { code, at } = surrounded(text, place);
  const model = monaco.editor.createModel(code, driverLanguage, monaco.Uri.parse(`file://${place.folder}condition.${++made}.ts`));
  try {
    const client = await workerOf(model);
    const found = (await client.getCompletionsAtPosition(model.uri.toString(), at + caret)) as { readonly entries: readonly (NameSuggestion & { readonly sortText: string })[] } | undefined;
    const names = (found?.entries ?? []).filter(({ name, kind }) => !leftOut.has(kind) && name.toLowerCase().startsWith(begun.toLowerCase()) && name !== 'condition');
    // TypeScript's own order: what is declared around the place before what is known everywhere.
    const order = (a: { readonly name: string; readonly sortText: string }, b: typeof a): number => compare(a.sortText, b.sortText) || compare(a.name, b.name);
    return { from, names: names.sort(order).slice(0, most).map(({ name, kind }) => ({ name, kind })) };
  } finally {
    model.dispose();
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
