/** The commands and their flags. Names and flags are fixed; each command is loaded when it is called. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { runSettingWords } from '../../src-preload/contract/index.ts';
import { programVersion } from '../host/index.ts';
import { addClockFlag, addImportFlags } from './importFlags.ts';
import { exitCodes, message } from './output.ts';

/** Runs the command line and sets the process's exit code. */
export async function runProgram(args: readonly string[]): Promise<void> {
  // Type stripping is still called experimental by Node; that is no message for whoever runs a driver.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') message(`${warning.name}: ${warning.message}`);
  });
  process.exitCode = await run(args);
}

async function run(args: readonly string[]): Promise<number> {
  let code: number = exitCodes.clean;
  const program = buildProgram((result) => (code = result));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Help and version are no mistakes; commander has said the others.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.unusable;
    message(error instanceof Error ? explain(error) : String(error));
    return exitCodes.unusable;
  }
}

// A user error, or one that came over the channel, has one sentence for the user; anything else is a defect of ours.
function explain(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code !== 'internal' ? error.message : (error.stack ?? error.message);
}

const json = (): Option => new Option('--json', 'print JSON Lines');

const vectorHelp = `
A vector of your own, in a Markdown page. docs/vectors.md explains both notations.

  \`\`\`fmv
  MY-1 | A filter completes a write
  stack: Mine@328010
  do: Mine.pre = io ACCESS_DENIED/0 => COMPLETE
  op: IRP WRITE T1 P
  log:
    pre Mine T1 P => COMPLETE
  final: ACCESS_DENIED/0
  viol: none
  \`\`\``;

export function buildProgram(finish: (code: number) => void): Command {
  const program = new Command('fltreplay')
    .description('Replays captured Windows file I/O through minifilters written in TypeScript, without Windows.')
    .version(programVersion(), '-V, --version', 'print the version')
    .exitOverride()
    .showHelpAfterError('(add --help for the flags)')
    .configureHelp({ sortSubcommands: false });
  addTraceCommands(program, finish);
  addRunCommands(program, finish);
  return program;
}

function addTraceCommands(program: Command, finish: (code: number) => void): void {
  addClockFlag(addImportFlags(program.command('import').description('import traces into a session file')
    .argument('<trace...>').requiredOption('--session <file>', 'session file; made if absent'))).addOption(json())
    .action(async (traces: string[], options) => finish(await (await import('./commands/importCommand.ts')).importCommand(traces, options)));
  addImportFlags(program.command('info').description('what is in a trace file or a session').argument('<file>')).addOption(json())
    .action(async (file: string, options) => finish(await (await import('./commands/infoCommand.ts')).infoCommand(file, options)));
  program
    .command('ops').description('list operations')
    .argument('<file>', 'trace file, session, or name of a bundled sample')
    .option('--where <expression>', 'only operations that match, e.g. operation = ReadFile and path contains "docs"')
    .option('--limit <number>', 'at most so many', natural).option('--offset <number>', 'leave out the first', natural).addOption(json())
    .addOption(new Option('--whole', 'the whole trace as JSON Lines that can be imported again: processes, modules, stacks and other events too').conflicts(['where', 'limit', 'offset']))
    .action(async (file: string, options) => finish(await (await import('./commands/opsCommand.ts')).opsCommand(file, options)));
  addClockFlag(program.command('pair').description('match two traces of a session, captured above and below a filter: what it swallowed, added, changed')
    .argument('<session>').argument('<above>', 'number or name of a trace').argument('<below>'), 'by how much the clock below is ahead, e.g. 1.25ms; found out if left out').addOption(json())
    .action(async (session: string, above: string, below: string, options) => finish(await (await import('./commands/pairCommand.ts')).pairCommand(session, above, below, options)));
  program
    .command('query').description('read-only SQL on a session')
    .argument('<session>').argument('<sql>').addOption(json())
    .action(async (session: string, sql: string, options) => finish(await (await import('./commands/queryCommand.ts')).queryCommand(session, sql, options)));
}

