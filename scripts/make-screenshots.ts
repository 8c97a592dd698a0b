/**
 * Takes the pictures of docs/screenshots from the built program: `npm run build`, then `npm run screenshots`.
 *
 * Everything shown is from the bundled samples, on a data folder that is thrown away. With another look (size, theme, zoom, forced
 * colours) the pictures go to a folder for review instead:
 *
 *   npm run screenshots -- --size 1280x800 --theme light --zoom 200 --out FOLDER
 *   npm run screenshots -- --only debugging        the scenes whose name has this
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import upng from 'upng-js';
import { chromiumArguments, ensureChromium } from './find-chromium.mjs';
import { projectRoot } from './lib/project.mjs';
import { scenes } from './screenshots/scenes.ts';
import { Stage, type Look } from './screenshots/stage.ts';

const usual: Look = { width: 1600, height: 1000, theme: 'dark', zoom: 100, forced: false };
/** What the documentation shows in another theme too. */
const otherThemes = [{ theme: 'light', scene: 'debugging', picture: 'stop' }, { theme: 'contrast-dark', scene: 'debugging', picture: 'stop' }] as const;
const colours = 128;

const { values } = parseArgs({ options: { size: { type: 'string' }, theme: { type: 'string' }, zoom: { type: 'string' }, forced: { type: 'boolean' }, only: { type: 'string' }, out: { type: 'string' } } });

function wantedLook(): Look {
  const [width = NaN, height = NaN] = (values.size ?? '1600x1000').split('x').map(Number);
  const theme = (['dark', 'light', 'contrast-dark', 'contrast-light'] as const).find((name) => name === (values.theme ?? 'dark'));
  const zoom = Number(values.zoom ?? 100);
  if (!(width > 0 && height > 0)) throw new Error(`--size ${values.size ?? ''} is no size: write it as 1280x800.`);
  if (theme === undefined) throw new Error(`There is no theme ${values.theme ?? ''}: use dark, light, contrast-dark or contrast-light.`);
  if (!(zoom >= 50 && zoom <= 300)) throw new Error(`--zoom ${values.zoom ?? ''} is not between 50 and 300.`);
  return { width, height, theme, zoom, forced: values.forced === true };
}

const look = wantedLook();
const isForReview = values.out !== undefined || JSON.stringify(look) !== JSON.stringify(usual);
const folder = path.resolve(values.out ?? (isForReview ? mkdtempSync(path.join(tmpdir(), 'fltreplay-review-')) : path.join(projectRoot, 'docs', 'screenshots')));
mkdirSync(folder, { recursive: true });
let bytes = 0;
const problems: string[] = [];

/** A picture of few colours, in a palette of its own: a third of the size, and nobody sees it. */
function small(png: Buffer): Uint8Array {
  const picture = upng.decode(png.buffer.slice(png.byteOffset, png.byteOffset + png.byteLength));
  return new Uint8Array(upng.encode(upng.toRGBA8(picture), picture.width, picture.height, colours));
}

async function write(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ caret: 'hide', animations: 'disabled' });
  const written = isForReview ? png : small(png);
  bytes += written.length;
  writeFileSync(path.join(folder, `${name}.png`), written);
  console.log(`${name}.png  ${Math.ceil(written.length / 1024)} KB`);
}

// A review sees the room that scroll bars take.
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...chromiumArguments], ...(isForReview && { ignoreDefaultArgs: ['--hide-scrollbars'] }) });

async function play(name: string, as: Look, take: (page: Page, picture: string) => Promise<void>): Promise<void> {
  const scene = scenes.find((candidate) => candidate.name === name);
  if (scene === undefined) return;
  const stage = await Stage.open(browser, as, take);
  stage.page.on('pageerror', (error) => problems.push(`${name}: ${error.message}`));
  try {
    await scene.play(stage);
  } catch (error) {
    problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    await stage.page.screenshot({ path: path.join(tmpdir(), `fltreplay-failed-${name}.png`) });
  } finally {
    await stage.close();
  }
}

for (const { name } of scenes) if (name.includes(values.only ?? '')) await play(name, look, write);
if (!isForReview) {
  for (const { theme, scene, picture } of otherThemes) {
    if (scene.includes(values.only ?? '')) await play(scene, { ...usual, theme }, async (page, name) => (name === picture ? write(page, `${picture}-${theme}`) : undefined));
  }
}
await browser.close();
console.log(`${folder}: ${Math.ceil(bytes / 1024)} KB`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
