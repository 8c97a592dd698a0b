/**
 * Which names a file has had, and when, from the renames of a trace.
 *
 * A name belongs to one file at a time: a rename to it ends the file that had it, and one away from it leaves it to whoever comes next. Folders that
 * are renamed with what is in them are not followed.
 */
import { pathKey } from '../recordedPaths.ts';

/** A rename that succeeded. */
export interface Rename {
  readonly index: number;
  readonly from: string;
  readonly to: string;
}

/** A name between two operations: operations behind `from`, up to and with `until`, are about the file. */
export interface NameSpan {
  readonly path: string;
  /** Null: from the start. */
  readonly from: number | null;
  /** Null: to the end. */
  readonly until: number | null;
  /** The file came to this name by the rename `from`; otherwise another file had left it, or was there before. */
  readonly renamed: boolean;
}

/** The names of what `path` is the name of when operation `index` is issued. `renames` are in order. */
export function namesOf(renames: readonly Rename[], path: string, index: number): readonly NameSpan[] {
  const keyed = renames.map((rename) => ({ ...rename, fromKey: pathKey(rename.from), toKey: pathKey(rename.to) }));
  const at = keyed.findIndex((rename) => rename.index >= index);
  const before = at < 0 ? keyed : keyed.slice(0, at);
  const [own, ...earlier] = backward(before, path);
  return [...earlier.reverse(), ...forward(at < 0 ? [] : keyed.slice(at), own)];
}

/** The latest first. */
function backward(renames: readonly Keyed[], path: string): [NameSpan, ...NameSpan[]] {
  const spans: NameSpan[] = [];
  let open: NameSpan = { path, from: null, until: null, renamed: false };
  for (const rename of [...renames].reverse()) {
    const key = pathKey(open.path);
    if (rename.fromKey === rename.toKey) continue;
    if (rename.fromKey === key) {
      // Another file had the name and went away with it: this one came later.
      open = { ...open, from: rename.index };
      break;
    }
    if (rename.toKey !== key) continue;
    spans.push({ ...open, from: rename.index, renamed: true });
    open = { path: rename.from, from: null, until: rename.index, renamed: false };
  }
  const [first = open, ...rest] = [...spans, open];
  return [first, ...rest];
}

type Keyed = Rename & { readonly fromKey: string; readonly toKey: string };

function forward(renames: readonly Keyed[], last: NameSpan): NameSpan[] {
  const spans: NameSpan[] = [];
  let open = last;
  for (const rename of renames) {
    const key = pathKey(open.path);
    if (rename.fromKey === rename.toKey) continue;
    if (rename.fromKey === key) {
      spans.push({ ...open, until: rename.index });
      open = { path: rename.to, from: rename.index, until: null, renamed: true };
    } else if (rename.toKey === key) return [...spans, { ...open, until: rename.index }];
  }
  return [...spans, open];
}

/** Keys of all names that renames lead to or come from, begun with one: what handles of the file may be recorded under. */
export function connectedNames(renames: readonly Rename[], path: string): ReadonlySet<string> {
  const neighbours = new Map<string, string[]>();
  const link = (a: string, b: string): void => {
    const known = neighbours.get(a);
    if (known === undefined) neighbours.set(a, [b]);
    else known.push(b);
  };
  for (const { from, to } of renames) {
    link(pathKey(from), pathKey(to));
    link(pathKey(to), pathKey(from));
  }
  const found = new Set([pathKey(path)]);
  for (const key of found) for (const next of neighbours.get(key) ?? []) found.add(next);
  return found;
}