function addRunCommands(program: Command, finish: (code: number) => void): void {
  program
    .command('run').description('replay a trace, a session or a bundled sample through drivers')
    .argument('<file>', 'trace file, session, or name of a bundled sample')
    .option('--driver <driver[@altitude]>', 'a .ts file or the name of a bundled driver; may be given several times', collect, [])
    .option('--where <expression>', 'issue only operations that match')
    .option('--seed <number>', 'seed of everything that is random', natural)
    .option('--assume <name=value>', 'switch an assumption; may be given several times', collect, [])
    .addOption(new Option('--answers <how>', 'who answers below the drivers; the first if left out').choices(runSettingWords.answers))
    .addOption(new Option('--completion <how>', 'in which context requests complete; the first if left out').choices(runSettingWords.completion))
    .option('--schedule <choices>', 'which way to go where Windows could go several, as explore tells it: 12=1,40=3 or seed=7/4')
    .option('--unknown <what>', 'what drivers read where nobody recorded the bytes: pattern, zeros, stop, or file=FOLDER with files by their paths (C/docs/plan.txt)')
    .option('--skip <operation>', 'leave this operation out; may be given several times', collect, [])
    .option('--answer <operation=STATUS>', 'the file system answers this operation so, e.g. 64=STATUS_DISK_FULL; may be given several times', collect, [])
    .option('--breakpoints <file>', 'breakpoints as the workbench exports them: what they log and where they stop is printed, and the run goes on')
    .option('--stop', 'end the run at the first breakpoint that stops')
    .option('--plan <file>', 'edits of the run, as shrink saves them: overlays, driver versions that take over, contents of files')
    .option('--session <file>', 'keep trace, drivers and run in this session')
    .option('--trust', 'run drivers of a session that were not written here')
    .option('--events', 'print every event').addOption(json())
    .action(async (file: string, options) => finish(await (await import('./commands/runCommand.ts')).runCommand(file, options)));
  program
    .command('explore').description('run a trace under many schedules and completion policies: which outcomes there are, and how to reproduce each')
    .argument('<file>', 'trace file, session, or name of a bundled sample')
    .option('--driver <driver[@altitude]>', 'a .ts file or the name of a bundled driver; may be given several times', collect, [])
    .option('--runs <number>', 'at most so many runs', natural, 100)
    .option('--seeds <number>', 'how many of them are schedules by chance', natural, 20)
    .addOption(new Option('--depth <number>', 'deviations from the plain run at a time').choices(['1', '2']).default('2'))
    .option('--where <expression>', 'issue only operations that match')
    .option('--seed <number>', 'seed of everything else that is random', natural)
    .option('--assume <name=value>', 'switch an assumption; may be given several times', collect, [])
    .addOption(new Option('--answers <how>', 'who answers below the drivers; the first if left out').choices(runSettingWords.answers))
    .addOption(new Option('--completion <how>', 'the policy of the plain run; the first if left out').choices(runSettingWords.completion))
    .option('--trust', 'run drivers of a session that were not written here').addOption(json())
    .action(async (file: string, options) => finish(await (await import('./commands/exploreCommand.ts')).exploreCommand(file, options)));
  program
    .command('diff').description('what differs between two runs of a session, a run and the recording, or two traces')
    .argument('<session-or-trace>', 'a session with two of its runs, or a trace').argument('<a>', 'number or name of a run, recording, trace:NAME; or the other trace').argument('[b]')
    .option('--limit <number>', 'write out so many differences', natural).addOption(json())
    .action(async (first: string, a: string, b: string | undefined, options) => finish(await (await import('./commands/diffCommand.ts')).diffCommand(b === undefined ? [first, a] : [first, a, b], options)));
  program
    .command('shrink').description('reduce a run to the smallest trace and stack that still show a violation or a difference, and save them as a folder')
    .argument('<session>').requiredOption('--into <folder>', 'a folder that is new or empty')
    .option('--run <run>', 'number or name of the run', 'last').option('--violation <id[@driver]>', 'what must still show; if nothing is named the first violation, else the first difference from the recording')
    .option('--operation <number>', 'an operation that ends otherwise than recorded', natural)
    .option('--trust', 'run drivers of a session that were not written here').addOption(json())
    .action(async (session: string, options) => finish(await (await import('./commands/shrinkCommand.ts')).shrinkCommand(session, options)));
  program
    .command('export').description('the rows of a list of a session, as on screen')
    .argument('<session>').addArgument(new Argument('<list>', 'which list').choices(['operations', 'events', 'changes']))
    .option('--run <run>', 'number or name of a run; of events and changes the last one if left out')
    .addOption(new Option('--format <format>', 'how it is written').choices(['csv', 'json', 'jsonl', 'text', 'procmon']).makeOptionMandatory())
    .option('--where <expression>', 'only operations that match')
    .action(async (session: string, list: 'operations' | 'events' | 'changes', options) => finish(await (await import('./commands/exportCommand.ts')).exportCommand(session, list, options)));
  program
    .command('report').description('the finding as a Markdown page: traces, notes and bookmarks, and of a run its drivers, violations and changes')
    .argument('<session>')
    .option('--run <run>', 'number or name of a run, the last one if left out')
    .action(async (session: string, options) => finish(await (await import('./commands/reportCommand.ts')).reportCommand(session, options)));
  program
    .command('why').description('the rule behind an event of a run, or why a callback was or was not called')
    .argument('<session>').argument('<run>', 'number of the run, or last').argument('<point>', 'execution point, e.g. 18204:7; with --filter the number of an operation')
    .option('--filter <name>', 'ask about this filter\'s callback')
    .addOption(new Option('--callback <kind>', 'which of its callbacks').choices(['pre', 'post', 'status']).default('pre')).addOption(json())
    .action(async (session: string, run: string, point: string, options) => finish(await (await import('./commands/whyCommand.ts')).whyCommand(session, run, point, options)));
  program
    .command('assumptions').description('the decisions that the documents leave open, with their readings').addOption(json())
    .action(async (options) => finish(await (await import('./commands/assumptionsCommand.ts')).assumptionsCommand(options)));
  program
    .command('declarations').description('fltkernel.d.ts: what a driver can name, with documentation, for an editor of your own')
    .option('--service', 'fltservice.d.ts: what a service script can name')
    .action(async (options) => finish(await (await import('./commands/declarationsCommand.ts')).declarationsCommand(options)));
  program
    .command('conform').description('run the conformance vectors of Markdown pages: the specification\'s, or your own')
    .argument('<file.md...>', 'pages with FMV/1 or FMO/1 vectors').addOption(json())
    .addHelpText('after', vectorHelp)
    .action(async (files: string[], options) => finish(await (await import('./commands/conformCommand.ts')).conformCommand(files, options)));
  program
    .command('serve').description('run FltReplay in the browser, on this machine only')
    .argument('[file...]', 'traces or sessions to open')
    .option('--port <number>', 'port on 127.0.0.1; any free one if left out', natural).option('--open', 'open a browser').addOption(json())
    .action(async (files: string[], options) => finish(await (await import('./commands/serveCommand.ts')).serveCommand(files, options)));
  program
    .command('dap').description('debug adapter for VS Code and other editors (Debug Adapter Protocol), on standard input and output')
    .option('--port <number>', 'listen on this port of 127.0.0.1 instead; 0: any free one', natural)
    .action(async (options) => finish(await (await import('./commands/dapCommand.ts')).dapCommand(options)));
}

function natural(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number, e.g. 20.');
  return Number(text);
}

const collect = (text: string, list: readonly string[]): readonly string[] => [...list, text];
