/** Functions, classes and constants of a driver whose files have models in the editor: name, kind and line. */
import type { FileSlot } from '../stores/driverFiles.ts';
import { driverModels } from './driverModels.ts';
import { workerOf, type monaco } from './monaco.ts';

export interface DriverSymbol {
  readonly name: string;
  readonly kind: string;
  readonly slot: FileSlot;
  /** In the file. */
  readonly line: number;
  readonly container: string;
}

interface NavigationNode {
  readonly text: string;
  readonly kind: string;
  readonly spans: readonly { readonly start: number }[];
  readonly childItems?: readonly NavigationNode[];
}

const codeKinds: ReadonlySet<string> = new Set(['function', 'local function', 'class', 'method', 'interface', 'type']);
/** Looked for by name where they belong to the whole file; inside a function they are noise. */
const valueKinds: ReadonlySet<string> = new Set(['const', 'let', 'var']);
/** Deeper than this are parts of values, which nobody looks for by name. */
const depthLimit = 3;

/** Of all its files, those of `first` before the others. */
export async function driverSymbols(driverId: number, first: FileSlot): Promise<readonly DriverSymbol[]> {
  const models = [...driverModels().modelsOf(driverId)].sort(([a], [b]) => Number(b === first) - Number(a === first));
  return (await Promise.all(models.map(([slot, model]) => symbolsOf(slot, model)))).flat();
}

async function symbolsOf(slot: FileSlot, model: monaco.editor.ITextModel): Promise<readonly DriverSymbol[]> {
  const client = await workerOf(model);
  const tree = (await client.getNavigationTree(model.uri.toString())) as NavigationNode | undefined;
  const found: DriverSymbol[] = [];
  const visit = (node: NavigationNode, container: string, depth: number): void => {
    for (const child of node.childItems ?? []) {
      const start = child.spans[0]?.start;
      if (start !== undefined && (codeKinds.has(child.kind) || (depth === 1 && valueKinds.has(child.kind))) && !child.text.startsWith('<')) found.push({ name: child.text, kind: child.kind.replace('local ', ''), slot, line: model.getPositionAt(start).lineNumber, container });
      if (depth < depthLimit) visit(child, child.text, depth + 1);
    }
  };
  if (tree !== undefined) visit(tree, '', 1);
  return found;
}
