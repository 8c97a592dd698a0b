/** driver-api-usage.md 2.4 */
import { describe, expect, it } from 'vitest';
import { FILE_CREATE, FSCTL_OFFLOAD_WRITE, IRP_MJ_CREATE } from '../../../src-main/nt/values.generated.ts';
import { expected, Scenario, type ScenarioOptions } from '../../support/scenarios/scenario.ts';
import type { ServiceProgram, ServiceReply } from '../../support/scenarios/serviceProgram.ts';

const files = { '\\x.doc': 'plain', '\\good.doc': `good${'.'.repeat(1100)}`, '\\bad.doc': `this is foul${'.'.repeat(1100)}`, '\\bad.txt': 'foul', '\\bin\\': '' };

/** The program of the scenarios: unsafe when the bytes contain `foul`. */
function verdict(data: Uint8Array): ServiceReply {
  const count = Math.min(1024, data[0] === undefined ? 0 : (data[0] | ((data[1] ?? 0) << 8)));
  const safe = !String.fromCharCode(...data.subarray(8, 8 + count)).includes('foul');
  return { word: `${count} bytes → ${safe ? 'safe' : 'unsafe'}`, data: Uint8Array.of(Number(safe)) };
}

function scenario(options: Partial<ScenarioOptions> = {}): Scenario {
  return new Scenario({ drivers: ['scanner'], files, apis: ['FltCancelFileOpen'], ...options });
}

function connected(options: Partial<ScenarioOptions> = {}, answer: (data: Uint8Array) => ServiceReply | null = verdict): { readonly s: Scenario; readonly service: ServiceProgram } {
  const s = scenario(options);
  const service = s.connect('\\ScannerPort', 777, answer);
  expect(s.lines()).toEqual(['LIFE scanner connect → SUCCESS']);
  return { s, service };
}

const handleContexts = (s: Scenario): number => s.engine.contextsOf(s.filter('scanner')).length;

