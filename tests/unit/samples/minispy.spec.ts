/** driver-api-usage.md 2.3 */
import { describe, expect, it } from 'vitest';
import type { KBUFFER } from '../../../src-main/driver-api/kbuffer.ts';
import { hresultFromStatus } from '../../../src-main/nt/hresult.ts';
import {
  IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_SHUTDOWN, STATUS_BUFFER_TOO_SMALL, STATUS_DATATYPE_MISALIGNMENT, STATUS_INVALID_PARAMETER, STATUS_NO_MORE_ENTRIES,
} from '../../../src-main/nt/values.generated.ts';
import { Scenario, type ScenarioOptions } from '../../support/scenarios/scenario.ts';
import type { ServiceProgram } from '../../support/scenarios/serviceProgram.ts';

interface SpyRecord {
  readonly sequence: number;
  readonly type: number;
  readonly name: string;
  readonly major: number;
  readonly status: number;
  readonly argument1: bigint;
}

/** The layout that the program knows: 16 bytes of header, the data, the name. */
function recordsIn(buffer: KBUFFER, length: number): SpyRecord[] {
  const records: SpyRecord[] = [];
  for (let at = 0; at < length; at += buffer.u32(at)) {
    const data = at + 16;
    records.push({
      sequence: buffer.u32(at + 4), type: buffer.u32(at + 8), name: buffer.wstr(buffer.u32(at) + at - roundUp(buffer.u32(at + 12)), buffer.u32(at + 12)), status: buffer.u32(data + 64),
      major: buffer.u8(data + 76), argument1: buffer.u64(data + 80),
    });
  }
  return records;
}
const roundUp = (bytes: number): number => Math.ceil(bytes / 8) * 8;

interface Spied {
  readonly s: Scenario;
  readonly service: ServiceProgram;
}

function spied(options: Partial<ScenarioOptions> = {}): Spied {
  const s = new Scenario({ drivers: ['minispy'], files: { '\\d\\a.txt': 'hello', '\\d\\b.txt': 'bye' }, ...options });
  expect(s.attach('minispy')).toBe('SUCCESS');
  const service = s.connect('\\MiniSpyPort', 300, () => null);
  expect(service.hresult).toBe(0);
  s.lines();
  return { s, service };
}

function command(s: Scenario, number: number): KBUFFER {
  const buffer = s.buffer('user', 8);
  buffer.setU32(0, number);
  return buffer;
}

function getLog({ s, service }: Spied, room = 65_536): { readonly hresult: number; readonly returned: number; readonly records: SpyRecord[] } {
  const output = s.buffer('user', room);
  const answer = service.send(command(s, 0), output);
  return { ...answer, records: recordsIn(output, answer.returned) };
}

