/**
 * Load-order groups and their altitude ranges.
 *
 * ALT-009, ALT-011 (load-order-groups-and-altitudes-for-minifilter-drivers; allocated-altitudes). Where the two pages end a range
 * differently both ends are kept. Nothing depends on a group except what is shown, and OV-021.
 */
import { compareAltitudes } from './altitude.ts';

export interface LoadOrderGroup {
  readonly name: string;
  readonly lowest: string;
  readonly highest: string;
  /** Where the allocated-altitudes page ends the range; the same where it says nothing else. */
  readonly allocatedHighest: string;
}

const group = (name: string, lowest: number, highest: number, allocatedHighest = highest): LoadOrderGroup => ({
  name, lowest: String(lowest), highest: String(highest), allocatedHighest: String(allocatedHighest),
});

/** Highest first. */
export const loadOrderGroups: readonly LoadOrderGroup[] = [
  group('Filter', 420000, 429999),
  group('FSFilter Top', 400000, 409999),
  group('FSFilter Security Monitor', 392000, 394999),
  group('FSFilter Activity Monitor', 360000, 389999),
  group('FSFilter Undelete', 340000, 349999),
  group('FSFilter Anti-Virus', 320000, 329999, 329998),
  group('FSFilter Replication', 300000, 309999, 309998),
  group('FSFilter Continuous Backup', 280000, 289999, 289998),
  group('FSFilter Security Content Screener', 272000, 274999),
  group('FSFilter Content Screener', 260000, 269999, 269998),
  group('FSFilter Quota Management', 240000, 249999),
  group('FSFilter System Recovery', 220000, 229999),
  group('FSFilter Cluster File System', 200000, 209999),
  group('FSFilter HSM', 180000, 189999),
  group('FSFilter Imaging', 170000, 175000, 174999),
  group('FSFilter Compression', 160000, 169999),
  group('FSFilter Encryption', 140000, 149999),
  group('FSFilter Virtualization', 130000, 139999),
  group('FSFilter Physical Quota Management', 120000, 129999),
  group('FSFilter Open File', 100000, 109999),
  group('FSFilter Security Enhancer', 80000, 89999),
  group('FSFilter Copy Protection', 60000, 69999),
  group('FSFilter Security Bottom', 52000, 54999),
  group('FSFilter Bottom', 40000, 49999),
  group('FSFilter System', 20000, 29999),
  group('FSFilter Infrastructure', 0, 19999),
];

export interface GroupReading {
  /** ALT-009: the whole part decides, so that 329999.5 belongs to the group that ends at 329999. */
  readonly wholePart: boolean;
  /** ALT-011: the ends of the allocated-altitudes page count. */
  readonly allocated: boolean;
}

/** The group an altitude belongs to, or null. */
export function loadOrderGroupOf(altitude: string, reading: GroupReading = { wholePart: true, allocated: false }): LoadOrderGroup | null {
  const [whole = ''] = altitude.split('.');
  const value = reading.wholePart ? whole : altitude;
  return loadOrderGroups.find(({ lowest, highest, allocatedHighest }) =>
    compareAltitudes(value, lowest) >= 0 && compareAltitudes(value, reading.allocated ? allocatedHighest : highest) <= 0) ?? null;
}
