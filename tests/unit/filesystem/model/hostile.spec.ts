/** Drivers can put anything into the parameters: the file system answers, it never throws. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FILE_OBJECT } from '../../../../src-main/engine/index.ts';
import { irpMajor } from '../../../../src-main/nt/tables.generated.ts';
import { ModelRig } from './modelRig.ts';

// Numbers in a slot are whole: the parameter block sees to that before the file system does.
const anything = fc.oneof(
  fc.integer(), fc.bigInt(), fc.boolean(), fc.constantFrom(null, undefined, '', '\\f', '*', {}, [], { QuadPart: 3n }, { Buffer: '\\x' }, { DesiredAccess: 0x1f01ff }, () => 1, Symbol('s')),
  fc.integer({ min: 0, max: 90 }), fc.constantFrom(0x0009_0240, 0x0009_0008, 0x0009_000c, 0x0009_0014, 0x0009_80c8, 0x0009_00a4, 0x0009_00a8, 0x0100_0000, 0x0500_0000),
);

const kinds = ['irp', 'fastio', 'fsfilter'] as const;

test('any request with any parameters is answered', () => {
  const rig = new ModelRig();
  rig.volume.makeFile('\\f', { size: 100, shortName: 'F~1' });
  rig.volume.makeFile('\\d\\x');
  for (const [name, path] of [['h', '\\f'], ['d', '\\d'], ['v', ''], ['s', '\\d\\x']] as const) rig.create(name, path, { access: 'rwd' });
  const majors = irpMajor.map(({ value }) => value);
  const bytes = fc.uint8Array({ maxLength: 40 }).map((content) => rig.buffer(content.length, (to) => content.forEach((value, at) => to.setU8(at, value))));
  const value = fc.oneof({ weight: 4, arbitrary: anything }, bytes);
  fc.assert(
    fc.property(fc.constantFrom(...majors), fc.integer({ min: 0, max: 6 }), fc.array(value, { minLength: 6, maxLength: 6 }), fc.constantFrom(...kinds), fc.constantFrom('h', 'd', 'v', 's', 'new'), fc.integer({ min: 0, max: 255 }), (major, minor, slots, kind, file, operationFlags) => {
      const fileObject = file === 'new' ? new FILE_OBJECT({ id: 'new', volume: rig.volume.name, name: '\\f' }) : rig.handle(file);
      const operation = rig.issue('any', major, null, {}, fileObject, { kind, minor, operationFlags, slots });
      expect(['running', 'pended', 'completed']).toContain(operation.state);
      if (rig.volume.state !== 'mounted') rig.volume.state = 'mounted';
      rig.late();
    }),
    { seed: 20_261_107, numRuns: 3000 },
  );
});
