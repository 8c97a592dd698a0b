/**
 * What records are counted by: class, type, hook and version, as in `FileIo/Create (0x0440, v3)`.
 *
 * Source: etw-formats.md 9.1, 9.2, 9.6, 10; names of other groups from the kernel's group numbers. A type without a name is shown by its number.
 */
import type { EtlRecord } from './container/etlRecord.ts';

interface Group {
  readonly name: string;
  readonly types: { readonly [type: number]: string };
}

const groups: { readonly [group: number]: Group } = {
  0x00: { name: 'EventTrace', types: { 0: 'Header', 5: 'Extension', 8: 'RDComplete', 32: 'EndExtension', 64: 'DbgIdRsds(64)', 80: 'PartitionInfo' } },
  0x01: {
    name: 'DiskIo',
    types: {
      10: 'Read', 11: 'Write', 12: 'ReadInit', 13: 'WriteInit', 14: 'Flush', 15: 'FlushInit', 16: 'IoRedirectedInit', 55: 'OpticalRead', 56: 'OpticalWrite',
      57: 'OpticalFlush', 58: 'OpticalReadInit', 59: 'OpticalWriteInit', 60: 'OpticalFlushInit',
    },
  },
  0x02: { name: 'PageFault', types: {} },
  0x03: { name: 'Process', types: { 1: 'Start', 2: 'End', 3: 'DCStart', 4: 'DCEnd', 11: 'Terminate', 32: 'PerfCtr', 33: 'PerfCtrRundown', 39: 'Defunct' } },
  0x04: {
    name: 'FileIo',
    types: {
      0: 'Name', 32: 'FileCreate', 33: 'FilenameSame', 34: 'FilenameNull', 35: 'FileDelete', 36: 'FileRundown', 37: 'MapFile', 38: 'UnmapFile', 39: 'MapFileDCStart',
      40: 'MapFileDCEnd', 64: 'Create', 65: 'Cleanup', 66: 'Close', 67: 'Read', 68: 'Write', 69: 'SetInfo', 70: 'Delete', 71: 'Rename', 72: 'DirEnum', 73: 'Flush',
      74: 'QueryInfo', 75: 'FSControl', 76: 'OperationEnd', 77: 'DirNotify', 78: 'CreateNewFile', 79: 'DeletePath', 80: 'RenamePath', 81: 'SetLinkPath', 82: 'SetLink',
    },
  },
  0x05: { name: 'Thread', types: { 1: 'Start', 2: 'End', 3: 'DCStart', 4: 'DCEnd', 36: 'CSwitch', 50: 'ReadyThread', 72: 'SetName' } },
  0x06: { name: 'TcpIp', types: {} },
  0x08: { name: 'UdpIp', types: {} },
  0x09: { name: 'Registry', types: {} },
  0x0b: { name: 'SystemConfig', types: {} },
  0x0f: { name: 'PerfInfo', types: { 46: 'SampledProfile' } },
  0x14: { name: 'Image', types: { 2: 'Unload', 3: 'DCStart', 4: 'DCEnd', 33: 'KernelBase(33)', 34: 'HypercallPage(34)' } },
  0x18: { name: 'StackWalk', types: { 32: 'Stack', 35: 'KeyDelete', 36: 'KeyRundown', 37: 'KeyKernel', 38: 'KeyUser' } },
  0x1b: { name: 'SplitIo', types: { 32: 'Init' } },
};

/** Types that belong to another class than their group says. */
const special: { readonly [hook: number]: string } = {
  0x0220: 'HardFault/0x20 (hard fault)', 0x030a: 'Image/Load', 0x0460: 'Flt/PreOpInit', 0x0461: 'Flt/PostOpInit', 0x0462: 'Flt/PreOpCompletion',
  0x0463: 'Flt/PostOpCompletion', 0x0464: 'Flt/PreOpFailure', 0x0465: 'Flt/PostOpFailure',
};

