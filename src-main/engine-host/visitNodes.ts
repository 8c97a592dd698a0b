/** Every node of a syntax tree, from the outside in. */
import type { Node } from 'acorn';

export type AnyNode = Node & Readonly<Record<string, unknown>>;

/** `skips`: nodes that are not looked at, with all that is in them. */
export function visitNodes(value: unknown, see: (node: AnyNode) => void, skips: (node: AnyNode) => boolean = () => false): void {
  if (Array.isArray(value)) {
    for (const one of value) visitNodes(one, see, skips);
    return;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return;
  const node = value as AnyNode;
  if (skips(node)) return;
  see(node);
  for (const key in node) if (key !== 'loc' && key !== 'range') visitNodes(node[key], see, skips);
}
