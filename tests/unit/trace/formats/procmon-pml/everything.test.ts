/** A log with every kind of record, written and read again: stacks, modules, hosts, all event classes, both layouts. */
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { accountedFor, chunkedSource, collectTrace } from '../../../../support/trace/collectTrace.ts';
import { pmlEverything } from '../../../../support/trace/pmlEverything.ts';
import { pmlStart } from '../../../../support/trace/pmlSample.ts';
import { ByteWriter } from '../../../../support/trace/byteWriter.ts';
import { fileDetail, writePml } from '../../../../support/trace/writePml.ts';

describe.each([32, 64] as const)('a %i-bit log with every kind of record', (bits) => {
  const file = pmlEverything(bits);
  const trace = collectTrace(bytesSource(writePml(file).bytes));
  /** The sample's own context events come first and are empty. */
  const told = trace.contextEvents.filter((event) => event.time >= pmlStart + 1_000_000n);
  const named = (name: string, nth = 0) => assertExists(told.filter((event) => event.name === name)[nth]);
  const wide = bits === 64;

  it('accounts for every record, and reports what it does not know by number', () => {
    const other = file.events.filter((event) => (event.eventClass ?? 3) !== 3).length;
    const ofClass = (number: number) => file.events.filter((event) => (event.eventClass ?? 3) === number).length;
    expect(trace.summary.events).toBe(file.events.length);
    expect(accountedFor(trace.summary)).toBe(file.events.length);
    expect(trace.summary.operations).toBe(file.events.length - other - 1);
    expect(trace.summary.skipped.toSorted((a, b) => (a.reason < b.reason ? -1 : 1))).toEqual([
      { reason: 'IPC event', count: 1 }, { reason: 'event of unknown class 9', count: 1 }, { reason: 'file system event of an unknown operation', count: 1 },
      { reason: 'network event', count: 3 }, { reason: 'process event', count: ofClass(1) }, { reason: 'profiling event', count: 2 },
      { reason: 'registry event', count: ofClass(2) - 1 }, { reason: 'registry event of an unknown operation', count: 1 },
    ]);
    expect(trace.summary.damaged).toEqual([]);
    expect(trace.summary.system['note']).toBe('events of class 9, which this version does not know, are counted and kept undecoded');
    expect(named('<Unknown>', 0)).toMatchObject({ contextClass: 'other', path: null, detail: { Class: 9, Operation: 3, Details: '010203ff' } });
  });

  it('gives every record its own number, whether operation or context; profiling is only counted', () => {
    const numbers = [...trace.operations, ...trace.contextEvents].map((record) => record.sourceIndex).toSorted((a, b) => a - b);
    const profiling = new Set(file.events.flatMap((event, i) => (event.eventClass === 4 ? [i] : [])));
    expect(numbers).toEqual(file.events.map((_, i) => i).filter((i) => !profiling.has(i)));
  });

  it('reads every file operation with its major function and its own path', () => {
    for (let operation = 0; operation < 48; operation++) {
      const record = assertExists(trace.operations.find((candidate) => candidate.path === `C:\\op ${operation}`));
      expect([record.major, record.tid]).toEqual([(operation - 20) & 0xff, 5000 + operation]);
    }
    // Quota, power, PnP and the like: no sample has shown their layout, the raw parameters are kept.
    const raw = Array.from({ length: wide ? 48 : 28 }, (_, i) => (i + 1).toString(16).padStart(2, '0')).join('');
    for (const operation of [0, 1, 36, 42, 43, 44, 45, 46, 47]) {
      expect(trace.operations.find((record) => record.path === `C:\\op ${operation}`)?.detail).toEqual({ Parameters: raw });
    }
  });

  it('keeps stacks, one object for equal ones', () => {
    const written = file.events.filter((event) => (event.eventClass ?? 3) === 3 && event.operation < 48).map((event) => [...(event.stack ?? [])]);
    expect(trace.operations.map((record) => [...(record.stack?.frames ?? [])])).toEqual(written);
    const deep = trace.operations.filter((record) => record.stack?.frames.length === 3 && record.path?.startsWith('C:\\op'));
    expect(deep.length).toBe(12);
    expect(new Set(deep.map((record) => record.stack)).size).toBe(1);
    expect(deep[0]?.stack?.locations).toBeNull();
  });

  it('hangs modules on their processes, the kernel on System', () => {
    const [kernel, image, library] = trace.modules;
    expect(trace.modules.length).toBe(3);
    expect(kernel).toEqual({
      process: 0, base: wide ? 0xfffff800_0000_0000n : 0x8000_0000n, size: 0x800000, path: 'C:\\Windows\\system32\\ntoskrnl.exe', loadTime: pmlStart - 9n, version: '10.0.1',
      company: 'Microsoft Corporation', description: 'NT Kernel',
    });
    expect(trace.processes[assertExists(kernel).process]?.pid).toBe(4);
    expect(trace.processes[assertExists(image).process]?.name).toBe('notes.exe');
    expect(library).toMatchObject({ path: 'C:\\Apps\\grün.dll', base: 0x7700_0000n, loadTime: pmlStart, version: null });
    expect(trace.summary.system['highestUserAddress']).toBe(0x7fffffeffff);
  });

  it('knows processes that only an event tells of', () => {
    expect(trace.processes.find((process) => process.pid === 6000)).toMatchObject({ name: 'child.exe', parentPid: 4321, commandLine: 'child.exe -x "grün"', is64Bit: wide, startTime: pmlStart });
    expect(trace.processes.find((process) => process.name === 'notes.exe')?.endTime).toBe(pmlStart + 99_000_000n);
  });

  it('decodes process, thread and image events', () => {
    expect(named('Process Create')).toMatchObject({
      contextClass: 'process', path: 'C:\\Apps\\child.exe',
      detail: { ProcessId: 6000, ParentId: 4321, SessionId: 2, Is64bit: wide, CreateTime: pmlStart, UserSid: 'S-1-5-18', IntegritySid: 'S-1-16-8192', CommandLine: 'child.exe -x "grün"' },
    });
    expect(named('Process Exit').detail).toEqual({
      ExitStatus: -1073740756, KernelTime: 312_500, UserTime: 156_250, WorkingSet: 110_592, PeakWorkingSet: 114_688, PrivateBytes: 393_216, PeakPrivateBytes: 393_217,
    });
    expect(named('Thread Create')).toMatchObject({ contextClass: 'thread', detail: { ThreadId: 7764 } });
    expect(named('Thread Exit')).toMatchObject({ contextClass: 'thread', detail: { ExitStatus: 259, KernelTime: 156_250, UserTime: 0 } });
    expect(named('Load Image')).toMatchObject({ contextClass: 'image', path: 'C:\\Windows\\System32\\cdprt.dll', detail: { ImageBase: wide ? 0x7ffa_744e_0000 : 0x744e_0000, ImageSize: 0x204000 } });
  });

  it('decodes the statistics that end a boot log', () => {
    expect(named('Process Statistics').detail).toMatchObject({ ExitStatus: 0, KernelTime: 1, PeakPrivateBytes: 6 });
    expect(named('System Statistics').detail).toEqual({ PageSize: 4096, CommitPeak: 4_699_230_208, ContextSwitches: 2_451_607, SystemCalls: 10_998_901 });
  });

  it('keeps the size of an environment, not the environment', () => {
    expect(named('Process Start').detail).toEqual({ ParentId: 4321, CommandLine: 'child.exe -x', CurrentDirectory: 'C:\\Apps\\', EnvironmentBytes: 26 });
    expect(named('Process Start', 1).detail).toEqual({ ParentId: 4321 });
  });

  it('decodes registry events', () => {
    const path = 'HKLM\\Software\\Prüfung';
    expect(told.filter((event) => event.contextClass === 'registry').every((event) => event.path?.startsWith(path))).toBe(true);
    expect(named('RegOpenKey').detail).toEqual({ DesiredAccess: 0x20019 });
    expect(named('RegCreateKey').detail).toEqual({ DesiredAccess: 0xf003f, GrantedAccess: 0xf003f, Disposition: 'REG_CREATED_NEW_KEY' });
    expect(named('RegQueryKey').detail).toEqual({ Query: 'Cached', Length: 48, SubKeys: 14, Values: 3, LastWriteTime: pmlStart });
    expect(named('RegSetValue')).toMatchObject({ path: `${path}\\v`, detail: { Type: 'REG_DWORD', Length: 4, Data: 77 } });
    expect(named('RegQueryValue').detail).toEqual({ Type: 'REG_SZ', Length: 16, Data: 'täglich' });
    expect(named('RegEnumValue').detail).toEqual({ Index: 3, Name: 'ab', Type: 'REG_BINARY', Length: 20, Data: '00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F', DataCut: true });
    expect(named('RegEnumKey').detail).toEqual({ Index: 9, Query: 'Basic', Length: 288, Name: 'Unter', LastWriteTime: pmlStart });
    expect(named('RegSetInfoKey').detail).toEqual({ Class: 'KeySetHandleTagsInformation', Length: 4, Value: 0x400 });
    expect(named('RegLoadKey').detail).toEqual({ HivePath: 'C:\\hive' });
    expect(named('RegRenameKey').detail).toEqual({ NewName: 'C:\\hive' });
  });

  it('names network ends by the tables of hosts and ports, and keeps their addresses', () => {
    expect(named('UDP Send')).toMatchObject({ contextClass: 'network', path: 'box.home:1225 -> dns.example:domain', detail: { Length: 31, Addresses: '192.168.2.9:1225 -> 8.8.8.8:53' } });
    // 10.0.0.7 and port 1225 are listed with empty names, and 8080 has one for UDP only.
    expect(named('TCP Receive')).toMatchObject({ path: 'box.home:1225 -> 10.0.0.7:8080', detail: { Length: 1460, seqnum: '0', connid: '17' } });
    expect(named('TCP Connect')).toMatchObject({ path: 'six.example:50000 -> six.example:https', detail: { Addresses: '[2001:db8::1]:50000 -> [2001:db8::1]:443' } });
  });

  it('shows the address of a host that is listed with an empty name, and the number of such a port', () => {
    const nameless = writePml({ ...file, hosts: [{ address: [8, 8, 8, 8], name: '' }], ports: [{ port: 53, tcp: false, name: '' }] });
    const sent = collectTrace(bytesSource(nameless.bytes)).contextEvents.find((event) => event.name === 'UDP Send');
    expect(sent?.path).toBe('192.168.2.9:1225 -> 8.8.8.8:53');
  });

  it('decodes IPC events as file system events are, without making operations of them', () => {
    expect(named('ReadFile')).toMatchObject({ contextClass: 'other', path: '\\\\.\\pipe\\wkssvc', detail: { Offset: 0n, Length: 512 } });
  });

  it('reads a raw backing file to the same records, and says what it does not list', () => {
    const written = writePml({ ...file, version: 7, layout: 'backing' });
    const raw = collectTrace(bytesSource(written.bytes));
    expect(raw.summary.format).toBe('procmon-pml-7');
    expect(raw.operations).toEqual(trace.operations);
    expect(raw.contextEvents).toEqual(trace.contextEvents);
    const first = assertExists(file.events[0]);
    // The record at the end that no offset names: header, stack, details and captured output of the first event.
    const unlisted = 0x34 + (first.stack?.length ?? 0) * (bits / 8) + first.detail.length + 2 + (first.extra?.length ?? 0);
    expect(raw.summary.damaged).toEqual([]);
    expect(raw.summary.system['note']).toContain(`${unlisted} bytes among the events, which end at ${written.eventOffsets - unlisted}, belong to no event that the log lists`);
  });

  it('reads both layouts the same whatever the source hands out at a time', () => {
    for (const layout of ['saved', 'backing'] as const) {
      const { bytes } = writePml({ ...file, layout });
      for (const chunk of [61, 4096]) {
        const again = collectTrace(chunkedSource(bytes, chunk));
        expect(again.operations).toEqual(trace.operations);
        expect(again.contextEvents).toEqual(trace.contextEvents);
        expect(again.modules).toEqual(trace.modules);
      }
    }
  });

  it('takes modules from the events of a log that was never closed', () => {
    const written = writePml(file);
    const bytes = written.bytes.slice(0, written.eventOffsets);
    bytes.fill(0, 0x234, 0x268);
    const { summary, modules, processes } = collectTrace(bytesSource(bytes));
    // Walking stops at the record of a class that is not known: a wrong step would go on reading nonsense.
    expect(summary.operations).toBeGreaterThan(48);
    expect(modules).toMatchObject([{ path: 'C:\\Windows\\System32\\cdprt.dll', size: 0x204000 }]);
    expect(processes.map((process) => process.name)).toContain('child.exe');
  });
});

