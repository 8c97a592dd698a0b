// npm test: every check there is, two at a time, and one line of figures at the end.
//
// Starts on the machine's own Node (18 or newer), installs what is missing, then runs each tool on the project's Node 24.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { ensureChromium } from './find-chromium.mjs';
import { node24, resultsDir, run, testEnvironment, toolScript } from './lib/project.mjs';
import { environments, typeCheckCommand } from './types.mjs';

const atATime = 2;

// As in package.json's test:unit: everything of vitest's but the vectors, which have a step of their own.
const unitFolders = ['unit', 'contract', 'architecture', 'golden'].map((name) => `tests/${name}`);

/** A step that either holds or does not: it counts as one. */
const one = ({ code }) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

function readJson(file) {
  try {
    return JSON.parse(readFileSync(path.join(resultsDir, file), 'utf8'));
  } catch {
    return undefined;
  }
}

// A tool that ends badly without naming a failed test (it crashed, or a file did not load) still counts as a failure.
function atLeastOneFailure(result, counts) {
  return result.code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

// The names of what failed stand before the output of a step: a report that is cut short still has them.
function failedInVitest() {
  const files = readJson('vitest.json')?.testResults ?? [];
  return files.filter(({ status }) => status === 'failed').flatMap(({ name, message, assertionResults }) => {
    const file = path.relative(process.cwd(), name);
    const failures = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName, failureMessages }) => failureText(`${file}: ${fullName}`, failureMessages[0]));
    return failures.length > 0 ? failures : [failureText(file, message)];
  });
}

const failureText = (name, message) => `       failed: ${name}\n${stripVTControlCharacters(message ?? '').trimEnd().split('\n').slice(0, 12).map((line) => `         ${line}`).join('\n')}`;

function endToEndTests() {
  const found = [];
  const visit = (suite) => {
    for (const inner of suite.suites ?? []) visit(inner);
    for (const spec of suite.specs ?? []) found.push(...spec.tests.map((test) => ({ ...test, name: `${spec.file}:${spec.line} ${spec.title}` })));
  };
  for (const suite of readJson('playwright.json')?.suites ?? []) visit(suite);
  return found;
}

const failedEndToEnd = () => endToEndTests().filter(({ status }) => status === 'unexpected').map(({ name, results }) => failureText(name, results.at(-1)?.error?.message));

function vitestCounts(result) {
  const report = readJson('vitest.json');
  if (!report) return one({ code: result.code || 1 });
  const filesThatDidNotLoad = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return atLeastOneFailure(result, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + filesThatDidNotLoad,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  });
}

function playwrightCounts(result) {
  const stats = readJson('playwright.json')?.stats;
  if (!stats) return one({ code: result.code || 1 });
  return atLeastOneFailure(result, { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped });
}

// A test that was skipped says why, each reason once with how many tests it kept from running; one that held only when it was repeated is named.
function endToEndNotes() {
  const tests = endToEndTests();
  const reasons = new Map();
  for (const { annotations } of tests.filter(({ status }) => status === 'skipped')) {
    const reason = annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason given';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [
    ...[...reasons].map(([reason, count]) => `skipped: ${count}, because ${reason}`),
    ...tests.filter(({ status }) => status === 'flaky').map(({ name, results }) => `held when repeated: ${name}: ${stripVTControlCharacters(results[0]?.error?.message ?? '').split('\n').slice(0, 6).join(' | ')}`),
  ];
}

function conformanceCounts(result) {
  return atLeastOneFailure(result, readJson('conform.json') ?? one({ code: result.code || 1 }));
}

/** Each step: its command, the npm command that repeats it, what it waits for, and how to read its figures. */
function stepsOf() {
  const node = node24();
  return [
    { name: 'unit', command: [node, toolScript('vitest'), 'run', ...unitFolders, '--reporter=default', '--reporter=json', `--outputFile.json=${path.join(resultsDir, 'vitest.json')}`], repeat: 'npm run test:unit', counts: vitestCounts, failures: failedInVitest },
    { name: 'build', command: [node, toolScript('electron-vite'), 'build'], repeat: 'npm run build', counts: one },
    { name: 'lint', command: [node, toolScript('eslint'), '.'], repeat: 'npm run lint', counts: one },
    ...environments.map((environment) => ({ name: `types: ${environment}`, command: typeCheckCommand(environment), repeat: `npm run types -- ${environment}`, counts: one })),
    { name: 'conformance', command: [node, path.join('scripts', 'conform.mjs')], repeat: 'npm run test:conform', counts: conformanceCounts },
    // Alone and last: what a browser shows within a second on a quiet machine takes five beside a type check.
    { name: 'end to end', command: [node, toolScript('@playwright/test', 'playwright'), 'test', '--reporter=list,json'], repeat: 'npm run test:e2e', counts: playwrightCounts, failures: failedEndToEnd, notes: endToEndNotes, alone: true, after: 'build' },
  ];
}

async function runStep(step, env, results) {
  const started = Date.now();
  const needed = step.after && results.get(step.after);
  const result = needed && needed.failed > 0
    ? { code: 1, output: `not run, because "${step.after}" failed\n` }
    : await run(step.command[0], step.command.slice(1), { env });
  const counts = step.counts(result);
  results.set(step.name, counts);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const ok = counts.failed === 0;
  const figures = `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${step.name} (${figures} in ${seconds} s)\n`);
  if (!ok) for (const failure of step.failures?.() ?? []) process.stdout.write(`${failure}\n`);
  if (!ok) process.stdout.write(`${result.output.trimEnd()}\n       repeat with: ${step.repeat}\n`);
  const said = result.output.split('\n').filter((line) => /^\s*(note|skipped):/i.test(line)).map((line) => line.trim());
  for (const line of [...said, ...(step.notes?.() ?? [])]) process.stdout.write(`       ${line}\n`);
}

async function runAll(steps, env) {
  const results = new Map();
  const waiting = steps.filter((step) => !step.alone);
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) await runStep(step, env, results);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  for (const step of steps.filter((candidate) => candidate.alone)) await runStep(step, env, results);
  return results;
}

async function main() {
  await ensureInstalled();
  const chromium = await ensureChromium();
  rmSync(resultsDir, { recursive: true, force: true });
  mkdirSync(resultsDir, { recursive: true });
  const env = testEnvironment({
    FLTREPLAY_CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(resultsDir, 'playwright.json'),
  });
  const results = [...(await runAll(stepsOf(), env)).values()];
  const sum = (key) => results.reduce((total, counts) => total + counts[key], 0);
  const skipped = sum('skipped');
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  return sum('failed') === 0 ? 0 : 1;
}

main().then(
  (code) => { process.exitCode = code; },
  (error) => {
    process.stdout.write(`${error.message}\n0 passed, 1 failed\n`);
    process.exitCode = 1;
  },
);
