import type { EngineHostOptions, EngineHostProcess } from '../engine-host/process.ts';

/** What the host asks of the engine host. */
export type EngineHostSurface = Pick<
  EngineHostProcess,
  'start' | 'setBreakpoints' | 'stopWhenBroken' | 'continue' | 'next' | 'stepIn' | 'stepOut' | 'stepTo' | 'pause' | 'stop' | 'scopes' | 'variables' | 'evaluate' | 'objects' | 'buffer' | 'dispose'
>;

/** What the host asks of an engine host that follows a recorded run, and may go on as a branch of it. */
export type FollowerSurface = EngineHostSurface & Pick<EngineHostProcess, 'follow' | 'tape' | 'beginNotes' | 'endNotes' | 'runToPlace' | 'survey' | 'record' | 'handOver'>;

/** How a shell starts the host. */
export interface HostOptions {
  readonly shell: 'electron' | 'web' | 'cli';
  /** Where settings and sessions are kept; `defaultDataFolder()` unless the shell knows better. */
  readonly dataFolder?: string;
  /** `resources/` beside the program; found from where the code lies unless the shell knows better. */
  readonly resourcesFolder?: string;
  /**
   * What is open when the host is ready: the last session, on the first start the sample (`last`, the default); or a session
   * of its own that is gone afterwards (`temporary`).
   */
  readonly open?: 'last' | 'temporary';
  /** Stands in for the child process in tests. */
  readonly createEngineHost?: (options: EngineHostOptions) => EngineHostSurface;
  /** False: branches run from the start and store everything. */
  readonly sharesPast?: boolean;
  /** The same for engine hosts that rebuild moments of recorded runs; where only the one above is given, moments are not rebuilt. */
  readonly createFollower?: (options: EngineHostOptions) => FollowerSurface;
}
