/** Types are taken out of a run's sources before its child needs them. */
import { describe, expect, it } from 'vitest';
import { learnStripped, strippedSources, withoutTypes } from '../../../src-main/engine-host/stripping.ts';
import { ownDriver } from '../../support/engine-host/runs.ts';

describe('sources without types', () => {
  it('keep every character in its place', () => {
    const source = 'const a: ULONG = 1;\nfunction f(Data: PFLT_CALLBACK_DATA): void { g(Data as never); }\n';
    const code = withoutTypes(source);
    expect(code).toHaveLength(source.length);
    expect(code).not.toContain('ULONG');
    for (const word of ['= 1;', 'Data', 'g(', '}\n']) expect(code.indexOf(word)).toBe(source.indexOf(word));
  });

  it('are made of drivers, service scripts and versions, each once, and not of what cannot be understood', () => {
    const driver = ownDriver('one', 'let x: number = 1;');
    const made = strippedSources({
      drivers: [driver, { ...driver, id: 2, service: 'let y: number = 2;' }, ownDriver('broken', 'let = = 1', 3)],
      versions: [{ driver: 1, version: 2, source: 'let z: number = 3;' }],
    });
    expect(made.map(([, code]) => code.replace(/ +/g, ' '))).toEqual(['let x = 1;', 'let y = 2;', 'let z = 3;']);
  });

  it('are not made again where they came with the run', () => {
    learnStripped([['let told: number = 1;', 'let told         = 2;']]);
    expect(withoutTypes('let told: number = 1;')).toBe('let told         = 2;');
  });
});
