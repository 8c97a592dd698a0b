import type { Tour } from './tour.ts';

export const deleteGuardTour: Tour = {
  sample: 'delete-guard',
  steps: [
    { title: 'Six ways to lose a file', target: 'operations-list', pane: 'operations', text: 'Below \\guard\\ a file goes by the old disposition, by the POSIX one, by delete-on-close, by a rename away, by a rename over it. After each the program looks whether it is gone.' },
    { title: 'Run to the POSIX delete', target: 'tool-run-continue', advance: 'stop', text: 'A breakpoint waits where posix.txt is deleted. Press F5.' },
    { title: 'Not a BOOLEAN', target: 'stop-view', pane: 'inspector', text: 'FileDispositionInformationEx has a word of flags where the old class has one BOOLEAN. FILE_DISPOSITION_POSIX_SEMANTICS frees the name at once, not when the last handle is closed. A guard that knows only the old class lets it pass.' },
    { title: 'Go on', target: 'tool-run-continue', advance: 'end', text: 'Press F5. deleteGuard refuses all five in the pre callback: in the post it would be too late.' },
    { title: 'What follows', target: 'changes', pane: 'changes', text: 'Each refusal has a consequence: the open that found nothing in the recording now finds the file. Open a row to see what it was caused by.' },
    { title: 'What is not refused', target: 'editor', pane: 'source', source: 'deleteGuard', text: 'emptied.txt was overwritten, and that has passed: its content is gone, the file is not. If that matters to you, refuse FILE_OVERWRITE here, too, and run again.' },
  ],
};

export const redirectedTour: Tour = {
  sample: 'redirected',
  steps: [
    { title: 'Two folders', target: 'operations-list', pane: 'operations', text: 'report.exe writes below \\out\\. At the end mailer.exe looks for the report below \\in\\, where it was not found when this was recorded.' },
    { title: 'Run to the open', target: 'tool-run-continue', advance: 'stop', text: 'A breakpoint waits in the pre callback of redirect, for opens below \\out\\. Press F5.' },
    { title: 'Step over', target: 'tool-run-next', advance: 'stop', text: 'F10 goes line by line. The callback replaces the name of the file object and completes the create with STATUS_REPARSE. Step, or press F5 to run on.' },
    { title: 'To the end', target: 'tool-run-continue', advance: 'end', text: 'Press F5. The I/O manager sends the create again with the new name.' },
    { title: 'Everything after it', target: 'changes', pane: 'changes', text: 'The writes, reads and queries on those handles are on another file than recorded. The last row is the consequence: mailer.exe now finds march-final.csv.' },
    { title: 'By another way', target: 'driver-open-redirect', pane: 'session', source: 'redirect', text: 'redirect can also rewrite the name on the way down (Way under its service key). No create comes a second time then, and filters above never see the new name.' },
  ],
};

export const encryptedTour: Tour = {
  sample: 'encrypted',
  steps: [
    { title: 'One file, four kinds of I/O', target: 'operations-list', pane: 'operations', text: 'diary.txt is written through the cache, by IRP and by fast I/O. A second later the system writes its pages to the disk; a backup reads past the cache.' },
    { title: 'Run to the swap', target: 'tool-run-continue', advance: 'stop', text: 'A breakpoint waits for whoever changes Parameters.Write.WriteBuffer. Press F5.' },
    { title: 'Paging I/O only', target: 'stop-view', pane: 'inspector', text: 'It stopped at the write of System, not at those of notes.exe: the cache has plain text, only what goes to the disk is encrypted. IRP_PAGING_IO is among the flags.' },
    { title: 'Never in place', target: 'iopb', pane: 'inspector', text: 'WriteBuffer and MdlAddress now lead to the filter\'s own memory. The old buffer is pages of the cache: encrypting there would show cipher text to everybody who has the file open.' },
    { title: 'To the end', target: 'tool-run-continue', advance: 'end', text: 'Press F5. The reads for the cache and of the backup are swapped, too, and decrypted when they complete.' },
    { title: 'Nobody leaves', target: 'changes', pane: 'changes', text: 'The rename out of the folder is refused, because what is encrypted would be read as it is elsewhere. The later open of \\mail\\diary.txt finds nothing.' },
  ],
};

export const oplocksTour: Tour = {
  sample: 'oplocks',
  steps: [
    { title: 'Who may cache', target: 'operations-list', pane: 'operations', text: 'fileserver.exe asks for a batch oplock on plan.docx. The request stays pending for as long as the oplock is held, here until editor.exe opens the file.' },
    { title: 'Run to the grant', target: 'tool-run-continue', advance: 'stop', text: 'A breakpoint waits in the status and the post callback of oplockWatch. Press F5.' },
    { title: 'Pending means granted', target: 'stop-view', pane: 'inspector', text: 'The status callback is told STATUS_PENDING, right after the file system has returned. For this request that is success.' },
    { title: 'Until it breaks', target: 'tool-run-continue', advance: 'stop', text: 'Press F5 and watch how far the list goes: the file is read, and another program opens it.' },
    { title: 'Too late to know', target: 'stop-view', pane: 'inspector', text: 'The post callback of the same request comes only now, because the open of editor.exe has broken the oplock. A filter that learns of oplocks here learns of them when they are gone.' },
    { title: 'A refusal', target: 'tool-run-continue', advance: 'stop', text: 'Press F5. The next request is told STATUS_OPLOCK_NOT_GRANTED: the file is open already.' },
    { title: 'The whole story', target: 'call-log', pane: 'log', text: 'Run on with F5 until it ends. The call log has every grant and break; the filter oplock on catalogue.dat is still pending then, as it was recorded.' },
  ],
};
