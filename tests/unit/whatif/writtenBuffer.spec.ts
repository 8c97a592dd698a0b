/** What-if: a driver leaves the parameters alone and writes into the request's buffer. */
import { expect, it } from 'vitest';
import { changing } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

const file = 'C:\\a.dat';

it('another end of file in FILE_END_OF_FILE_INFORMATION is another request', () => {
  const r = new Recording();
  r.open(file, { disposition: 'create', access: 'rw' });
  r.write(file, 100);
  r.endOfFile(file, 80); // 3
  r.read(file, 100, { information: 80 });
  r.end(file);
  const shorter = changing('IRP_MJ_SET_INFORMATION', 'if (Data.Iopb.Parameters.SetFileInformation.FileInformationClass === FileEndOfFileInformation) Data.Iopb.Parameters.SetFileInformation.InfoBuffer.setU32(0, 30);');
  expect(notAsRecorded(run(r, [shorter]))).toEqual(['3 SetEndOfFileInformationFile SUCCESS model, changed', '4 ReadFile SUCCESS info=30 model, consequence of 3']);
  const looks = changing('IRP_MJ_SET_INFORMATION', 'Data.Iopb.Parameters.SetFileInformation.InfoBuffer.u32(0);');
  expect(notAsRecorded(run(r, [looks]))).toEqual([]);
});
