/** What the pictures show: walks through the bundled samples, as a user's steps. Every name is a file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../lib/project.mjs';
import type { Stage } from './stage.ts';

export interface Scene {
  readonly name: string;
  /** The pictures it takes, in their order. */
  readonly pictures: readonly string[];
  play(stage: Stage): Promise<void>;
}

const sampleFile = (name: string): string => path.join(projectRoot, 'resources', 'samples', `${name}.jsonl`);

const start: Scene = {
  name: 'start',
  pictures: ['first-start', 'tours', 'tour', 'start-page', 'import', 'import-report'],
  async play(stage) {
    await stage.take('first-start');
    await stage.choose('Tours');
    await stage.take('tours');
    await stage.page.locator('[data-sample="first-light"]').getByTestId('sample-tour').click();
    await stage.idle();
    await stage.press('ArrowRight');
    await stage.take('tour');
    await stage.press('Escape');
    await stage.choose('Remove trace');
    await stage.get('remove-trace').click();
    await stage.take('start-page');
    await stage.get('file-input').setInputFiles([
      { name: 'office.jsonl', mimeType: '', buffer: readFileSync(sampleFile('ransomware')) },
      { name: 'notes.txt', mimeType: '', buffer: Buffer.from('These are no operations.\n') },
    ]);
    await stage.page.locator('[data-testid="import-file"]:not([data-state="looking"])').nth(1).waitFor();
    await stage.take('import');
    await stage.get('import-leave-out').last().click();
    await stage.get('import-start').click();
    await stage.get('import-dialog').waitFor({ state: 'detached' });
    await stage.take('import-report');
  },
};

const browse: Scene = {
  name: 'browse',
  pictures: ['browse', 'filter', 'statistics', 'processes', 'life', 'notes'],
  async play(stage) {
    await stage.openSample('ransomware');
    await stage.choose('Layout: Browse');
    await stage.page.locator('[data-testid="operation-row"][data-index="3"]').click();
    await stage.take('browse');
    const cell = stage.page.locator('[data-testid="operation-row"] [data-column="process"]').filter({ hasText: 'invoice.exe' }).first();
    await cell.click({ button: 'right' });
    await stage.get('menu-item-filter.include').click();
    await stage.get('filter-add').click();
    await stage.get('filter-field').selectOption('path');
    await stage.get('filter-value').fill('.docx');
    await stage.take('filter');
    await stage.press('Escape');
    await stage.show('statistics');
    await stage.take('statistics');
    await stage.get('filter-clear').click();
    await stage.show('processes');
    await stage.take('processes');
    await stage.goTo(8);
    await stage.page.locator('[data-testid="operation-row"][data-index="8"]').click({ button: 'right' });
    await stage.get('menu-item-life.file').click();
    await stage.take('life');
    await stage.get('operations-list').focus();
    await stage.press('Control+b');
    await stage.choose('Note about this operation');
    await stage.page.keyboard.type('Opened for reading and writing, then renamed: the first sign of the attack.');
    await stage.choose('Note about the session');
    await stage.page.keyboard.type('burstDetector stops the attack after five files. What about photosync.exe?');
    await stage.press('Tab');
    await stage.show('notes');
    await stage.take('notes');
  },
};

const debugging: Scene = {
  name: 'debugging',
  pictures: ['stop', 'inline-values', 'sequence', 'objects', 'variables', 'past', 'violations', 'breakpoint'],
  async play(stage) {
    await stage.openSample('first-light');
    await stage.run();
    await stage.take('stop');
    await stage.press('F11');
    await stage.press('F10');
    await stage.take('inline-values');
    await stage.get('tab-sequence').click();
    await stage.take('sequence');
    await stage.get('tab-objects').click();
    await stage.take('objects');
    await stage.get('tab-variables').click();
    await stage.take('variables');
    await stage.get('tab-inspector').click();
    await stage.get('tab-log').click();
    await stage.run();
    await stage.run('Control+F5');
    await stage.take('past');
    await stage.get('tab-violations').click();
    await stage.take('violations');
    await stage.get('add-breakpoint').click();
    await stage.take('breakpoint');
    await stage.press('Escape');
  },
};

const whatIf: Scene = {
  name: 'what-if',
  pictures: ['changes', 'branch', 'compare', 'fidelity', 'explore'],
  async play(stage) {
    await stage.openSample('ransomware');
    await stage.runToEnd();
    await stage.get('tab-changes').click();
    await stage.take('changes');
    await stage.goTo(4);
    await stage.page.locator('[data-testid="operation-row"][data-index="4"]').click({ button: 'right' });
    await stage.get('menu-item-branch.skip').click();
    await stage.get('run').nth(1).waitFor();
    await stage.runToEnd('already');
    await stage.take('branch');
    await stage.choose('Layout: Compare');
    await stage.get('compare-a').selectOption({ index: 0 });
    await stage.get('compare-start').click();
    await stage.get('compare-kind-all').waitFor();
    await stage.take('compare');
    await stage.get('tab-fidelity').click();
    await stage.take('fidelity');
    await stage.choose('Layout: Debug');
    await stage.openSample('pended-reads');
    await stage.show('explore');
    await stage.get('explore-start').click();
    await stage.get('explore-cancel').waitFor();
    await stage.get('explore-start').waitFor({ timeout: 300_000 });
    await stage.take('explore');
  },
};

const settings: Scene = {
  name: 'settings',
  pictures: ['settings', 'keys', 'palette', 'menu'],
  async play(stage) {
    await stage.openSample('oplocks');
    await stage.choose('Settings');
    await stage.take('settings');
    await stage.get('settings-tab-keys').click();
    await stage.take('keys');
    await stage.press('F1');
    await stage.get('palette-input').fill('step');
    await stage.take('palette');
    await stage.press('Escape');
    await stage.get('menu-view').click();
    await stage.take('menu');
    await stage.press('Escape');
  },
};

export const scenes: readonly Scene[] = [start, browse, debugging, whatIf, settings];