describe('minispy', () => {
  it('SPY-1, SPY-2: the list is in order of completion, sequence numbers in order of arrival', () => {
    const spy = spied();
    const { s } = spy;
    s.create('A', '\\d\\a.txt');
    s.hold(IRP_MJ_READ);
    const read = s.read('A', 5);
    s.create('B', '\\d\\b.txt');
    s.release(read);
    const { hresult, records } = getLog(spy);
    expect(hresult).toBe(0);
    expect(records.map(({ sequence, major, name }) => [sequence, major, name])).toEqual([
      [1, IRP_MJ_CREATE, '\\Device\\HarddiskVolume1\\d\\a.txt'], [3, IRP_MJ_CREATE, '\\Device\\HarddiskVolume1\\d\\b.txt'], [2, IRP_MJ_READ, '\\Device\\HarddiskVolume1\\d\\a.txt'],
    ]);
    expect(records[2]?.argument1).toBe(5n);
    expect(getLog(spy)).toEqual({ hresult: hresultFromStatus(STATUS_NO_MORE_ENTRIES), returned: 0, records: [] });
  });

  it('SPY-3: a record that does not fit stays at the head', () => {
    const spy = spied();
    spy.s.create('A', '\\d\\a.txt');
    expect(getLog(spy, 8)).toMatchObject({ hresult: hresultFromStatus(STATUS_BUFFER_TOO_SMALL), returned: 0 });
    expect(getLog(spy).records).toHaveLength(1);
  });

  it('tells its version, and refuses what it does not know', () => {
    const { s, service } = spied();
    const output = s.buffer('user', 4);
    expect(service.send(command(s, 1), output)).toEqual({ hresult: 0, returned: 4 });
    expect([output.u16(0), output.u16(2)]).toEqual([2, 0]);
    expect(service.send(command(s, 9), output).hresult).toBe(hresultFromStatus(STATUS_INVALID_PARAMETER));
    expect(service.send(s.buffer('user', 2), output).hresult).toBe(hresultFromStatus(STATUS_INVALID_PARAMETER));
    expect(service.send(command(s, 0), s.buffer('user', 100).at(1)).hresult).toBe(hresultFromStatus(STATUS_DATATYPE_MISALIGNMENT));
  });

  it('SPY-4: beyond the allowance there is one spare record, and then none', () => {
    const spy = spied({ values: { MaxRecords: 2 } });
    const { s } = spy;
    for (const name of ['1', '2', '3', '4']) s.create(name, '\\d\\a.txt');
    expect(s.lines().filter((line) => line.includes('pre'))).toEqual([
      '1 pre minispy → SUCCESS_WITH_CALLBACK', '2 pre minispy → SUCCESS_WITH_CALLBACK', '3 pre minispy → SUCCESS_WITH_CALLBACK', '4 pre minispy → SUCCESS_NO_CALLBACK',
    ]);
    expect(getLog(spy).records.map(({ sequence, type }) => [sequence, type])).toEqual([[1, 0], [2, 0], [3, 0xa0000000]]);
    s.create('5', '\\d\\a.txt');
    expect(getLog(spy).records.map(({ sequence, type }) => [sequence, type])).toEqual([[4, 0]]);
  });

  it('SPY-5: the record of a drained operation vanishes', () => {
    const spy = spied();
    const { s } = spy;
    s.hold(IRP_MJ_CREATE);
    const create = s.create('A', '\\d\\a.txt');
    s.detach('minispy');
    expect(s.lines()).toContain('1 post minispy DRAIN');
    s.release(create);
    expect(getLog(spy).hresult).toBe(hresultFromStatus(STATUS_NO_MORE_ENTRIES));
    expect(s.unload('minispy')).toBe('SUCCESS');
    expect(s.leftovers('minispy')).toEqual([]);
  });

  it('SPY-6: paging I/O without a cached name is recorded with the reason, and is not disturbed', () => {
    const s = new Scenario({ drivers: ['minispy'], files: { '\\d\\a.txt': 'hello' } });
    s.create('A', '\\d\\a.txt');
    s.attach('minispy');
    const service = s.connect('\\MiniSpyPort', 300, () => null);
    const read = s.read('A', 5, { paging: true });
    expect(read.operation.status).toBe(0);
    const [record] = getLog({ s, service }).records;
    expect(record?.name).toMatch(/^<(?:0x[0-9a-f]{8}>|no name)/);
  });

  it('SPY-7: two instances make two records; the higher one arrives first and comes second', () => {
    const spy = spied();
    spy.s.attach('minispy', 'minispy - Bottom Instance');
    spy.s.create('A', '\\d\\a.txt');
    expect(getLog(spy).records.map(({ sequence }) => sequence)).toEqual([2, 1]);
  });

  it('records a shutdown at once, with a status that nobody has set', () => {
    const spy = spied();
    spy.s.plain(IRP_MJ_SHUTDOWN, null);
    expect(spy.s.lines()).toContain('1 pre minispy → SUCCESS_NO_CALLBACK');
    expect(getLog(spy).records).toMatchObject([{ major: IRP_MJ_SHUTDOWN, status: 0 }]);
  });

  it('gives everything back when it is unloaded with records in the list', () => {
    const { s, service } = spied();
    s.create('A', '\\d\\a.txt');
    s.closeHandle('A');
    service.close();
    s.settle();
    expect(s.lines().at(-1)).toBe('LIFE minispy disconnect');
    expect(s.unload('minispy')).toBe('SUCCESS');
    expect(s.lines().filter((line) => line.startsWith('VIOL'))).toEqual([]);
    expect(s.leftovers('minispy')).toEqual([]);
  });
});
