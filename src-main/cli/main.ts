#!/usr/bin/env node
/**
 * `fltreplay`: starts the command line on a Node that can run it.
 *
 * Imports nothing of ours before the check: the machine's own Node may be too old even to load the rest, but the checkout brings
 * one along (the package `node`).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 22;

if (Number(process.versions.node.split('.')[0]) >= oldestNode) {
  const { runProgram } = await import('./program.ts');
  await runProgram(process.argv.slice(2));
} else {
  process.exitCode = runOnBundledNode();
}

function runOnBundledNode(): number {
  const entry = fileURLToPath(import.meta.url);
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = path.dirname(entry); ; folder = path.dirname(folder)) {
    const node = path.join(folder, 'node_modules', 'node', 'bin', name);
    if (existsSync(node)) return spawnSync(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 2;
    if (path.dirname(folder) === folder) break;
  }
  process.stderr.write(`fltreplay needs Node ${oldestNode} or newer (this is ${process.versions.node}): run "npm install" in the checkout, which brings one along.\n`);
  return 2;
}