describe.each([32, 64] as const)('parameters that change what a request of a %i-bit system means', (bits) => {
  const only = (detail: Uint8Array, operation: number, extra?: Uint8Array) =>
    assertExists(collectTrace(bytesSource(writePml({ bits, processes: [], events: [{ processIndex: 1, operation, time: pmlStart, detail, ...(extra === undefined ? {} : { extra }) }] }).bytes)).operations[0]);

  it('tells that the lazy writer only advances the valid data length', () => {
    const set = (advance: number) => only(fileDetail({
      bits, sub: 20, path: 'C:\\a', flags: 0x42,
      parameters: (out, p) => out.u32(8).zeros(p - 4).u32(20).zeros(p - 4).pointer(0, p).u8(0).u8(advance),
      tail: (out) => out.u64(4096),
    }), 26);
    expect(set(1)).toMatchObject({ operation: 'SetEndOfFileInformationFile', length: 8, detail: { EndOfFile: 4096, AdvanceOnly: true } });
    expect(set(0).detail).not.toHaveProperty('AdvanceOnly');
  });

  it('has the size of the buffer a security query offers', () => {
    const query = only(fileDetail({ bits, path: 'C:\\a', parameters: (out, p) => out.u32(7).zeros(p - 4).u32(1024) }), 40);
    expect(query).toMatchObject({ operation: 'QuerySecurityFile', length: 1024, detail: { SecurityInformation: 7 } });
  });

  it('decodes the sector sizes of a volume', () => {
    const answer = new ByteWriter().u32(512).u32(4096).u32(4096).u32(4096).u32(3).u32(0).u32(0).done();
    const query = only(fileDetail({ bits, sub: 11, path: 'C:', parameters: (out, p) => out.u32(28).zeros(p - 4).u32(11) }), 30, answer);
    expect(query.detail).toMatchObject({ FsInformationClass: 11, LogicalBytesPerSector: 512, PhysicalBytesPerSectorForAtomicity: 4096, Flags: 3 });
  });

  it('does not follow directory entries that overlap', () => {
    const entry = new ByteWriter().u32(4).u32(0).u32(8).utf16('abcd').zeros(64).done();
    const query = only(fileDetail({ bits, sub: 1, path: 'C:\\d', parameters: (out, p) => out.u32(1024).zeros(p - 4).pointer(0, p).u32(12) }), 32, entry);
    expect(query.detail).toMatchObject({ Entries: ['abcd'], EntriesCut: true });
  });
});
