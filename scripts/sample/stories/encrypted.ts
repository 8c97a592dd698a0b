import { access, fillCache, rename, sizes } from '../story.ts';
import type { Story } from '../story.ts';
import { irp } from '../sessionBuilder.ts';

/** A file below \enc\ is written through the cache, reaches the disk later by the system's thread, and is read again. */
export const encrypted: Story = {
  name: 'encrypted',
  description: 'a diary below \\enc\\ is written through the cache and reaches the disk by paging I/O of the system; a backup reads it past the cache; it is moved out of the folder.',
  tell(session) {
    const diary = 'C:\\enc\\diary.txt';
    const system = session.process('System', 4);
    const writer = session.actor(session.process('notes.exe', 4120), 4124, 5);
    const file = session.create(writer, diary, { access: access.readWrite, disposition: 5 });
    session.write(file, 0, 4_096);
    session.write(file, 4_096, 4_096, { kind: 'fastio' });
    session.read(file, 0, 4_096, { kind: 'fastio' });

    // The lazy writer, a second later: another process, and pages of the cache.
    const lazy = { actor: session.actor(system, 212, 1_000), path: diary };
    session.write(lazy, 0, 8_192, { irpFlags: irp.paging });
    writer.now = 11_000_000;
    session.close(file);

    const reader = session.actor(session.process('viewer.exe', 5008), 5012, 1_500);
    const read = session.create(reader, diary);
    session.query(read, 5, 24, { ...sizes(8_192), NumberOfLinks: 1, DeletePending: false, Directory: false });
    fillCache(session, read, 8_192);
    session.read(read, 0, 4_096);
    session.read(read, 4_096, 4_096, { kind: 'fastio' });
    session.close(read);

    const backup = session.actor(session.process('backup.exe', 6032), 6040, 2_000);
    const raw = session.create(backup, diary, { options: 0x68 });
    session.read(raw, 0, 8_192, { irpFlags: irp.noCacheRead });
    session.close(raw);

    const mover = session.actor(session.process('shell.exe', 3344), 3360, 2_500);
    const moved = session.create(mover, diary, { access: access.rename });
    rename(session, moved, 'C:\\mail\\diary.txt');
    session.close(moved);
    const plain = session.create(mover, 'C:\\mail\\diary.txt');
    session.read(plain, 0, 4_096);
    session.close(plain);
  },
};
