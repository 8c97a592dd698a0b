/** Names of what pre and post callbacks return. */
import { hex } from '../../nt/names.ts';
import { postopCallbackStatus, preopCallbackStatus } from '../../nt/tables.generated.ts';

const preNames = new Map(preopCallbackStatus.map(([name, value]) => [value, name]));
const postNames = new Map(postopCallbackStatus.map(([name, value]) => [value, name]));

const nameIn = (names: ReadonlyMap<number, string>, value: unknown): string => (typeof value === 'number' ? (names.get(value) ?? hex(value)) : String(value));

/** `FLT_PREOP_PENDING`; the value itself for one that is none. */
export const preStatusName = (value: unknown): string => nameIn(preNames, value);
export const postStatusName = (value: unknown): string => nameIn(postNames, value);
