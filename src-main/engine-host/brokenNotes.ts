/** What a stop says where the run breaks off: an exception, a bug check, a deadlock. */
import type { StopNote } from '../debugger/stop.ts';
import type { Activation, EngineEvent } from '../engine/index.ts';
import { driverFrames } from './callSite.ts';
import { routineText, stackOf, textOf } from './problems.ts';

const note = (id: string, sentence: string, driver: string | null, line: number | null): StopNote => ({ kind: 'explanation', id, severity: 'B', sentence, rule: '', source: '', driver, line });

/** `text`: name and message of what was thrown. */
export function exceptionNote({ filter, kind, name }: Activation, text: string, line: number | null): StopNote {
  return note('exception', `${text}. Nothing in ${filter.name} catches the exception; when it has left ${routineText(name === '' ? kind : name)}, the run ends.`, filter.name, line);
}

export const exceptionText = (error: unknown): string => textOf(error);

/** The driver's line that threw; null where the stack names none. */
export const exceptionLine = (error: unknown): number | null => driverFrames(stackOf(error))[0]?.line ?? null;

export function bugCheckNote({ code, parameter1, violation }: Extract<EngineEvent, { readonly kind: 'bugcheck' }>): StopNote {
  return note('bugcheck', `Bug check 0x${hex(code)} (0x${hex(parameter1)}, ${violation.id}): Windows would stop the machine here, and going on ends the run.`, violation.filter?.name ?? null, violation.site?.line ?? null);
}

/** The driver routines it was in are over. */
export const brokenNote = (sentence: string): StopNote => note('broken', sentence, null, null);

const hex = (value: number): string => value.toString(16).toUpperCase();
