/**
 * Counts what the driver API provides of what real minifilters call, by build step and by family, and names what is missing.
 *
 * Usage: node scripts/count-routines.ts
 *
 * Which routines those are: tests/unit/driver-api/buildSteps.ts, transcribed from driver-api-usage.md 1.2 and 1.3.
 */
import { refusedRoutines } from '../src-main/driver-api/refusedRoutines.ts';
import { routineTable } from '../src-main/driver-api/routineTable.ts';
import { createEngine } from '../src-main/engine/index.ts';
import { buildSteps, families } from '../tests/unit/driver-api/buildSteps.ts';

const engine = createEngine({ lowerDevice: { dispatch: () => ({ kind: 'complete', status: 0, information: 0 }) } });
const provided = new Set(routineTable.filter((row) => row.binding === 'own' || engine.routines[row.name] !== undefined).map((row) => row.name));
const withoutRow = Object.keys(engine.routines).filter((name) => !provided.has(name));

const totals = { provided: 0, refused: 0, all: 0 };

/** `1   20 of 20   ...` and what is missing. */
function line(title: string, names: readonly string[]): string {
  const there = names.filter((name) => provided.has(name));
  const refused = names.filter((name) => !provided.has(name) && refusedRoutines.has(name));
  const missing = names.filter((name) => !provided.has(name) && !refusedRoutines.has(name));
  totals.provided += there.length;
  totals.refused += refused.length;
  totals.all += names.length;
  const notes = [...(refused.length === 0 ? [] : [`refused by name: ${refused.join(', ')}`]), ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`])];
  return `${title.padEnd(36)} ${String(there.length).padStart(3)} of ${String(names.length).padStart(3)}${notes.length === 0 ? '' : `   ${notes.join('; ')}`}`;
}

console.log('Build steps (driver-api-usage.md 1.2, 1.6)');
for (const { step, routines } of buildSteps) console.log(`  ${line(`step ${step}`, routines)}`);
console.log('\nFamilies (driver-api-usage.md 1.3)');
for (const { name, members } of families) console.log(`  ${line(name, members)}`);
console.log(`\n${totals.provided} of ${totals.all} provided, ${totals.refused} refused by name; ${provided.size} routines and macros in all.`);
if (withoutRow.length > 0) console.log(`The engine has ${withoutRow.length} routines without a row: ${withoutRow.join(', ')}`);
