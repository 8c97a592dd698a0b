/** What the debug adapter refuses, one sentence each: what, where, and what to do. */
import { UserError } from '../base/userError.ts';

export const dapErrors = {
  header: () => new UserError('dap-header', 'This is no message of the Debug Adapter Protocol: each begins with "Content-Length: N" and an empty line. The connection is closed.'),
  messageTooLong: (length: number) => new UserError('dap-message-long', `A message of ${length} bytes is too long; the connection is closed.`, { length }),
  json: (reason: string) => new UserError('dap-json', `A message is not valid JSON (${reason}); it was left out.`, { reason }),
  noRequest: () => new UserError('dap-no-request', 'A message is no request: it needs a number "seq", the "type" "request" and a "command"; it was left out.'),
  unknownCommand: (command: string) => new UserError('dap-command', `The request “${command}” is not supported; what is supported was told by “initialize”.`, { command }),
  argument: (name: string, wanted: string, example: string) => new UserError('dap-argument', `“${name}” has to be ${wanted}, e.g. ${example}.`, { name }),
  notInitialized: (command: string) => new UserError('dap-order', `“${command}” came before “initialize”; initialize the session first.`, { command }),
  initializedAlready: () => new UserError('dap-order', 'The session has been initialized already.'),
  launchedAlready: () => new UserError('dap-order', 'The session has been launched already; use “restart” to run again.'),
  notLaunched: (command: string) => new UserError('dap-order', `“${command}” came before “launch” or “attach”; launch a replay first.`, { command }),
  attached: () => new UserError('dap-attached', 'The run belongs to the workbench that this session is attached to; start it again there.'),
  configuredAlready: () => new UserError('dap-order', 'The configuration has been said to be done already.'),
  notStopped: () => new UserError('not-stopped', 'The run is not stopped, so there is nothing to step or to look at; pause it first.'),
  notAssignable: (name: string) => new UserError('dap-assign', `“${name}” cannot be set here; set members of objects, locals, and fields of the Iopb.`, { name }),
  noTarget: (id: number) => new UserError('dap-target', `There is no target ${id}; ask for the targets again.`, { id }),
  consoleCommand: (help: string) => new UserError('dap-console', `The debug console takes expressions, and:\n${help}`),
  rebuilding: () => new UserError('dap-rebuilding', 'This moment is being rebuilt; its variables follow.'),
  noFrame: (id: number) => new UserError('dap-frame', `There is no stack frame ${id} at this stop; ask for the stack trace again.`, { id }),
  frameWithoutVariables: () => new UserError('dap-frame', 'Expressions can be evaluated only in frames of driver code; choose one with a source line.'),
  noVariables: (reference: number) => new UserError('dap-variables', `There are no variables ${reference} at this stop; they went away when the run went on.`, { reference }),
  noThread: (id: number) => new UserError('dap-thread', `There is no operation ${id} in flight; ask for the threads again.`, { id }),
  noSource: (name: string) => new UserError('dap-source', `There is no driver “${name}” in this replay; sources are those of the drivers of the launch.`, { name }),
  noException: () => new UserError('dap-exception', 'The run has not stopped at a violation or an exception.'),
  functionBreakpoint: (text: string) =>
    new UserError('dap-function', `“${text}” names no callback and no routine; write e.g. “pre READ”, “post CREATE of statusWatch”, “complete WRITE” or “FltReadFile”.`, { text }),
  majorUnknown: (text: string) => new UserError('dap-major', `There is no major function “${text}”; write e.g. READ or IRP_MJ_CREATE.`, { text }),
  filterUnknown: (id: string, known: readonly string[]) => new UserError('dap-filter', `There is no exception filter “${id}”; there are ${known.join(', ')}.`, { id }),
  driverUnknown: (text: string, known: readonly string[]) => new UserError('dap-driver', `There is no driver “${text}” in the stack; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ') || 'none'}.`, { text }),
  portTaken: (port: number) => new UserError('port-taken', `Port ${port} of 127.0.0.1 is in use; choose another one, or leave it out of the way with --port 0.`, { port }),
} as const;
