/**
 * What an event of TraceEvent's text is, by its name: `FileIO/Create`, `Windows Kernel/FileIO/Create`, `Microsoft-Windows-Kernel-File/Create`.
 *
 * Source: etw-formats.md 9.2, 10.5 and 17; PerfView's KernelTraceEventParser for the names of opcodes.
 */

export type PerfViewKind =
  | { readonly kind: 'file'; readonly type: number; readonly provider: 'FileIo' | 'Kernel-File' }
  | { readonly kind: 'process' | 'thread' | 'image'; readonly type: number }
  | { readonly kind: 'disk'; readonly event: string }
  | { readonly kind: 'volume' }
  | { readonly kind: 'other'; readonly reason: string };

const numbers = (text: string): ReadonlyMap<string, number> => new Map(text.split(' ').map((pair) => {
  const [name = '', number] = pair.split('=');
  return [name, Number(number)] as const;
}));

const fileIo = numbers('Name=0 FileCreate=32 FileDelete=35 FileRundown=36 MapFile=37 UnmapFile=38 MapFileDCStart=39 MapFileDCStop=40 Create=64 Cleanup=65 Close=66 Read=67 '
  + 'Write=68 SetInfo=69 Delete=70 Rename=71 DirEnum=72 Flush=73 QueryInfo=74 FSControl=75 OperationEnd=76 DirNotify=77 CreateNewFile=78 DeletePath=79 RenamePath=80 '
  + 'SetLinkPath=81 SetLink=82 FltPreOpInit=96 FltPostOpInit=97 FltPreOpCompletion=98 FltPostOpCompletion=99 FltPreOpFailure=100 FltPostOpFailure=101');
const kernelFile = numbers('NameCreate=32 NameDelete=35 Create=64 Cleanup=65 Close=66 Read=67 Write=68 SetInformation=69 SetDelete=70 Rename=71 Rename29=71 DirEnum=72 '
  + 'Flush=73 QueryInformation=74 FSCTL=75 OperationEnd=76 DirNotify=77 CreateNewFile=78 DeletePath=79 RenamePath=80 SetLinkPath=81 SetSecurity=131 QuerySecurity=132 '
  + 'SetEA=133 QueryEA=134');
const lives = numbers('Start=1 Stop=2 End=2 DCStart=3 DCStop=4 DCEnd=4 Defunct=39 SetName=72');
const images = numbers('Load=10 Unload=2 DCStart=3 DCStop=4 DCEnd=4');
const disk = new Set(['Read', 'Write', 'ReadInit', 'WriteInit', 'FlushInit', 'FlushBuffers']);

const reasons: ReadonlyMap<string, string> = new Map([
  ['registry', 'registry event'], ['tcpip', 'network event'], ['udpip', 'network event'], ['memory', 'memory event'], ['pagefault', 'memory event'],
  ['perfinfo', 'profiling event'], ['stackwalk', 'stack'], ['eventtrace', 'log record'], ['sysconfig', 'log record'], ['systemconfig', 'log record'],
]);

function kernelKind(task: string, opcode: string): PerfViewKind {
  const lower = task.toLowerCase();
  if (lower === 'fileio') {
    const type = fileIo.get(opcode);
    return type === undefined ? { kind: 'other', reason: 'file event of an unknown name' } : { kind: 'file', type, provider: 'FileIo' };
  }
  if (lower === 'diskio' && disk.has(opcode)) return { kind: 'disk', event: `Disk${opcode === 'FlushBuffers' ? 'Flush' : opcode}` };
  if (lower === 'sysconfig' && opcode === 'VolumeMapping') return { kind: 'volume' };
  const type = lower === 'image' ? images.get(opcode) : lives.get(opcode);
  if (type !== undefined && (lower === 'process' || lower === 'thread' || lower === 'image')) return { kind: lower, type };
  return { kind: 'other', reason: reasons.get(lower) ?? (lower === 'diskio' ? 'disk event' : 'other event') };
}

/** `provider` stands in an attribute of its own in some dumps. */
export function kindOfName(eventName: string, provider: string | null): PerfViewKind {
  const parts = (provider === null || eventName.startsWith(`${provider}/`) ? eventName : `${provider}/${eventName}`).split('/');
  if (parts[0] === 'Microsoft-Windows-Kernel-File') {
    const type = kernelFile.get(parts[1] ?? '');
    return type === undefined ? { kind: 'other', reason: 'manifest event' } : { kind: 'file', type, provider: 'Kernel-File' };
  }
  const kernel = parts[0] === 'Windows Kernel' ? parts.slice(1) : parts;
  if (kernel.length === 2) return kernelKind(kernel[0] ?? '', kernel[1] ?? '');
  // The dump of that provider's events has no name of a task.
  const type = kernel.length === 1 ? kernelFile.get(kernel[0] ?? '') : undefined;
  return type === undefined ? { kind: 'other', reason: reasons.get((kernel[0] ?? '').toLowerCase()) ?? 'other event' } : { kind: 'file', type, provider: 'Kernel-File' };
}
