import { access, rename, sizes } from '../story.ts';
import type { Story } from '../story.ts';
import { status } from '../sessionBuilder.ts';

/** A program writes below \out\ and reads it again; another one, which was there before, looks for it below \in\ in vain. */
export const redirected: Story = {
  name: 'redirected',
  description: 'a report is written below \\out\\, read again, renamed there; another program looks for it below \\in\\, where it is not.',
  tell(session) {
    const writer = session.actor(session.process('report.exe', 5120), 5124, 30);
    const address = session.create(session.actor(session.process('mailer.exe', 5512), 5520, 1), 'C:\\in\\address.txt');
    session.read(address, 0, 800);
    session.close(address);

    const settings = session.create(writer, 'C:\\Program Files\\Report\\report.ini');
    session.read(settings, 0, 512);
    session.close(settings);

    const report = session.create(writer, 'C:\\out\\march.csv', { access: access.readWrite, disposition: 5, share: 1 });
    for (let offset = 0; offset < 12_288; offset += 4_096) session.write(report, offset, 4_096);
    session.query(report, 5, 24, { ...sizes(12_288), NumberOfLinks: 1, DeletePending: false, Directory: false });
    session.close(report);
    const again = session.create(writer, 'C:\\out\\march.csv');
    session.read(again, 0, 12_288);
    session.close(again);
    const done = session.create(writer, 'C:\\out\\march.csv', { access: access.rename });
    rename(session, done, 'C:\\out\\march-final.csv');
    session.close(done);
    const final = session.create(writer, 'C:\\out\\march-final.csv');
    session.read(final, 0, 12_288);
    session.close(final);

    // Nobody has written here: without the filter this file is not there.
    session.create({ ...address.actor, now: 2_000_000 }, 'C:\\in\\march-final.csv', { status: status.nameNotFound });
  },
};
