import { access } from '../story.ts';
import type { Story } from '../story.ts';
import { status, ticksPerMillisecond } from '../sessionBuilder.ts';

const requestBatchOplock = 0x90008;
const requestFilterOplock = 0x9005c;
const oplockBreakAcknowledge = 0x9000c;

/** A client holds batch oplocks on three files: another program breaks the first, the second is refused, the third is never broken. */
export const oplocks: Story = {
  name: 'oplocks',
  description: 'a file server asks for batch oplocks on two files and for a filter oplock; an editor breaks the first one, the second is refused, the third stays pending.',
  tell(session) {
    const folder = 'C:\\share';
    const server = session.process('fileserver.exe', 2044);
    const holder = session.actor(server, 2048, 10);
    const breaks = 800 * ticksPerMillisecond;
    const held = session.create(holder, `${folder}\\plan.docx`, { access: access.readWrite, options: 0x40 });
    // The request ends shortly after the open that breaks the oplock has come.
    session.control(held, requestBatchOplock, { duration: breaks + 300 - holder.now, output: 0 });
    session.read(held, 0, 4_096);
    session.read(held, 4_096, 4_096);

    const editor = session.actor(session.process('editor.exe', 4120), 4124, 800);
    const opened = session.create(editor, `${folder}\\plan.docx`, { access: access.readWrite, duration: 3 * ticksPerMillisecond });
    holder.now = breaks + ticksPerMillisecond;
    session.control(held, oplockBreakAcknowledge, { duration: 150 });
    session.close(held);
    session.read(opened, 0, 4_096);
    session.write(opened, 0, 4_096);

    const second = session.actor(server, 2052, 900);
    const refused = session.create(second, `${folder}\\plan.docx`, { options: 0x40 });
    session.control(refused, requestBatchOplock, { status: status.oplockNotGranted });
    session.close(refused);
    session.close(opened);

    const third = session.actor(server, 2056, 950);
    const guarded = session.create(third, `${folder}\\catalogue.dat`, { access: 0x100080, options: 0x100040 });
    session.control(guarded, requestFilterOplock, { status: status.pending, duration: null });
  },
};
