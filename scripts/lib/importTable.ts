/**
 * Who may import whom, and where it runs: the one table behind the lint rules.
 *
 * Read "a <- b" as "b may import a, and what a may import". eslint.config.ts expands each row; tests/architecture plants
 * violations and looks for the sentences made from here.
 */

export type Environment = 'pure' | 'node' | 'electron' | 'dom';

/** A part of a folder that other parts of it build on. */
export interface Layer {
  readonly part: string;
  readonly mayNotImport: readonly string[];
}

export interface Row {
  readonly folder: string;
  readonly environment: Environment;
  /** Folders or files, already closed over "and what a may import". */
  readonly mayImport: readonly string[];
  readonly typesOnly?: readonly string[];
  readonly layers?: readonly Layer[];
  /** What the reader should do instead; ends the lint message. */
  readonly instead: string;
}

interface Line {
  readonly folder: string;
  readonly environment: Environment;
  readonly from: readonly string[];
  /** Shells stop at what they name: they may not reach past the host. */
  readonly closed?: false;
  readonly typesOnly?: readonly string[];
  readonly layers?: readonly Layer[];
  readonly instead: string;
}

// Folders that are entered through certain files only: what crosses, and who starts it.
const doors: Readonly<Record<string, readonly string[]>> = {
  engine: ['src-main/engine/index.ts'],
  'engine-host': ['src-main/engine-host/messages.ts', 'src-main/engine-host/process.ts'],
  host: ['src-main/host/index.ts'],
  'shell-web': ['src-main/shell-web/index.ts'],
  dap: ['src-main/dap/index.ts'],
  contract: ['src-preload/contract'],
};

const doorsOf = (name: string): readonly string[] => doors[name] ?? [`src-main/${name}`];

const byInterface = 'Hand it in through an interface, or move what both need further down.';
const byHost = 'Ask the host (src-main/host/index.ts) or add a request to the contract.';

const lines: readonly Line[] = [
  { folder: 'base', environment: 'pure', from: [], instead: 'base knows nothing of the product: move the code up.' },
  { folder: 'nt', environment: 'pure', from: ['base'], instead: 'nt is Windows vocabulary as data: move behaviour up.' },
  {
    folder: 'engine', environment: 'pure', from: ['nt'], instead: 'Hand the file system, drivers and traces in as a device or an interface.',
    layers: [
      { part: 'kernel', mayNotImport: ['iomgr', 'fsrtl', 'fltmgr'] },
      { part: 'iomgr', mayNotImport: ['fsrtl', 'fltmgr'] },
      { part: 'fsrtl', mayNotImport: ['fltmgr'] },
    ],
  },
  { folder: 'filesystem', environment: 'pure', from: ['engine'], instead: 'Others enter the engine through src-main/engine/index.ts: export it there.' },
  { folder: 'trace', environment: 'pure', from: ['nt'], instead: byInterface },
  { folder: 'contract', environment: 'pure', from: ['base'], typesOnly: ['src-main/nt'], instead: 'What is sent is declared apart from the program\'s own types: declare it in the contract.' },
  { folder: 'driver-api', environment: 'pure', from: ['engine'], instead: 'The engine never imports the driver API; the driver API sees only src-main/engine/index.ts.' },
  { folder: 'conformance', environment: 'pure', from: ['engine', 'filesystem', 'driver-api'], instead: byInterface },
  { folder: 'replay', environment: 'pure', from: ['engine', 'filesystem', 'trace'], instead: byInterface },
  { folder: 'debugger', environment: 'pure', from: ['replay'], instead: byInterface },
  { folder: 'compare', environment: 'pure', from: ['replay'], instead: 'Hand in what a side holds through an interface.' },
  { folder: 'shrink', environment: 'pure', from: ['replay'], instead: 'Running an attempt is the host\'s: take it through ShrinkSource.' },
  { folder: 'engine-host', environment: 'node', from: ['debugger', 'driver-api', 'conformance'], instead: 'The engine host has neither files nor store: let the operations come to it as messages.' },
  { folder: 'session', environment: 'node', from: ['debugger', 'trace'], instead: 'The store knows rows and pages: let the host translate.' },
  { folder: 'host', environment: 'node', from: ['debugger', 'compare', 'shrink', 'session', 'conformance', 'driver-api', 'engine-host', 'contract'], instead: 'Of the engine host, only messages.ts and process.ts; of the shells, nothing.' },
  { folder: 'shell-web', environment: 'node', from: ['host', 'contract'], closed: false, instead: byHost },
  { folder: 'dap', environment: 'node', from: ['host', 'contract'], closed: false, instead: byHost },
  { folder: 'cli', environment: 'node', from: ['host', 'contract', 'shell-web', 'dap'], closed: false, instead: byHost },
  { folder: 'shell-electron', environment: 'electron', from: ['host', 'contract'], closed: false, instead: byHost },
  { folder: 'preload', environment: 'electron', from: ['contract'], instead: 'The preload only hands over the port and the shell calls.' },
  { folder: 'renderer', environment: 'dom', from: ['contract'], closed: false, instead: 'Page and program meet only in src-preload/contract: ask the host, or declare the shape there.' },
];

