export const projectRoot: string;
export const outDir: string;
export const resultsDir: string;
export function hasNode24(): boolean;
export function node24(): string;
export function toolScript(packageName: string, command?: string): string;
export function testEnvironment(extra?: Readonly<Record<string, string>>): Record<string, string>;
export function newestChange(...places: readonly string[]): number;
export interface RunResult { readonly code: number; readonly output: string; readonly timedOut: boolean }
export function run(command: string, args: readonly string[], options?: {
  readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly live?: boolean; readonly timeoutMs?: number; readonly onOutput?: (text: string) => void;
}): Promise<RunResult>;
