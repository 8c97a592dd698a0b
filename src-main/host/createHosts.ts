/** Engine hosts: child processes, or what stands in for them in tests. Loaded when first needed: starting the program does not wait for the debugger. */
import type { EngineHostOptions } from '../engine-host/process.ts';
import type { HostContext } from './hostContext.ts';
import type { EngineHostSurface, FollowerSurface } from './hostOptions.ts';

export async function createEngineHost(context: HostContext, options: EngineHostOptions): Promise<EngineHostSurface> {
  const { createEngineHost: own } = context.options;
  if (own) return own(options);
  const { EngineHostProcess } = await import('../engine-host/process.ts');
  return new EngineHostProcess(options);
}

/** One that follows a recorded run. */
export async function createFollower(context: HostContext, options: EngineHostOptions): Promise<FollowerSurface> {
  const { createFollower: own } = context.options;
  if (own) return own(options);
  const { EngineHostProcess } = await import('../engine-host/process.ts');
  return new EngineHostProcess(options);
}
