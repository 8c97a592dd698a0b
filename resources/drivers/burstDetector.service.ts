/* The program behind burstDetector: it is told which process was flagged. It answers nothing, and nothing waits for it. */

const BURST_NOTE = struct({ ProcessId: ULONG, Files: ULONG, ImageName: WCHAR.array(16) });

service.process({ name: 'burstsvc.exe' });

service.on('\\BurstPort', (message) => {
  const { ProcessId, Files, ImageName } = view(BURST_NOTE, message.buffer);
  console.log(`process ${ProcessId} (${ImageName.replace(/\0.*$/s, '')}) changed ${Files} files in a burst`);
});