/** Providers and classes whose name is known beside their GUID. */
const providers: { readonly [guid: string]: string } = {
  '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716': 'Microsoft-Windows-Kernel-Process',
  'edd08927-9cc4-4e65-b970-c2560fb5c289': 'Microsoft-Windows-Kernel-File',
  'f3c5e28e-63f6-49c7-a204-e48a1bc4b09d': 'Microsoft-Windows-FilterManager',
  'e13c0d23-ccbc-4e12-931b-d9cc2eee27e4': 'Microsoft-Windows-DotNETRuntime',
  'a669021c-c450-4609-a035-5af59af4df18': 'Microsoft-Windows-DotNETRuntimeRundown',
  '763fd754-7086-4dfe-95eb-c01a46faf4ca': 'Microsoft-Windows-DotNETRuntimePrivate',
  'dd5ef90a-6398-47a4-ad34-4dcecdef795f': 'Microsoft-Windows-HttpService',
  '0cd1c309-0878-4515-83db-749843b3f5c9': 'lxcore',
  '9b79ee91-b5fd-41c0-a243-4248e266e9d0': 'SystemConfigEx',
  'b3e675d7-2554-4f18-830b-2762732560de': 'KernelTraceControl (ImageID)',
  'bbccf6c1-6cd1-48c4-80ff-839482e37671': 'KernelTraceControl (build info)',
};

/** `FileIo/Create`: without hook and version. */
export function kernelTypeName(hook: number): string {
  const known = special[hook];
  if (known !== undefined) return known;
  const group = groups[hook >>> 8];
  const type = hook & 0xff;
  const name = group === undefined ? `Group 0x${(hook >>> 8).toString(16).padStart(2, '0')}` : group.name;
  return `${name}/${group?.types[type] ?? String(type)}`;
}

/** No real trace has as many providers, or one provider as many events. */
const mostNames = 4096;

type NamesByGuid = Map<string, Map<number, string>>;

/** Names of one file's records, made once for each kind. What is beyond the bounds is counted together: each name is a line of the report. */
export class EventNames {
  readonly #kernel = new Map<number, string>();
  /** By GUID, then by number and version. */
  readonly #classic: NamesByGuid = new Map();
  readonly #instances: NamesByGuid = new Map();
  readonly #manifests: NamesByGuid = new Map();

  of(record: EtlRecord): string {
    switch (record.kind) {
      case 'system': case 'compact': case 'perfinfo': return this.#kernelName(record.hook, record.version);
      case 'message': return 'WPP message records';
      case 'error': return 'ERROR records';
      case 'full': return nameIn(this.#classic, record.guid ?? '', 'MOF', 'op', record.opcode, record.version);
      case 'instance': return nameIn(this.#instances, record.guid ?? '', 'MOF instance', 'op', record.opcode, record.version);
      case 'event': return nameIn(this.#manifests, record.guid ?? '', 'manifest', 'id', record.id, record.version);
    }
  }

  #kernelName(hook: number, version: number): string {
    const key = hook * 0x1_0000 + version;
    let name = this.#kernel.get(key);
    if (name === undefined) {
      // Versions are 16 bits of a header that may be damage.
      if (this.#kernel.size >= mostNames) return `${kernelTypeName(hook)} (0x${hook.toString(16).padStart(4, '0')}, other versions)`;
      name = `${kernelTypeName(hook)} (0x${hook.toString(16).padStart(4, '0')}, v${version})`;
      this.#kernel.set(key, name);
    }
    return name;
  }
}

function nameIn(byGuid: NamesByGuid, guid: string, what: string, label: string, number: number, version: number): string {
  let names = byGuid.get(guid);
  if (names === undefined) {
    if (byGuid.size >= mostNames) return `${what} of other providers`;
    names = new Map();
    byGuid.set(guid, names);
  }
  const key = number * 0x1_0000 + version;
  let name = names.get(key);
  if (name === undefined) {
    if (names.size >= mostNames) return `${what} {${guid}} ${label} other`;
    const provider = providers[guid];
    name = `${what} {${guid}}${provider === undefined ? '' : ` ${provider}`} ${label}${number} v${version}`;
    names.set(key, name);
  }
  return name;
}
