/** What-if: a hard link is denied; a file in the root of a volume is. */
import { expect, it } from 'vitest';
import { changing } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

it('a name that a denied hard link would have made is not there', () => {
  const r = new Recording();
  r.open('C:\\a.txt', { disposition: 'create', access: 'rw' });
  r.link('C:\\a.txt', 'C:\\b.txt'); // 2
  r.end('C:\\a.txt');
  r.open('C:\\b.txt'); // 5
  r.end('C:\\b.txt');
  const deny = changing('IRP_MJ_SET_INFORMATION', 'if (Data.Iopb.Parameters.SetFileInformation.FileInformationClass === FileLinkInformation) return deny(Data, STATUS_ACCESS_DENIED);');
  expect(notAsRecorded(run(r, [deny]))).toEqual([
    '2 SetLinkInformationFile ACCESS_DENIED filter, changed', '5 CreateFile OBJECT_NAME_NOT_FOUND model, consequence of 2', '6 IRP_MJ_CLEANUP not issued because of 2', '7 CloseFile not issued because of 2',
  ]);
});

it('the root lists what is there in this run', () => {
  const r = new Recording();
  r.open('C:\\a.txt', { disposition: 'create', access: 'rw' }); // 1
  r.end('C:\\a.txt');
  r.directory('C:\\');
  const listing = r.list('C:\\', ['a.txt']);
  const deny = changing('IRP_MJ_CREATE', "if (finalName === 'a.txt') return deny(Data, STATUS_ACCESS_DENIED);");
  expect(notAsRecorded(run(r, [deny])).at(-1)).toMatch(new RegExp(`^${listing} .*consequence of 1$`));
});
