/** The program's side of communication ports (rule 17; filter-manager-objects.md 7.4). */
import { textBuffer } from './buffers.ts';
import { NotationError } from './lineReader.ts';
import { returned, settled, type Outcome } from './outcome.ts';
import { Arguments } from './requests.ts';
import type { Call, Value } from './vector.ts';
import { isTrue, needFlags } from './words.ts';
import type { Connection, World } from './world.ts';

type PortCall = (world: World, args: Arguments, names: readonly string[]) => Outcome;

function connectionOf(world: World, value: Value): Connection {
  const found = world.connections.find((connection) => connection === world.variables.get(value.text));
  if (found === undefined) throw new NotationError(null, `“${value.text}” is no connection to a port.`);
  return found;
}

void textBuffer;
void isTrue;
void needFlags;
void settled;
void returned;
void connectionOf;

const portCalls: Readonly<Record<string, PortCall>> = {};

/** Undefined when it is no call of the user-mode library. */
export function portCall(world: World, call: Call, names: readonly string[]): Outcome | undefined {
  return portCalls[call.routine]?.(world, new Arguments(call.args), names);
}
