// Runs the conformance vectors of the specification through `fltreplay conform`, from the sources.
//
// Which sections must pass completely is listed here; failures elsewhere are counted as skipped and said in a note, so that
// the list of open rules is seen in every run without hiding a new failure behind it.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { node24, projectRoot, resultsDir, run, testEnvironment } from './lib/project.mjs';

/** Sections that must pass without a failure; `all` once a whole page does. */
const mustPass = { 'filter-manager-core.md': ['9.2', '9.3', '9.6'] };

// The pages of vectors: in the project, else in the reference folder beside a checkout.
const places = [path.join(projectRoot, 'tests', 'fixtures', 'vectors'), path.join(projectRoot, '..', 'shared', 'reference')];

function pages(wanted) {
  if (wanted.length > 0) return wanted.map((file) => path.resolve(file));
  const place = places.find((folder) => existsSync(folder));
  if (!place) return [];
  return readdirSync(place).filter((name) => /^filter-manager-.*\.md$/.test(name)).sort().map((name) => path.join(place, name));
}

/** The text of a section: from its numbered heading to the next one of the same depth or higher. */
function section(text, number) {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => new RegExp(`^#+\\s+${number.replace('.', '\\.')}(\\.|\\s|$)`).test(line));
  if (start < 0) return undefined;
  const depth = lines[start].match(/^#+/)[0].length;
  // A comment inside a fenced block may look like a heading.
  let fenced = false;
  const end = lines.findIndex((line, index) => {
    if (/^```/.test(line)) fenced = index > start ? !fenced : fenced;
    return index > start && !fenced && /^#+\s/.test(line) && line.match(/^#+/)[0].length <= depth;
  });
  return lines.slice(start, end < 0 ? undefined : end).join('\n');
}

async function conform(file) {
  const { output, code } = await run(node24(), [path.join('src-main', 'cli', 'main.ts'), 'conform', file], { env: testEnvironment() });
  const last = /(\d+) passed, (\d+) failed\s*$/.exec(output.trimEnd());
  if (!last) return { passed: 0, failed: 1, output, broken: true, code };
  return { passed: Number(last[1]), failed: Number(last[2]), output, broken: false, code };
}

async function conformPage(file) {
  const whole = await conform(file);
  const name = path.basename(file);
  if (whole.broken) {
    process.stdout.write(`${whole.output}\n${name}: the command ended with ${whole.code} and no figures\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const sections = mustPass[name] ?? [];
  if (sections === 'all') {
    if (whole.failed > 0) process.stdout.write(whole.output);
    return { passed: whole.passed, failed: whole.failed, skipped: 0 };
  }
  let failed = 0;
  for (const number of sections) {
    const text = section(readFileSync(file, 'utf8'), number);
    const part = path.join(resultsDir, 'conform', `${name}-${number}.md`);
    writeFileSync(part, text ?? '');
    const result = await conform(part);
    const bad = text === undefined || result.passed === 0 ? Math.max(1, result.failed) : result.failed;
    if (bad > 0) process.stdout.write(`${result.output}\n`);
    process.stdout.write(`${name} ${number}: ${result.passed} passed, ${bad} failed\n`);
    failed += bad;
  }
  const open = Math.max(0, whole.failed - failed);
  if (open > 0) process.stdout.write(`note: ${open} of ${whole.passed + whole.failed} vectors of ${name} are still open (fltreplay conform ${name})\n`);
  return { passed: whole.passed, failed, skipped: open };
}

async function main() {
  mkdirSync(path.join(resultsDir, 'conform'), { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const found = pages(process.argv.slice(2));
  if (found.length === 0) {
    process.stdout.write(`skipped: there are no vectors in ${places.map((place) => path.relative(projectRoot, place)).join(' or ')}\n`);
    total.skipped = 1;
  }
  for (const file of found) {
    const counts = await conformPage(file);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  writeFileSync(path.join(resultsDir, 'conform.json'), JSON.stringify(total));
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
