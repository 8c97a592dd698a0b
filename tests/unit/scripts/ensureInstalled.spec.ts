import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInstalled } from '../../../scripts/ensure-installed.mjs';

type Lock = Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;

describe('isInstalled', () => {
  let root = '';
  beforeEach(() => { root = mkdtempSync(path.join(tmpdir(), 'fltreplay-install-')); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(file: string, packages: Lock): void {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), JSON.stringify({ packages }));
  }

  it('says no in a fresh clone', () => {
    write('package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled(root)).toBe(false);
  });

  it('says yes when everything is there, whatever the file times', () => {
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    write('package-lock.json', { '': {}, 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled(root)).toBe(true);
  });

  it('notices another version and a missing package', () => {
    write('package-lock.json', { 'node_modules/a': { version: '1.0.1' } });
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled(root)).toBe(false);
    write('package-lock.json', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } });
    expect(isInstalled(root)).toBe(false);
  });

  it('does not miss what is for another system', () => {
    write('package-lock.json', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/only-mac': { version: '1.0.0', optional: true } });
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled(root)).toBe(true);
  });
});
