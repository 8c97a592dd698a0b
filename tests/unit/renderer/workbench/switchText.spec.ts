import { expect, it } from 'vitest';
import { serviceHint } from '../../../../src-renderer/workbench/branches/switchText.ts';

it('going on with new code says whose service script is not exchanged', () => {
  expect(serviceHint([{ name: 'passThrough' }, { name: 'ctx', service: '' }])).toBe('');
  expect(serviceHint([{ name: 'passThrough' }, { name: 'scanner', service: 'x' }])).toContain('service script of scanner goes on');
  expect(serviceHint([{ name: 'minispy', service: 'x' }, { name: 'scanner', service: 'y' }])).toContain('service scripts of minispy, scanner go on');
});
