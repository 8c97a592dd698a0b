import { access, rename } from '../story.ts';
import type { Story } from '../story.ts';
import { status } from '../sessionBuilder.ts';

const folder = 'C:\\guard';

/** FILE_DISPOSITION_DELETE | FILE_DISPOSITION_POSIX_SEMANTICS | FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE, as DeleteFile of today's Windows sets them. */
const posixDelete = 0x1 | 0x2 | 0x10;

/** Every way in which a file can go, one file each; each program looks afterwards whether it is gone. */
export const deleteGuard: Story = {
  name: 'delete-guard',
  description: 'files below \\guard\\ go in every way there is: the old disposition, the POSIX one, delete-on-close, a rename away, a rename over them.',
  tell(session) {
    const shell = session.actor(session.process('shell.exe', 3344), 3360, 5);
    const isGone = (path: string): void => void session.create(shell, path, { access: 0x100080, status: status.nameNotFound });
    const opened = (name: string, deletes: number = access.delete, options = 0x60) => session.create(shell, `${folder}\\${name}`, { access: deletes, options });

    const old = opened('old.txt');
    session.set(old, 13, 1, { DeleteFile: true });
    session.close(old);
    isGone(old.path);

    const posix = opened('posix.txt');
    session.set(posix, 64, 4, { Flags: posixDelete });
    // Its name is free at once, while the handle is still open.
    isGone(posix.path);
    session.close(posix);

    const onClose = opened('temporary.txt', access.delete, 0x1060);
    session.close(onClose);
    isGone(onClose.path);

    const moved = opened('moved.txt', access.rename);
    rename(session, moved, 'C:\\else\\moved.txt');
    session.close(moved);
    isGone(moved.path);

    const other = session.create(shell, 'C:\\else\\empty.txt', { access: access.rename });
    rename(session, other, `${folder}\\replaced.txt`, true);
    session.close(other);

    // What no guard of deletions refuses: the content goes, the file stays.
    const emptied = session.create(shell, `${folder}\\emptied.txt`, { access: access.write, disposition: 5 });
    session.write(emptied, 0, 12);
    session.close(emptied);

    // Outside the folder everything is as always.
    const elsewhere = session.create(shell, 'C:\\else\\old.txt', { access: access.delete });
    session.set(elsewhere, 13, 1, { DeleteFile: true });
    session.close(elsewhere);
    isGone(elsewhere.path);
  },
};
