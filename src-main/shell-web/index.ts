/** The browser shell: the page and its connection over the loopback interface, behind a token. */
export { connectToShell } from './connect.ts';
export { openBrowser } from './openBrowser.ts';
export { startWebShell, type WebShell, type WebShellOptions } from './webShell.ts';
