/** The requests that are answered and the events that are sent, with the protocol's own types. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Call } from './connection.ts';

/** Arguments come from outside: what a handler needs of them it checks. */
type Request<Response extends DebugProtocol.Response> = Response['body'];

export interface DapRequests {
  initialize: Request<DebugProtocol.InitializeResponse>;
  launch: Request<DebugProtocol.LaunchResponse>;
  attach: Request<DebugProtocol.AttachResponse>;
  setBreakpoints: Request<DebugProtocol.SetBreakpointsResponse>;
  setFunctionBreakpoints: Request<DebugProtocol.SetFunctionBreakpointsResponse>;
  setExceptionBreakpoints: Request<DebugProtocol.SetExceptionBreakpointsResponse>;
  dataBreakpointInfo: Request<DebugProtocol.DataBreakpointInfoResponse>;
  setDataBreakpoints: Request<DebugProtocol.SetDataBreakpointsResponse>;
  configurationDone: Request<DebugProtocol.ConfigurationDoneResponse>;
  restart: Request<DebugProtocol.RestartResponse>;
  terminate: Request<DebugProtocol.TerminateResponse>;
  disconnect: Request<DebugProtocol.DisconnectResponse>;
  threads: Request<DebugProtocol.ThreadsResponse>;
  stackTrace: Request<DebugProtocol.StackTraceResponse>;
  scopes: Request<DebugProtocol.ScopesResponse>;
  variables: Request<DebugProtocol.VariablesResponse>;
  setVariable: Request<DebugProtocol.SetVariableResponse>;
  setExpression: Request<DebugProtocol.SetExpressionResponse>;
  evaluate: Request<DebugProtocol.EvaluateResponse>;
  exceptionInfo: Request<DebugProtocol.ExceptionInfoResponse>;
  completions: Request<DebugProtocol.CompletionsResponse>;
  readMemory: Request<DebugProtocol.ReadMemoryResponse>;
  source: Request<DebugProtocol.SourceResponse>;
  loadedSources: Request<DebugProtocol.LoadedSourcesResponse>;
  modules: Request<DebugProtocol.ModulesResponse>;
  continue: Request<DebugProtocol.ContinueResponse>;
  next: Request<DebugProtocol.NextResponse>;
  stepIn: Request<DebugProtocol.StepInResponse>;
  stepOut: Request<DebugProtocol.StepOutResponse>;
  stepBack: Request<DebugProtocol.StepBackResponse>;
  reverseContinue: Request<DebugProtocol.ReverseContinueResponse>;
  gotoTargets: Request<DebugProtocol.GotoTargetsResponse>;
  goto: Request<DebugProtocol.GotoResponse>;
  pause: Request<DebugProtocol.PauseResponse>;
  cancel: Request<DebugProtocol.CancelResponse>;
}

export type DapCommand = keyof DapRequests;
export type DapHandlers = { readonly [N in DapCommand]: (args: Arguments, call: Call) => DapRequests[N] | Promise<DapRequests[N]> };

/** Arguments as they came. */
export type Arguments = Readonly<Record<string, unknown>>;

export interface DapEvents {
  initialized: undefined;
  stopped: DebugProtocol.StoppedEvent['body'];
  terminated: DebugProtocol.TerminatedEvent['body'];
  exited: DebugProtocol.ExitedEvent['body'];
  output: DebugProtocol.OutputEvent['body'];
  breakpoint: DebugProtocol.BreakpointEvent['body'];
  module: DebugProtocol.ModuleEvent['body'];
  loadedSource: DebugProtocol.LoadedSourceEvent['body'];
  progressStart: DebugProtocol.ProgressStartEvent['body'];
  progressUpdate: DebugProtocol.ProgressUpdateEvent['body'];
  progressEnd: DebugProtocol.ProgressEndEvent['body'];
  invalidated: DebugProtocol.InvalidatedEvent['body'];
}
export type DapEventName = keyof DapEvents;
