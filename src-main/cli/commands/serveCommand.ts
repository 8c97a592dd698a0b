import path from 'node:path';
import { UserError } from '../../base/userError.ts';
import { createHost, rendererFolder } from '../../host/index.ts';
import { openBrowser, startWebShell } from '../../shell-web/index.ts';
import { exitCodes, message, print, printJson } from '../output.ts';

export interface ServeOptions {
  readonly port?: number;
  readonly open?: boolean;
  readonly json?: boolean;
}

/** `fltreplay serve [FILE...]`: the browser shell, until it is interrupted. */
export async function serveCommand(files: readonly string[], options: ServeOptions): Promise<number> {
  const renderer = rendererFolder();
  if (renderer === undefined) throw new UserError('page-missing', 'The page has not been built yet; run "npm run build" first.');
  const host = await createHost({ shell: 'web' });
  try {
    if (files.length > 0) await host.handlers['trace.open']({ sources: files.map((file) => ({ source: { kind: 'path', path: path.resolve(file) } })), into: 'new' });
    const shell = await startWebShell({ port: options.port ?? 0, rendererFolder: renderer, attach: host.attach });
    await (options.json === true ? printJson({ url: shell.url, port: shell.port }) : print(shell.url));
    if (options.open === true && !(await openBrowser(shell.url))) message('No browser could be opened; open the address above in one.');
    message('FltReplay is running; Ctrl+C ends it.');
    await interrupted();
    await shell.close();
  } finally {
    await host.dispose();
  }
  return exitCodes.clean;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
