/** Overlays and switches in words: what distinguishes a branch from its parent. */
import { fileName, filePlace, type NamedFile } from '../../base/driverLines.ts';
import { ntStatusName } from '../../nt/ntStatus.ts';
import { scheduleText } from '../scheduleChoices.ts';
import type { DriverSwitch, Overlay, PlanPoint, RunPlan } from '../runPlan.ts';

export interface PlanNames {
  /** Name of a driver by its id. */
  readonly driver: (id: number) => string;
  /** The files beside its entry, by its name. */
  readonly files: (driver: string) => readonly NamedFile[];
}

/** `18204:7`, `18204:7:29`, `18204:7:29.3` */
export const pointText = ({ issued, sequence, line, visit }: PlanPoint): string => `${issued}:${sequence}${line === null ? '' : `:${line}${visit > 1 ? `.${visit}` : ''}`}`;

const hexStatus = (status: number): string => ntStatusName(status >>> 0);

function valuesText(values: Readonly<Record<string, string | number | null>>): string {
  return Object.entries(values).map(([name, value]) => `${nameText(name)} is ${String(value)}`).join(', ');
}

/** Fields of the record in the words of the operation list; the others have the WDK's own. */
const nameText = (name: string): string => ({ path: 'path', offset: 'offset', length: 'length', process: 'process', irpFlags: 'IrpFlags' })[name] ?? name;

/** `18204:7:29`, `18204:7:names.ts:29` */
function placeText(point: PlanPoint, driver: string, files: readonly NamedFile[]): string {
  const place = filePlace(point.line ?? 0);
  return place.slot === 0 ? pointText(point) : `${point.issued}:${point.sequence}:${fileName(driver, files, place.slot)}:${place.line}${point.visit > 1 ? `.${point.visit}` : ''}`;
}

/** `Length of #64 is 512`, `#64 is skipped` */
export function overlayWords(overlay: Overlay, { driver, files }: PlanNames): string {
  switch (overlay.kind) {
    case 'assign': return `at ${placeText(overlay.point, overlay.driver, files(overlay.driver))}: ${overlay.expression}`;
    case 'return': return `${overlay.what ?? `the callback at ${pointText(overlay.point)}`} returns ${overlay.name ?? String(overlay.value)}${overlay.status === undefined ? '' : ` with ${hexStatus(overlay.status)}`}`;
    case 'ioStatus': return `#${overlay.operation} is answered with ${hexStatus(overlay.status)}${overlay.information === 0 ? '' : `, ${overlay.information}`}`;
    case 'arguments': return `of #${overlay.operation}: ${valuesText(overlay.values)}`;
    case 'skip': return `#${overlay.operation} is skipped`;
    case 'duplicate': return `#${overlay.operation} is issued twice`;
    case 'insert': return `behind #${overlay.after} a copy of #${overlay.like}${Object.keys(overlay.values).length === 0 ? '' : ` with ${valuesText(overlay.values)}`}`;
    case 'altitude': return `${driver(overlay.driver)} is at altitude ${overlay.altitude}`;
    case 'off': return `${driver(overlay.driver)} is off`;
  }
}

export const switchWords = ({ driver, version, from }: DriverSwitch, names: PlanNames): string => `${names.driver(driver)} version ${version} from #${from} on`;

/** What a plan has that its parent's has not. */
export function planWords(plan: RunPlan, parent: RunPlan, names: PlanNames): string[] {
  const known = new Set([...parent.overlays, ...parent.switches].map((one) => JSON.stringify(one)));
  const isNew = (one: unknown): boolean => !known.has(JSON.stringify(one));
  const words = [...plan.switches.filter(isNew).map((one) => switchWords(one, names)), ...plan.overlays.filter(isNew).map((one) => overlayWords(one, names))];
  if (plan.where !== parent.where) words.push(plan.where === null ? 'all operations' : `only ${plan.where}`);
  const schedule = plan.schedule === null ? '' : scheduleText(plan.schedule);
  if (schedule !== (parent.schedule === null ? '' : scheduleText(parent.schedule))) words.push(plan.schedule === null ? 'the usual schedule' : `schedule ${schedule}`);
  if (plan.unknownFolder !== parent.unknownFolder) words.push(plan.unknownFolder === null ? 'no contents from a folder' : `contents from ${plan.unknownFolder}`);
  return words;
}
