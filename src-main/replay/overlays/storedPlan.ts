/** A plan as a session file holds it. The file may be a stranger's: what has not the right shape is left out. */
import { parseSchedule, scheduleText, type SchedulePlan } from '../scheduleChoices.ts';
import { emptyPlan, type DriverSwitch, type Overlay, type PlanPoint, type RunPlan } from '../runPlan.ts';

type Fields = Readonly<Record<string, unknown>>;

export function planFromText(text: string): RunPlan {
  const value = parsed(text);
  if (!isObject(value)) return emptyPlan;
  const { where, unknownFolder, overlays, switches, schedule } = value;
  return {
    schedule: isObject(schedule) ? scheduleOf(schedule) : null,
    where: typeof where === 'string' ? where : null, unknownFolder: typeof unknownFolder === 'string' ? unknownFolder : null,
    overlays: listOf(overlays).filter(isOverlay), switches: listOf(switches).filter(isSwitch),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const numbers = (value: Fields, ...names: readonly string[]): boolean => names.every((name) => Number.isSafeInteger(value[name]));
const texts = (value: Fields, ...names: readonly string[]): boolean => names.every((name) => typeof value[name] === 'string');

function scheduleOf(value: Fields): SchedulePlan | null {
  const listed = Array.isArray(value['list']) && value['list'].every((one) => isObject(one) && numbers(one, 'at', 'take'));
  return listed || numbers(value, 'seed', 'oneIn') ? parseSchedule(scheduleText(value as unknown as SchedulePlan)) : null;
}

const isPoint = (value: unknown): value is PlanPoint => isObject(value) && numbers(value, 'issued', 'sequence', 'visit') && (value['line'] === null || numbers(value, 'line'));
const areValues = (value: unknown): boolean => isObject(value) && Object.values(value).every((one) => one === null || typeof one === 'string' || typeof one === 'number');
const isSwitch = (value: unknown): value is DriverSwitch => isObject(value) && numbers(value, 'from', 'driver', 'version');
const optional = (value: Fields, kind: 'number' | 'string', ...names: readonly string[]): boolean => names.every((name) => value[name] === undefined || typeof value[name] === kind);

/** Whether a value is an overlay, whoever made it. */
export function isOverlay(value: unknown): value is Overlay {
  if (!isObject(value)) return false;
  switch (value['kind']) {
    case 'assign': return isPoint(value['point']) && texts(value, 'driver', 'expression');
    case 'return': return isPoint(value['point']) && numbers(value, 'value') && optional(value, 'number', 'status', 'information') && optional(value, 'string', 'what', 'name');
    case 'ioStatus': return numbers(value, 'operation', 'status', 'information');
    case 'arguments': return numbers(value, 'operation') && areValues(value['values']);
    case 'skip':
    case 'duplicate': return numbers(value, 'operation');
    case 'insert': return numbers(value, 'after', 'like') && areValues(value['values']);
    case 'altitude': return numbers(value, 'driver') && texts(value, 'altitude');
    case 'off': return numbers(value, 'driver');
    default: return false;
  }
}
