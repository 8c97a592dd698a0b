/** What this adapter can do, and nothing else. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { exceptionFilters } from './exceptionFilters.ts';

export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsDataBreakpoints: true,
  exceptionBreakpointFilters: [...exceptionFilters.values()].map(({ shown }) => shown),
  supportsExceptionFilterOptions: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsStepBack: true,
  supportsSteppingGranularity: true,
  supportsGotoTargetsRequest: true,
  supportsEvaluateForHovers: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.'],
  supportsReadMemoryRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsExceptionInfoRequest: true,
  supportsLoadedSourcesRequest: true,
  supportsModulesRequest: true,
  additionalModuleColumns: [{ attributeName: 'altitude', label: 'Altitude', type: 'string' }],
  supportsDelayedStackTraceLoading: true,
  supportsCancelRequest: true,
};