const places: Readonly<Record<string, string>> = { contract: 'src-preload/contract', preload: 'src-preload/preload.ts', renderer: 'src-renderer' };
const placeOf = (name: string): string => places[name] ?? `src-main/${name}`;

// "and what a may import": a line's own list, and the lists behind it.
function reach(name: string, seen = new Set<string>()): Set<string> {
  const line = lines.find((candidate) => candidate.folder === name);
  for (const from of line?.from ?? []) {
    seen.add(from);
    const behind = lines.find((candidate) => candidate.folder === from);
    if (behind?.closed !== false && line?.closed !== false) reach(from, seen);
  }
  return seen;
}

/** The table, one row per folder. */
export const importTable: readonly Row[] = lines.map((line) => {
  const names = [...reach(line.folder)];
  // The shells raise and recognise user errors, which live in base.
  if (line.closed === false) names.push('base');
  return {
    folder: placeOf(line.folder),
    environment: line.environment,
    mayImport: names.flatMap(doorsOf),
    instead: line.instead,
    ...(line.typesOnly && { typesOnly: line.typesOnly }),
    ...(line.layers && { layers: line.layers }),
  };
});

/** Where raw channels are at home: sockets, message ports, Electron's IPC. */
export const transportHomes: readonly string[] = [
  // Not the contract's messages: the inspector speaks over a socket of its own.
  'src-main/engine-host/inspectorClient.ts',
  'src-main/host/transports', 'src-main/shell-web', 'src-main/shell-electron/transports', 'src-preload/preload.ts', 'src-renderer/backend',
];

/** Packages that only one part of the program may know. */
export const packageHomes: Readonly<Record<string, { readonly folders: readonly string[]; readonly message: string }>> = {
  'better-sqlite3': { folders: ['src-main/session'], message: 'Only src-main/session loads the native SQLite module: add a method to its reader or writer.' },
  ws: { folders: ['src-main/shell-web', 'src-main/host'], message: 'Only the web shell speaks WebSocket: send through a Transport.' },
  'monaco-editor': { folders: ['src-renderer/editor'], message: 'Monaco stays in src-renderer/editor: use the components and functions there.' },
  diff: { folders: ['src-main/host'], message: 'Texts of versions are compared in src-main/host: ask it, or let Monaco show two texts side by side.' },
  commander: { folders: ['src-main/cli'], message: 'Only the command line parses arguments.' },
  '@vscode/debugprotocol': { folders: ['src-main/dap'], message: 'Only src-main/dap speaks the Debug Adapter Protocol.' },
  vue: { folders: ['src-renderer'], message: 'Only the page uses Vue.' },
  pinia: { folders: ['src-renderer'], message: 'Only the page uses Pinia.' },
};
