import type { Tour } from './tour.ts';

export const firstLightTour: Tour = {
  sample: 'first-light',
  steps: [
    { title: 'A trace and a driver', target: 'operations-list', pane: 'operations', text: 'Each row is an operation that an editor, an indexer or a backup made. They are issued again, one by one, through the drivers on the left.' },
    { title: 'Run to the breakpoint', target: 'tool-run-continue', advance: 'stop', text: 'A breakpoint waits in the status callback of statusWatch. Press F5, or this button.' },
    { title: 'Snapshot, sent, now', target: 'iopb', pane: 'inspector', text: 'The snapshot was copied when the pre callback asked for the status. Afterwards the callback swapped ReadBuffer and its MDL: those rows differ, and say who changed them at which line.' },
    { title: 'How the operation came here', target: 'layers', pane: 'inspector', text: 'What has happened to this operation so far, from the top to the file system and back. Each step leads to its moment.' },
    { title: 'Backwards is as easy', target: 'tool-run-reverseContinue', text: 'Every step can be taken back: Ctrl+F10 steps over backwards, Ctrl+F5 runs back to the breakpoint before. The status bar says when you are in the past.' },
    { title: 'What the rules say', target: 'violations', pane: 'violations', text: 'FV-084 names the trap: what is changed after asking is not in the snapshot. The sentence leads to the operation, the number to the moment, the file to the line.' },
    { title: 'Mend it', target: 'editor', pane: 'source', source: 'statusWatch', text: 'Move the call of FltRequestOperationStatusCallback behind the swap and run again with Ctrl+Shift+F5. FV-084 is gone.' },
  ],
};

export const pendedReadsTour: Tour = {
  sample: 'pended-reads',
  steps: [
    { title: 'A read that has to wait', target: 'editor', pane: 'source', source: 'pendWork', text: 'pendWork looks something up in a worker before a file below \\pend\\ is read. Its pre callback waits for the worker, and holds a lock meanwhile.' },
    { title: 'Run to the work item', target: 'tool-run-continue', advance: 'stop', text: 'A breakpoint waits in the work item. Press F5.' },
    { title: 'Another thread', target: 'stop-view', pane: 'inspector', text: 'This is a worker of the system, not the thread of reader.exe. That one stands in the pre callback and waits for us.' },
    { title: 'Let it go on', target: 'tool-run-continue', advance: 'stop', text: 'Press F5 again. The worker wants the lock that the waiting thread has.' },
    { title: 'Nobody can go on', target: 'tool-run-continue', advance: 'end', text: 'It stops at the line that would wait for ever: each of the two has what the other one needs. Press F5 to end the run here.' },
    { title: 'The wait graph', target: 'violations', pane: 'violations', text: 'OV-002 says which thread waits for what, and who has it. On a real system both would hang for ever. The hint H-01 has seen it coming: a wait with a lock held.' },
    { title: 'Pend instead', target: 'editor', pane: 'source', source: 'pendWork', text: 'Set WAIT_UNDER_LOCK to false: the read is pended with FLT_PREOP_PENDING, and a deferred work item lets it go on with FltCompletePendedPreOperation.' },
    { title: 'Run it again', target: 'tool-run-restart', advance: 'stop', text: 'Press Ctrl+Shift+F5. It stops in the work item once more; press F5 to let it run to its end.' },
    { title: 'Late, and right', target: 'call-log', pane: 'log', text: 'Each read is pended, goes on 20 ms later in a worker, and ends as it was recorded. Nothing is left under Violations.' },
  ],
};

export const ransomwareTour: Tour = {
  sample: 'ransomware',
  steps: [
    { title: 'An attack', target: 'operations-list', pane: 'operations', text: 'invoice.exe reads ten documents, writes them back unreadable and renames them to .locked within seconds. photosync.exe is harmless: it renames downloads that are whole.' },
    { title: 'Run to the alarm', target: 'tool-run-continue', advance: 'stop', text: 'A breakpoint waits where burstDetector queues its alarm. Press F5.' },
    { title: 'The fifth file', target: 'stop-view', pane: 'inspector', text: 'The rename of the fifth document has just succeeded: with five files in ten seconds the process is flagged. From now on it may read, and change nothing.' },
    { title: 'A second alarm', target: 'tool-run-continue', advance: 'stop', text: 'Press F5. It stops again: this time for photosync.exe, whose fifth file was a picture.' },
    { title: 'To the end', target: 'tool-run-continue', advance: 'end', text: 'Press F5 once more.' },
    { title: 'What it stopped, and what it broke', target: 'changes', pane: 'changes', text: 'Every refused open with all that was not issued because of it. Five documents and four copies are saved. Three pictures are lost too: the later opens of mountain.jpg, river.jpg and sunset.jpg find nothing.' },
    { title: 'Tune it', target: 'driver-open-burstDetector', source: 'burstDetector', pane: 'session', text: 'Count what tells the two apart, as a name that ends in .part before the rename. Edit, run again, and compare the two runs with Compare.' },
  ],
};
