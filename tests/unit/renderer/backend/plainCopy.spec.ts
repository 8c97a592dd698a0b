import { expect, it } from 'vitest';
import { reactive, ref } from 'vue';
import { plainCopy } from '../../../../src-renderer/backend/plainCopy.ts';

it('makes what a form holds cloneable, with everything in it', () => {
  const bytes = new Uint8Array([1, 2]);
  const form = reactive({ at: { kind: 'callback', callbacks: ['pre', 'status'] }, ticks: 5n, none: null, where: ref({ major: 3 }) });
  expect(() => structuredClone(form)).toThrow();
  const copy = structuredClone(plainCopy({ spec: form, bytes }));
  expect(copy).toEqual({ spec: { at: { kind: 'callback', callbacks: ['pre', 'status'] }, ticks: 5n, none: null, where: { major: 3 } }, bytes: new Uint8Array([1, 2]) });
});
