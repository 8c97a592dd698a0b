/** A run's settings and report as a session file holds them. The file may be a stranger's: what has not the right shape counts as absent. */
import type { GroundTruthReport, RunReport, RunSettings } from '../../src-preload/contract/index.ts';
import { defaultRunSettings } from '../../src-preload/contract/index.ts';
import { settleRunSettings } from '../replay/runSettings.ts';

/** A value of each type that must be there; a list has the shape of its elements, `null` allows null beside a number or text. */
type Shape = 'boolean' | 'number' | 'string' | 'number?' | 'string?' | readonly [Shape] | { readonly [member: string]: Shape };

const reportShape: Shape = {
  fidelity: { compared: 'number', equal: 'number', rows: [{ operation: 'string', compared: 'number', equal: 'number' }], reasons: [{ id: 'string', sentence: 'string', count: 'number', first: 'number' }] },
  answers: { recorded: 'number', model: 'number', filter: 'number' },
  affected: { changed: 'number', consequence: 'number', redirected: 'number', notIssued: 'number' },
  unknownReads: { count: 'number', places: [{ driver: 'string', line: 'number', count: 'number', first: 'number' }] },
};

const editsShape: Shape = [{ overlay: 'number', applied: 'boolean', note: 'string' }];

const groundTruthShape: Shape = {
  compared: 'number', same: 'number', different: 'number', kinds: [{ kind: 'string', count: 'number', first: 'number' }],
  differences: [{ operation: 'number', kind: 'string', phase: 'string', driver: 'string', recorded: 'number?', replayed: 'number?' }],
  filters: [{ name: 'string', callbacks: 'number', driver: 'string?' }], withoutRecording: ['string'],
};

function has(value: unknown, shape: Shape): boolean {
  if (typeof shape === 'string') return (shape.endsWith('?') && value === null) || typeof value === shape.replace('?', '');
  if (Array.isArray(shape)) return Array.isArray(value) && value.every((element) => has(element, shape[0] as Shape));
  return typeof value === 'object' && value !== null && Object.entries(shape).every(([name, member]) => has((value as Record<string, unknown>)[name], member as Shape));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null before the end of a run, for runs of older versions, and where the text is no report. */
export function storedReport(text: string | null): RunReport | null {
  const value = text === null ? null : parsed(text);
  if (!has(value, reportShape)) return null;
  const report = value as RunReport;
  const { edits, ...rest } = report;
  return { ...rest, ...(has(edits, editsShape) && { edits }), groundTruth: has(report.groundTruth, groundTruthShape) ? (report.groundTruth as GroundTruthReport) : null };
}

export function storedAssumptions(text: string): Readonly<Record<string, string>> {
  const value = parsed(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, string>) : {};
}

export function storedSettings(text: string): RunSettings {
  const value = parsed(text);
  return typeof value === 'object' && value !== null ? settleRunSettings(value as Record<string, string>).settings : defaultRunSettings;
}
