/** Source: etw-formats.md 18.1. */
import { traceErrors } from '../../errors.ts';
import type { TraceFormat } from '../../traceFormat.ts';
import { importMinispy } from './reader.ts';

const heading = /^Opr\t *SeqNum *\t/;
/** A log has no headings where minispy was told to write a second file in one run. */
const record = /^(?:(?:IRP|FIO|FSF|ERR)\t0x[0-9A-Fa-f]{8}\t|M:\t0x[0-9A-Fa-f]{8}\tSystem Out of Memory|M:\t0x[0-9A-Fa-f]{8}\tExceeded )/;
const screenHeading = /^Opr {1,3}SeqNum +PreOp Time/m;

export const minispyLog: TraceFormat = {
  id: 'minispy-log',
  title: 'minispy log file',
  extensions: ['log', 'txt'],
  mayLackTimes: ['date', 'zone'],
  recognises(head) {
    if (heading.test(head.text) || record.test(head.text)) return true;
    if (screenHeading.test(head.text)) throw traceErrors.minispyScreen(head.name);
    return false;
  },
  import: importMinispy,
};
