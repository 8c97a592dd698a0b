import { expect, it } from 'vitest';
import { manifestFacts } from '../../../src-main/base/driverManifest.ts';

it('reads what a manifest says, the altitude of its default instance too, and nothing of other text', () => {
  expect(manifestFacts('{ "altitude": "320000.5", "description": "Guards.", "serviceScript": "scanuser.ts" }')).toEqual({ altitude: '320000.5', description: 'Guards.', serviceScript: 'scanuser.ts' });
  expect(manifestFacts('{ "defaultInstance": "b", "instances": [{ "name": "a", "altitude": "1" }, { "name": "b", "altitude": 2 }] }')).toEqual({ altitude: '2', description: '', serviceScript: null });
  expect([manifestFacts('null'), manifestFacts('{')].map(({ altitude }) => altitude)).toEqual([null, null]);
});
