/** CPU time and resident size of this process and of the children it starts, from /proc; on other systems of this process alone. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const sampleMilliseconds = 10;
/** sysconf(_SC_CLK_TCK) on every Linux that Node runs on. */
const ticksPerSecond = 100;
const pageBytes = 4096;

export interface Usage {
  /** User and system, microseconds. */
  readonly host: number;
  readonly children: number;
  /** Resident bytes, at the highest. */
  readonly peakHost: number;
  readonly peakChildren: number;
  readonly peakTogether: number;
}

/** Samples until `stop` is called. */
export function watchUsage(): { stop(): Usage } {
  const begun = process.cpuUsage();
  const cpu = new Map<number, number>();
  let [peakHost, peakChildren, peakTogether] = [0, 0, 0];
  const look = (): void => {
    const host = process.memoryUsage.rss();
    let children = 0;
    for (const pid of childrenOf(process.pid)) {
      const stat = statOf(pid);
      if (stat === null) continue;
      cpu.set(pid, stat.cpu);
      children += stat.resident;
    }
    peakHost = Math.max(peakHost, host);
    peakChildren = Math.max(peakChildren, children);
    peakTogether = Math.max(peakTogether, host + children);
  };
  look();
  const timer = setInterval(look, sampleMilliseconds);
  return {
    stop: () => {
      clearInterval(timer);
      const { user, system } = process.cpuUsage(begun);
      return { host: user + system, children: [...cpu.values()].reduce((sum, one) => sum + one, 0), peakHost, peakChildren, peakTogether };
    },
  };
}

function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((task) => textOf(`${tasks}/${task}/children`).split(' ').filter((one) => one !== '').map(Number));
}

function statOf(pid: number): { readonly cpu: number; readonly resident: number } | null {
  // The name in parentheses may hold anything.
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  if (fields.length < 22) return null;
  return { cpu: (Number(fields[11]) + Number(fields[12])) * (1e6 / ticksPerSecond), resident: Number(fields[21]) * pageBytes };
}

/** Empty for a process or a thread that has just ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;
