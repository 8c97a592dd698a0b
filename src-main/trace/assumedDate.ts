/** Where a trace without any date is put: 2000-01-01, which nobody takes for the day it was made. */
import type { TraceTime } from './record.ts';

const unixEpoch = 116_444_736_000_000_000n;

export const assumedDate = (BigInt(Date.UTC(2000, 0, 1)) * 10_000n + unixEpoch) as TraceTime;
