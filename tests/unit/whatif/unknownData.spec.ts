/** A trace without payloads: what decides by bytes that nobody recorded is told (driver-api-usage.md 3.1 EDR-8, 5.5). */
import { describe, expect, it } from 'vitest';
import { bundledDriver } from '../../support/engine-host/runs.ts';
import { changing } from '../../support/whatif/drivers.ts';
import { run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

/** Five files are written, 512 bytes each. */
function recording(): Recording {
  const r = new Recording();
  for (const name of ['1', '2', '3', '4', '5']) {
    const path = `C:\\${name}.doc`;
    r.open(path, { disposition: 'create', access: 'rw' });
    r.write(path, 512);
    r.end(path);
  }
  return r;
}

describe('bytes that nobody recorded', () => {
  it('EDR-8: no decision by entropy, told at each of the five', () => {
    const { events, lines, summary } = run(recording(), [bundledDriver('burstDetector')]);
    const said = events.filter((event) => event.kind === 'log').map((event) => event.detail['text'] ?? event.detail['message']);
    expect(said.filter((text) => String(text).startsWith('burst:'))).toEqual(Array.from({ length: 5 }, () => 'burst: data unknown'));
    expect(lines.filter((line) => line.includes('ACCESS_DENIED'))).toEqual([]);
    // The report has the five decisions that had no data.
    expect(summary.report.unknownReads).toEqual({ count: 5, places: [{ driver: 'burstDetector', line: expect.any(Number), count: 5, first: 2 }] });
  });

  it('a driver that decides by them all the same is in the report, with its line', () => {
    const looks = changing('IRP_MJ_WRITE', "if (Data.Iopb.Parameters.Write.WriteBuffer !== null && Data.Iopb.Parameters.Write.WriteBuffer.u8(0) === 0x4d) DbgPrint('a program');");
    const { unknownReads } = run(recording(), [looks]).summary.report;
    expect(unknownReads.count).toBe(5);
    expect(unknownReads.places).toEqual([{ driver: 'change', line: expect.any(Number), count: 5, first: 2 }]);
  });
});
