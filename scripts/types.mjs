// Type-checks every environment with its own compiler settings: `npm run types`, or `npm run types -- pure tests`.
import { node24, run, toolScript } from './lib/project.mjs';

const environments = ['pure', 'node', 'electron', 'renderer', 'tests'];

/** The command that checks one environment: [program, ...arguments], relative to the project's root. */
export function typeCheckCommand(environment) {
  // Only vue-tsc sees into .vue files, and it needs the compiler that is written in TypeScript; the native one takes a fifth of the time.
  const tool = environment === 'renderer' ? toolScript('vue-tsc') : toolScript('typescript-native', 'tsc');
  return [node24(), tool, '--pretty', 'false', '-p', `tsconfig.${environment}.json`];
}

export { environments };

async function main(wanted) {
  const unknown = wanted.filter((name) => !environments.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no environment ${unknown.join(', ')}: use ${environments.join(', ')}, or nothing for all.\n`);
    return 2;
  }
  let failed = 0;
  for (const environment of wanted.length > 0 ? wanted : environments) {
    const [program, ...rest] = typeCheckCommand(environment);
    const { code, output } = await run(program, rest);
    process.stdout.write(`${output}${environment}: ${code === 0 ? 'no type errors' : 'type errors, see above'}\n`);
    if (code !== 0) failed++;
  }
  return failed === 0 ? 0 : 1;
}

if (process.argv[1]?.endsWith('types.mjs')) process.exitCode = await main(process.argv.slice(2));
