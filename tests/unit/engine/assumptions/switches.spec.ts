/** Every switch has a case in which its readings differ. */
import { describe, expect, it } from 'vitest';
import { assumptions } from '../../../../src-main/engine/index.ts';
import { flowSwitches } from './tables/flow.ts';
import { lifecycleSwitches } from './tables/lifecycle.ts';

const tables = { 'the flow of an operation': flowSwitches, 'registration, altitudes, volumes and instances': lifecycleSwitches };

for (const [area, table] of Object.entries(tables)) {
  describe(`readings about ${area}`, () => {
    it.each(Object.entries(table))('%s', (id, { run, byDefault, otherwise }) => {
      const other = assumptions.find((one) => one.id === id)?.values[1] ?? '';
      expect(run({})).toEqual(byDefault);
      expect(run({ [id]: other })).toEqual(otherwise);
    });
  });
}
