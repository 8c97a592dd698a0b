/** Functions, classes and constants of a driver that has a model in the editor: name, kind and line. */
import { getTypeScriptWorker, monaco } from './monaco.ts';

export interface DriverSymbol {
  readonly name: string;
  readonly kind: string;
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

export async function driverSymbols(driverName: string): Promise<readonly DriverSymbol[]> {
  const model = monaco.editor.getModels().find(({ uri }) => uri.path.endsWith(`/${driverName}.ts`));
  if (model === undefined) return [];
  const client = await (await getTypeScriptWorker())(model.uri);
  const tree = (await client.getNavigationTree(model.uri.toString())) as NavigationNode | undefined;
  const found: DriverSymbol[] = [];
  const visit = (node: NavigationNode, container: string, depth: number): void => {
    for (const child of node.childItems ?? []) {
      const start = child.spans[0]?.start;
      if (start !== undefined && (codeKinds.has(child.kind) || (depth === 1 && valueKinds.has(child.kind))) && !child.text.startsWith('<')) found.push({ name: child.text, kind: child.kind.replace('local ', ''), line: model.getPositionAt(start).lineNumber, container });
      if (depth < depthLimit) visit(child, child.text, depth + 1);
    }
  };
  if (tree !== undefined) visit(tree, '', 1);
  return found;
}
