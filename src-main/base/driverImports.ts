/** Which files a driver of several files consists of: those that its entry names by relative imports, and what they name in turn. */

const relativeImport = /^[ \t]*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"](\.{1,2}\/[^'"\r\n]+)['"]/gm;

/** Where a text names another file: as written, and the offset of the statement. */
export interface RelativeImport {
  readonly target: string;
  readonly at: number;
}

/** Text in comments that looks like an import at the beginning of a line counts too. */
export const importStatements = (text: string): RelativeImport[] => [...text.matchAll(relativeImport)].map(({ 0: found, 1: target = '', index }) => ({ target, at: index + found.search(/\S/) }));

/** As written. */
export const relativeImports = (text: string): string[] => importStatements(text).map(({ target }) => target);

/** The file that `target` means in the file `from`, from the driver's folder; null where it lies outside of that. `.ts` may be left out. */
export function importedFile(from: string, target: string): string | null {
  const parts = from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  const name = parts.join('/');
  return name.endsWith('.ts') ? name : `${name}.ts`;
}

/** The text with its relative imports naming something else. */
export const withTargets = (text: string, change: (target: string) => string): string =>
  text.replace(relativeImport, (line: string, target: string) => {
    const at = line.lastIndexOf(target);
    return line.slice(0, at) + change(target) + line.slice(at + target.length);
  });

/** How the file `from` names the file `name`, both from the driver's folder. */
export function relativeTarget(from: string, name: string): string {
  const folders = from.split('/').slice(0, -1);
  const parts = name.split('/');
  let shared = 0;
  while (shared < Math.min(folders.length, parts.length - 1) && folders[shared] === parts[shared]) shared++;
  const up = folders.length - shared;
  return `${up === 0 ? './' : '../'.repeat(up)}${parts.slice(shared).join('/')}`;
}

/** The files beside the entry, in the order in which they are named. `read`: null where there is none; whoever loads the driver says so. */
export function filesOfDriver(entry: { readonly name: string; readonly text: string }, read: (name: string) => string | null): { name: string; text: string }[] {
  const found = new Map<string, string>();
  const follow = (name: string, text: string): void => {
    for (const target of relativeImports(text)) {
      const file = importedFile(name, target);
      if (file === null || file === entry.name || found.has(file)) continue;
      const contents = read(file);
      if (contents === null) continue;
      found.set(file, contents);
      follow(file, contents);
    }
  };
  follow(entry.name, entry.text);
  return [...found].map(([name, text]) => ({ name, text }));
}
