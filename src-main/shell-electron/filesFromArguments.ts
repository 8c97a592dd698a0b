import path from 'node:path';

/**
 * The files named on a command line, as absolute paths.
 *
 * Chromium and Electron add switches of their own to a second instance's arguments, and a development start has the
 * application's folder as first argument; neither is a file to open.
 */
export function filesFromArguments(argv: readonly string[], isPackaged: boolean, folder: string): string[] {
  // Switches first: Chromium puts its own in front of the folder.
  return argv
    .filter((argument) => argument !== '' && !argument.startsWith('-'))
    .slice(isPackaged ? 1 : 2)
    .map((argument) => path.resolve(folder, argument));
}
