/**
 * The simulated file system at the bottom: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 3 and 5 (VOL, NAM). The file system reads them through the function it is given.
 */
import type { Assumption } from './assumption.ts';

export const fileSystemAssumptions: readonly Assumption[] = [
  { id: 'NAM-036', values: ['fifteen-seconds', 'not-at-all'], implemented: ['fifteen-seconds', 'not-at-all'], sentence: 'A removed name is remembered for fifteen seconds and comes back with its other name and creation time.', source: '15 seconds INFERRED; a system can be told not to tunnel' },
  { id: 'VOL-003', values: ['volume-dismounted', 'served'], implemented: ['volume-dismounted', 'served'], sentence: 'On a volume that is gone everything but cleanup and close answers STATUS_VOLUME_DISMOUNTED.', source: 'INFERRED; the other reading serves open handles as before' },
  { id: 'VOL-051', values: ['goes-ahead', 'refused-while-open'], implemented: ['goes-ahead', 'refused-while-open'], sentence: 'FSCTL_DISMOUNT_VOLUME dismounts while files are open; their handles get STATUS_VOLUME_DISMOUNTED.', source: 'INFERRED; the file system decides' },
];
