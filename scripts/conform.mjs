// Runs the transcribed conformance vectors through `fltreplay conform`, from the sources.
//
// Which sections must pass completely is listed here. Failures elsewhere are counted as skipped and said in a note, so that the
// rules still open are seen in every run without hiding a new failure behind them.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { node24, projectRoot, resultsDir, run, testEnvironment } from './lib/project.mjs';

/** How the names of files begin whose every vector must pass. */
const mustPass = ['fmv-', 'fmo-', 'own-'];

const folder = path.join('tests', 'conformance');

function vectorFiles() {
  return readdirSync(path.join(projectRoot, folder)).filter((name) => name.endsWith('.md')).sort().map((name) => path.join(folder, name));
}

/** One result a vector: the command's JSON Lines without the totals at the end. */
async function conform(files) {
  const { output, code } = await run(node24(), [path.join('src-main', 'cli', 'main.ts'), 'conform', '--json', ...files], { env: testEnvironment() });
  const objects = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const results = objects.filter((object) => typeof object.passed === 'boolean');
  return { results, output, code };
}

function describeFailure(result) {
  const beside = JSON.stringify(result.expected) === JSON.stringify(result.actual) ? '' : `\n      expected ${JSON.stringify(result.expected)}\n      actual   ${JSON.stringify(result.actual)}`;
  return `FAIL  ${result.id}  ${result.title ?? ''}${result.problem ? `\n      ${result.problem}` : ''}${beside}\n`;
}

async function main(wanted) {
  const files = wanted.length > 0 ? wanted : vectorFiles();
  const { results, output, code } = await conform(files);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const own = results.filter((result) => result.file === file);
    const bad = own.filter((result) => !result.passed);
    // A file named on the command line is looked at for its own sake.
    const binding = wanted.length > 0 || mustPass.some((start) => path.basename(file).startsWith(start));
    total.passed += own.length - bad.length;
    if (own.length === 0) {
      total.failed++;
      process.stdout.write(`${file}: no vector ran\n`);
    } else if (binding) {
      total.failed += bad.length;
      process.stdout.write(`${bad.map(describeFailure).join('')}${file}: ${own.length - bad.length} passed, ${bad.length} failed\n`);
    } else {
      total.skipped += bad.length;
      process.stdout.write(`${bad.length > 0 ? 'note: ' : ''}${file}: ${own.length - bad.length} passed, ${bad.length} still open\n`);
    }
  }
  if (results.length === 0) process.stdout.write(`${output}\nfltreplay conform ended with ${code} and no results\n`);
  mkdirSync(resultsDir, { recursive: true });
  writeFileSync(path.join(resultsDir, 'conform.json'), JSON.stringify(total));
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
