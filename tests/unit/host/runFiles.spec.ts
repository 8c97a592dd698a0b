/** Files of drivers of a stored run: called as they were when it ran, whatever became of them. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { filesOfRun, lineOfDriver } from '../../../src-main/host/runFiles.ts';
import { openSession, type StoredRun } from '../../../src-main/session/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const file = (slot: number, name: string) => ({ slot, name, text: '' });
const driver = { name: 'guard', description: '', altitude: '320000', enabled: true, bundled: false, manifest: '{}', source: '', service: '', mac: '' };

it('has the names of its version, then of what took over, then the last that there were', () => {
  const session = openSession(path.join(tempFolder(), 's.fltreplay'), 'create');
  const { stack } = session.writer;
  const id = stack.addDriver({ ...driver, files: [file(1, 'names.ts')] }, 0n);
  stack.addVersion(id, { source: '', files: [file(1, 'texts.ts'), file(2, 'tags.ts')], service: '' }, '', 0n);
  stack.addVersion(id, { source: '', files: [file(1, 'words.ts'), file(2, 'marks.ts'), file(3, 'more.ts')], service: '' }, '', 0n);
  stack.updateDriver(id, { name: 'watch' });
  const run = { drivers: JSON.stringify([{ driver: id, version: 1, name: 'guard', altitude: '320000' }]), plan: JSON.stringify({ overlays: [], switches: [{ from: 4, driver: id, version: 2 }], where: null, schedule: null }) } as StoredRun;
  const files = filesOfRun(session.reader, run);
  expect(new Map(files('guard').map(({ slot, name }) => [slot, name]))).toEqual(new Map([[1, 'names.ts'], [2, 'tags.ts'], [3, 'more.ts']]));
  expect([files('watch'), files('Filter Manager')]).toEqual([[], []]);
  stack.removeDriver(id);
  expect(filesOfRun(session.reader, run)('guard')).toHaveLength(3);
  expect([lineOfDriver(session.reader, id, 7), lineOfDriver(session.reader, id, 300_007), lineOfDriver(session.reader, null, 7)]).toEqual(['line 7', 'line 7 of more.ts', 'line 7']);
  session.close();
});
