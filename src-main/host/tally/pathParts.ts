/** Extension and folders of a recorded path. */

/**
 * What stands behind the last dot of the last name, in lower case, without the stream; empty where there is none. A name that begins with its
 * only dot is all extension, and one with a space in it is none, as PathFindExtension has it.
 */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('\\') + 1);
  const stream = name.indexOf(':');
  const file = stream < 0 ? name : name.slice(0, stream);
  const dot = file.lastIndexOf('.');
  if (dot < 0) return '';
  const extension = file.slice(dot + 1);
  return extension.includes(' ') ? '' : extension.toLowerCase();
}

/** Every folder above a path, without the last backslash, the nearest first: `C:\a\b` has `C:\a` and `C:`. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('\\'); end > 0; end = path.lastIndexOf('\\', end - 1)) {
    // Two in a row, as before the name of a server, are no folder.
    if (path[end - 1] !== '\\') folders.push(path.slice(0, end));
  }
  return folders;
}
