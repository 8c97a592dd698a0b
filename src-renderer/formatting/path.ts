/** Splits a path into its folder, which gives way first when space is short, and its last name. `C:\\docs\\a.txt` gives `C:\\docs\\` and `a.txt`. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  // A trailing separator belongs to the name: `C:\\` alone would leave nothing to read.
  const at = path.lastIndexOf('\\', path.length - 2);
  return { folder: path.slice(0, at + 1), name: path.slice(at + 1) };
}
