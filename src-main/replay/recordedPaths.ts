/** Recorded paths, and the volumes they lie on. */
import { RecentTexts } from '../base/recentTexts.ts';

/** Where a recorded path leads. */
export interface PathParts {
  /** `C:`, or `\\Device\\Mup` */
  readonly volume: string;
  /** Within the volume. */
  readonly name: string;
  /** `\\Device\\HarddiskVolume3` */
  readonly device: string;
  /** The whole path in lower case; null until somebody asks for it. */
  key: string | null;
}

/** Paths come again and again; for a while the same text gives the same object, whose texts are hashed once. */
const recent = new RecentTexts<PathParts>();
/** The latest one: an operation asks several times, and the next one is often about the same file. */
let lastPath: string | null = null;
let lastParts: PathParts | null = null;

/** `C:\a\b.txt` lies on `C:` as `\a\b.txt`; a UNC path on `\Device\Mup`. */
export function splitPath(path: string | null): PathParts {
  if (lastParts !== null && path === lastPath) return lastParts;
  if (path === null) return noPath;
  let parts = recent.get(path);
  if (parts === undefined) recent.set(path, (parts = partsOf(path)));
  lastPath = path;
  lastParts = parts;
  return parts;
}

/** What handles are looked up by: the path in lower case. */
export function pathKey(path: string | null): string {
  if (path === null) return '';
  const parts = splitPath(path);
  return (parts.key ??= path.toLowerCase());
}

/** Whether a UTF-16 unit is A to Z or a to z. */
const isLetter = (unit: number): boolean => (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;

function partsOf(path: string | null): PathParts {
  if (path !== null && path.charCodeAt(1) === 0x3a && isLetter(path.charCodeAt(0))) {
    const volume = path.slice(0, 2).toUpperCase();
    return { volume, name: path.slice(2), device: deviceOf(volume), key: null };
  }
  if (path?.startsWith('\\\\') === true) return { volume: '\\Device\\Mup', name: path.slice(1), device: '\\Device\\Mup', key: null };
  return { volume: 'C:', name: path ?? '', device: deviceOf('C:'), key: null };
}

const devices = new Map<string, string>();

/** One text for each device, however many paths lead to it. */
function deviceOf(volume: string): string {
  let device = devices.get(volume);
  if (device === undefined) devices.set(volume, (device = deviceName(volume)));
  return device;
}

/** Device of a volume: `C:` is `\\Device\\HarddiskVolume3`. A recording has drive letters only, so the number is assumed from the letter. */
export const deviceName = (volume: string): string => (/^[A-Z]:$/.test(volume) ? `\\Device\\HarddiskVolume${volume.charCodeAt(0) - 64}` : volume);

/** The other way round, for people: `\\Device\\HarddiskVolume3` is `C:`. */
export function driveName(device: string): string {
  let drive = drives.get(device);
  if (drive === undefined) drives.set(device, (drive = driveOf(device)));
  return drive;
}

const drives = new Map<string, string>();

function driveOf(device: string): string {
  const number = Number(/^\\Device\\HarddiskVolume(\d+)$/.exec(device)?.[1] ?? 0);
  return number >= 1 && number <= 26 ? `${String.fromCharCode(64 + number)}:` : device;
}

/** An operation without a path is taken for one on the system's volume. */
const noPath = partsOf(null);
