/** What a trace knows of processes, for the driver API. */
import type { ProcessDirectory } from '../driver-api/driverWorld.ts';
import type { TraceProcesses } from '../replay/traceProcesses.ts';

export function processDirectory(processes: TraceProcesses, now: () => bigint): ProcessDirectory {
  return {
    process: (pid) => processes.byPid(pid, now()),
    thread: (tid) => processes.byTid(tid),
    facts: (process) => {
      const trace = processes.of(process);
      return {
        imagePath: trace?.imagePath ?? null, commandLine: trace?.commandLine ?? null, parentPid: trace?.parentPid ?? null, sessionId: 0, createTime: trace?.startTime ?? null,
        exited: trace?.endTime !== undefined && trace.endTime !== null && trace.endTime < now(),
      };
    },
  };
}

/** `C:` of `\Device\HarddiskVolume3`: the inverse of the device names that replayed volumes get. */
export function dosNameOf(deviceName: string): string | null {
  const number = Number(/^\\Device\\HarddiskVolume(\d+)$/i.exec(deviceName)?.[1] ?? 0);
  return number >= 1 && number <= 26 ? `${String.fromCharCode(64 + number)}:` : /^[A-Z]:$/i.test(deviceName) ? deviceName : null;
}
