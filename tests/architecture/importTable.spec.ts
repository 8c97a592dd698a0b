// Plants violations in strings and looks for the lint message that a reader would see. A row of the table that reports
// nothing is worth nothing, and a rule that fires on good code is worse.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

// Planted files are in no TypeScript program, so the rules that need types are off here.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [{ files: ['**/*'], ...tseslint.configs.disableTypeChecked } as Linter.Config],
});

async function messagesFor(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  return (result?.messages ?? []).map((message) => message.message);
}

interface Planted {
  readonly what: string;
  readonly file: string;
  readonly code: string;
  readonly says: RegExp;
}

const planted: readonly Planted[] = [
  // One way down.
  { what: 'base reaches up', file: 'src-main/base/x.ts', code: `import { ntSuccess } from '../nt/ntStatus.ts';\nexport const a = ntSuccess;`, says: /base knows nothing of the product/ },
  { what: 'nt reaches up', file: 'src-main/nt/x.ts', code: `export * from '../trace/record.ts';`, says: /src-main\/nt may import only src-main\/base/ },
  { what: 'the engine reads traces', file: 'src-main/engine/x.ts', code: `import type { OperationRecord } from '../trace/record.ts';\nexport type A = OperationRecord;`, says: /Hand the file system, drivers and traces in/ },
  { what: 'a trace reader knows the contract', file: 'src-main/trace/x.ts', code: `import { encodeMessage } from '../../src-preload/contract/codec.ts';\nexport const a = encodeMessage;`, says: /src-main\/trace may import only/ },
  { what: 'replay reaches up to the contract', file: 'src-main/replay/x.ts', code: `import { encodeMessage } from '../../src-preload/contract/codec.ts';\nexport const a = encodeMessage;`, says: /src-main\/replay may import only/ },
  { what: 'a shell reaches past the host', file: 'src-main/cli/x.ts', code: `import { ntSuccess } from '../nt/ntStatus.ts';\nexport const a = ntSuccess;`, says: /Ask the host/ },
  { what: 'the debug adapter reaches past the host', file: 'src-main/dap/x.ts', code: `import { ntSuccess } from '../nt/ntStatus.ts';\nexport const a = ntSuccess;`, says: /Ask the host/ },
  { what: 'the command line reaches into the debug adapter', file: 'src-main/cli/x.ts', code: `import { parseLaunch } from '../dap/launch.ts';\nexport const a = parseLaunch;`, says: /src-main\/cli may import only/ },
  { what: 'the Electron shell reaches past the host', file: 'src-main/shell-electron/x.ts', code: `import type { OperationRecord } from '../trace/record.ts';\nexport type A = OperationRecord;`, says: /Ask the host/ },
  { what: 'the page reaches into the program', file: 'src-renderer/stores/x.ts', code: `import { ntSuccess } from '../../src-main/nt/ntStatus.ts';\nexport const a = ntSuccess;`, says: /Page and program meet only in src-preload\/contract/ },
  { what: 'a component reaches into the program', file: 'src-renderer/components/X.vue', code: `<script setup lang="ts">\nimport { ntSuccess } from '../../src-main/nt/ntStatus.ts';\nconst a = ntSuccess;\n</script>\n<template><p>{{ a }}</p></template>`, says: /Page and program meet only/ },
  { what: 'the program imports a script', file: 'src-main/host/x.ts', code: `import { importTable } from '../../scripts/lib/importTable.ts';\nexport const a = importTable;`, says: /src-main\/host may import only/ },
  { what: 'the contract takes values from nt', file: 'src-preload/contract/x.ts', code: `import { ntSuccess } from '../../src-main/nt/ntStatus.ts';\nexport const a = ntSuccess;`, says: /only types from src-main\/nt: write "import type"/ },
  // Environments.
  { what: 'the engine uses Node', file: 'src-main/engine/x.ts', code: `import { readFileSync } from 'node:fs';\nexport const a = readFileSync;`, says: /src-main\/engine is pure: it may not use Node/ },
  { what: 'Node without its prefix', file: 'src-main/trace/x.ts', code: `import { join } from 'path';\nexport const a = join;`, says: /is pure: it may not use Node/ },
  { what: 'the page uses Node', file: 'src-renderer/stores/x.ts', code: `import { join } from 'node:path';\nexport const a = join;`, says: /sandboxed page without Node/ },
  { what: 'the host uses Electron', file: 'src-main/host/x.ts', code: `import { app } from 'electron';\nexport const a = app;`, says: /Only src-main\/shell-electron and src-preload\/preload\.ts may use Electron/ },
  { what: 'the clock', file: 'src-main/engine/x.ts', code: `export const a = Date.now();`, says: /no clock of its own/ },
  { what: 'the clock by construction', file: 'src-main/replay/x.ts', code: `export const a = new Date();`, says: /no clock of its own/ },
  { what: 'a timer', file: 'src-main/debugger/x.ts', code: `setTimeout(() => undefined, 1);`, says: /no clock of its own/ },
  { what: 'chance', file: 'src-main/filesystem/x.ts', code: `export const a = Math.random();`, says: /seeded random source/ },
  { what: 'the process', file: 'src-main/conformance/x.ts', code: `export const a = process.argv;`, says: /knows neither Node nor a page/ },
  { what: 'the time zone', file: 'src-main/trace/x.ts', code: `export const a = (date: Date) => date.getHours();`, says: /use the UTC form/ },
  { what: 'the locale', file: 'src-main/trace/x.ts', code: `export const a = (b: number) => b.toLocaleString();`, says: /locale is not ours/ },
  // Homes.
  { what: 'SQLite outside the store', file: 'src-main/host/x.ts', code: `import Database from 'better-sqlite3';\nexport const a = Database;`, says: /Only src-main\/session loads the native SQLite module/ },
  { what: 'Monaco outside the editor', file: 'src-renderer/workbench/x.ts', code: `import * as monaco from 'monaco-editor/editor';\nexport const a = monaco;`, says: /Monaco stays in src-renderer\/editor/ },
  { what: 'a socket in the page', file: 'src-renderer/stores/x.ts', code: `export const a = new WebSocket('ws://127.0.0.1');`, says: /only transports may touch/ },
  { what: 'IPC outside a transport', file: 'src-main/shell-electron/x.ts', code: `import { ipcMain } from 'electron';\nexport const a = ipcMain;`, says: /only transports may touch/ },
  // Inside the engine.
  { what: 'no enums', file: 'src-main/engine/x.ts', code: `export enum A { B }`, says: /No enums/ },
  { what: 'no namespaces', file: 'src-main/engine/x.ts', code: `export namespace A { export const b = 1; }`, says: /No namespaces/ },
  { what: 'no non-null assertions', file: 'src-main/host/x.ts', code: `export const a = (b: string | null) => b!.length;`, says: /[Nn]on-null assertion/ },
  { what: 'no default exports', file: 'src-main/host/x.ts', code: `export default 1;`, says: /named exports/i },
  { what: 'extensions are written', file: 'src-main/nt/x.ts', code: `import { assert } from '../base/assert';\nexport const a = assert;`, says: /Write the file's extension/ },
  { what: 'one block order', file: 'src-renderer/components/X.vue', code: `<template><p>a</p></template>\n<script setup lang="ts">\nconst a = 1;\nvoid a;\n</script>`, says: /should be above/ },
  { what: 'PascalCase tags', file: 'src-renderer/components/X.vue', code: `<script setup lang="ts">\nimport OtherPart from './OtherPart.vue';\n</script>\n<template><other-part /></template>`, says: /PascalCase/ },
];

describe('planted violations are reported with our message', () => {
  it.each(planted)('$what', async ({ file, code, says }) => {
    const messages = await messagesFor(file, code);
    expect(messages.some((message) => says.test(message)), `${file} reported: ${messages.join(' | ') || 'nothing'}`).toBe(true);
  });
});

const allowed: readonly Omit<Planted, 'says'>[] = [
  { what: 'nt uses base', file: 'src-main/nt/x.ts', code: `import { assert } from '../base/assert.ts';\nexport const a = assert;` },
  { what: 'what a may import: the host uses base', file: 'src-main/host/x.ts', code: `import { assert } from '../base/assert.ts';\nexport const a = assert;` },
  { what: 'a shell raises user errors', file: 'src-main/cli/x.ts', code: `import { UserError } from '../base/userError.ts';\nexport const a = UserError;` },
  { what: 'the contract takes types from nt', file: 'src-preload/contract/x.ts', code: `import type { NTSTATUS } from '../../src-main/nt/ntStatus.ts';\nexport type A = NTSTATUS;` },
  { what: 'the page uses the contract', file: 'src-renderer/stores/x.ts', code: `import { connectClient } from '../../src-preload/contract/index.ts';\nexport const a = connectClient;` },
  { what: 'a transport of the page opens a socket', file: 'src-renderer/backend/x.ts', code: `export const a = new WebSocket('ws://127.0.0.1');` },
  { what: 'Monaco in the editor', file: 'src-renderer/editor/x.ts', code: `import * as monaco from 'monaco-editor/editor';\nexport const a = monaco;` },
  { what: 'SQLite in the store', file: 'src-main/session/x.ts', code: `import Database from 'better-sqlite3';\nexport const a = Database;` },
  { what: 'a transport of the Electron shell listens', file: 'src-main/shell-electron/transports/x.ts', code: `import { ipcMain } from 'electron';\nexport const a = ipcMain;` },
  { what: 'Date arithmetic on given values is pure', file: 'src-main/trace/x.ts', code: `export const a = (ms: number) => new Date(ms).toISOString();` },
  { what: 'unused arguments with an underscore', file: 'src-main/engine/x.ts', code: `export const a = (_b: number) => 1;` },
];

describe('good code is left alone', () => {
  it.each(allowed)('$what', async ({ file, code }) => {
    expect(await messagesFor(file, code)).toEqual([]);
  });
});