describe('scanner', () => {
  it('SCAN-1: without a program nothing is read, and the handle context is set', () => {
    const s = scenario();
    s.create('A', '\\x.doc', { access: 'rw' });
    expect(s.lines()).toEqual(['1 pre scanner → SUCCESS_WITH_CALLBACK', '1 FS CREATE \\x.doc', '1 post scanner', '1 OUT SUCCESS info=1']);
    expect(handleContexts(s)).toBe(1);
  });

  it('SCAN-2: a good file is read, shown and opened', () => {
    const { s } = connected();
    s.create('A', '\\good.doc');
    expect(s.lines()).toEqual(expected(`
      1 pre scanner → SUCCESS_WITH_CALLBACK
      1 FS CREATE \\good.doc
      1.1 READ off=0 len=1024 [nocache]
      MSG 1024 bytes → safe
      1 post scanner
      1 OUT SUCCESS info=1
    `));
    expect(handleContexts(s)).toBe(0);
  });

  it('SCAN-3: a bad file is read, shown, and its open cancelled', () => {
    const { s } = connected();
    s.create('B', '\\bad.doc');
    expect(s.lines()).toEqual(expected(`
      1 pre scanner → SUCCESS_WITH_CALLBACK
      1 FS CREATE \\bad.doc
      1.1 READ off=0 len=1024 [nocache]
      MSG 1024 bytes → unsafe
      DBG "scanner: unsafe, the open of B is undone"
      1.2 CLEANUP
      1 API FltCancelFileOpen
      1 post scanner
      1 OUT ACCESS_DENIED
      2 FS CLOSE
      2 OUT SUCCESS
    `));
  });

  it('SCAN-4: a file of another type is not looked at', () => {
    const { s } = connected();
    s.create('C', '\\bad.txt');
    expect(s.lines()).toEqual(['1 pre scanner → SUCCESS_WITH_CALLBACK', '1 FS CREATE \\bad.txt', '1 post scanner', '1 OUT SUCCESS info=1']);
  });

  it('SCAN-5: the program opens what it likes', () => {
    const { s } = connected();
    s.create('D', '\\bad.doc', { process: 777 });
    expect(s.lines()).toEqual(['1 pre scanner → SUCCESS_NO_CALLBACK', '1 FS CREATE \\bad.doc', '1 OUT SUCCESS info=1']);
  });

  it('SCAN-6: writes are shown, and the whole once more at cleanup', () => {
    const { s } = connected();
    s.create('E', '\\new.doc', { access: 'rw', disposition: FILE_CREATE });
    expect(s.lines()).toEqual(expected(`
      1 pre scanner → SUCCESS_WITH_CALLBACK
      1 FS CREATE \\new.doc
      1.1 READ off=0 len=1024 [nocache] → END_OF_FILE
      1 post scanner
      1 OUT SUCCESS info=2
    `));
    expect(handleContexts(s)).toBe(1);

    s.write('E', 'foul words');
    expect(s.lines()).toEqual(['MSG 10 bytes → unsafe', 'DBG "scanner: unsafe data in a write"', '2 pre scanner → COMPLETE', '2 OUT ACCESS_DENIED']);
    s.write('E', 'fine words');
    expect(s.lines()).toEqual(['MSG 10 bytes → safe', '3 pre scanner → SUCCESS_NO_CALLBACK', '3 FS WRITE off=0 len=10', '3 OUT SUCCESS info=10']);
    s.write('E', 'foul', { paging: true });
    expect(s.lines()).toEqual(['MSG 4 bytes → unsafe', 'DBG "scanner: unsafe data in a write"', '4 pre scanner → SUCCESS_NO_CALLBACK', '4 FS WRITE off=0 len=4 [paging]', '4 OUT SUCCESS info=4']);
    s.cleanup('E');
    expect(s.lines()).toEqual(expected(`
      5.1 READ off=0 len=1024 [nocache]
      MSG 10 bytes → unsafe
      DBG "scanner: unsafe when it was cleaned up: E"
      5 pre scanner → SUCCESS_NO_CALLBACK
      5 FS CLEANUP
      5 OUT SUCCESS
    `));
    s.close('E');
    expect(handleContexts(s)).toBe(0);
  });

  it('SCAN-7: a create that comes again with another name is not touched', () => {
    const { s } = connected();
    s.fail(IRP_MJ_CREATE, 'REPARSE');
    s.create('R', '\\bad.doc');
    expect(s.lines().slice(0, 3)).toEqual(['1 pre scanner → SUCCESS_WITH_CALLBACK', '1 FS CREATE \\bad.doc → REPARSE', '1 post scanner']);
  });

  it('SCAN-8: a program that goes away inside a message makes everything safe', () => {
    const services: ServiceProgram[] = [];
    const { s, service } = connected({}, () => {
      services[0]?.close();
      return null;
    });
    services.push(service);
    s.create('A', '\\good.doc');
    const lines = s.lines();
    expect(lines).toContain('LIFE scanner disconnect');
    expect(lines.filter((line) => line.startsWith('1 '))).toEqual(['1 pre scanner → SUCCESS_WITH_CALLBACK', '1 FS CREATE \\good.doc', '1 post scanner', '1 OUT SUCCESS info=1']);
    expect(lines).toContain('DBG "scanner: nobody looked at this file, c0000037"');
  });

  it('SCAN-9: an offloaded write is refused on a watched handle only', () => {
    const { s } = connected();
    s.create('E', '\\new.doc', { access: 'rw', disposition: FILE_CREATE });
    s.create('T', '\\bad.txt', { access: 'rw' });
    s.lines();
    s.control('E', FSCTL_OFFLOAD_WRITE, s.buffer('system', 8));
    expect(s.lines()).toEqual(['DBG "scanner: an offloaded write is refused"', '3 pre scanner → COMPLETE', '3 OUT ACCESS_DENIED']);
    s.control('T', FSCTL_OFFLOAD_WRITE, s.buffer('system', 8));
    expect(s.lines().slice(0, 2)).toEqual(['4 pre scanner → SUCCESS_NO_CALLBACK', expect.stringContaining('4 FS FSCTL OFFLOAD_WRITE')]);
  });

  it('fails a write whose buffer cannot be read with the code of the exception', () => {
    const { s } = connected();
    s.create('E', '\\new.doc', { access: 'rw', disposition: FILE_CREATE });
    s.lines();
    s.write('E', 100, { buffer: s.buffer('user', 10) });
    expect(s.lines()).toEqual(['2 pre scanner → COMPLETE', '2 OUT ACCESS_VIOLATION']);
  });

  it('does not attach to network volumes, and leaves nothing behind', () => {
    const network = scenario({ volume: { fileSystem: 'RDR' }, load: false });
    network.load('scanner');
    expect(network.lines()).toContain('LIFE scanner setup → FLT_DO_NOT_ATTACH');
    expect(network.instance('scanner')).toBeNull();

    const { s, service } = connected();
    s.create('A', '\\good.doc', { access: 'rw' });
    s.write('A', 'x');
    s.closeHandle('A');
    service.close();
    s.settle();
    expect(s.unload('scanner')).toBe('SUCCESS');
    expect(s.leftovers('scanner')).toEqual([]);
    expect(s.lines().filter((line) => line.startsWith('VIOL'))).toEqual([]);
  });
});
