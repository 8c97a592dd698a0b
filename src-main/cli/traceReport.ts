/** What `import` and `info` say of a trace, as text and as JSON. */
import type { ImportReport } from '../../src-preload/contract/index.ts';
import { timeText } from '../host/index.ts';
import { counted, grouped, print, printJson } from './output.ts';

export interface ReportedTrace {
  readonly name: string;
  readonly format: string;
  readonly report: ImportReport;
  readonly byOperation?: readonly { readonly name: string; readonly count: number }[];
  readonly byProcess?: readonly { readonly name: string; readonly pid: number; readonly count: number }[];
}

/** One object a trace; names are fixed. */
export function reportJson(trace: ReportedTrace, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { report, byOperation, byProcess } = trace;
  return {
    name: trace.name,
    format: trace.format,
    events: report.events,
    operations: report.operations,
    skipped: Object.fromEntries(report.skipped.map((row) => [row.reason, row.count])),
    damaged: report.damaged,
    firstTime: timeText(report.firstTime),
    lastTime: timeText(report.lastTime),
    bytes: report.bytes,
    ...(byOperation && { byOperation: Object.fromEntries(byOperation.map((row) => [row.name, row.count])) }),
    ...(byProcess && { byProcess: byProcess.map((row) => ({ process: row.name, pid: row.pid, count: row.count })) }),
    ...more,
  };
}

export async function printReport(trace: ReportedTrace, json: boolean, more: Record<string, unknown> = {}): Promise<void> {
  if (json) return printJson(reportJson(trace, more));
  for (const line of reportLines(trace)) await print(line);
}

/** How the file was wrapped, which parts it had, and what its reader has to say of it. */
function originLines({ wrapping, packedBytes, member, parts, note }: ImportReport['system']): string[] {
  const lines: string[] = [];
  if (typeof wrapping === 'string') lines.push(`  wrapped     ${wrapping}${typeof packedBytes === 'number' ? `, ${grouped(packedBytes)} bytes` : ''}${typeof member === 'string' ? `, ${member}` : ''}`);
  if (Array.isArray(parts)) lines.push(`  parts       ${parts.join(', ')}`);
  if (typeof note === 'string') lines.push(`  note        ${note}`);
  return lines;
}

function reportLines({ name, format, report, byOperation, byProcess }: ReportedTrace): string[] {
  const lines = [
    name,
    `  format      ${format}`,
    `  events      ${grouped(report.events)}`,
    `  operations  ${grouped(report.operations)}`,
    ...report.skipped.map((row) => `  skipped     ${grouped(row.count)} ${row.reason}`),
    ...report.damaged.map((row) => `  damaged     ${row.unit} ${row.at}: ${row.reason}${row.records === null ? '' : ` (${grouped(row.records)} records)`}`),
    `  first time  ${timeText(report.firstTime) ?? 'none'}`,
    `  last time   ${timeText(report.lastTime) ?? 'none'}`,
    `  bytes       ${grouped(report.bytes)}`,
    ...originLines(report.system),
  ];
  if (byOperation) lines.push('  by operation', ...byOperation.map((row) => `  ${counted(row.count, row.name)}`));
  if (byProcess) lines.push('  by process', ...byProcess.map((row) => `  ${counted(row.count, `${row.name} (${row.pid})`)}`));
  return lines;
}
