/**
 * Names of files as the object manager reads them: which volume, and what is left for its file system.
 *
 * Source: OBJECT_ATTRIBUTES, "object names" (windows-driver-docs, kernel): `\Device\HarddiskVolume1\dir\file`, or a DOS device name
 * under `\??\` that leads there. Drive letters are those of the recording: `C:` is HarddiskVolume3, counting from A.
 */
export interface DeviceName {
  readonly name: string;
  readonly guidName?: string | undefined;
}

const dosPrefixes = ['\\??\\', '\\DosDevices\\', '\\GLOBAL??\\'];

const letterOf = (volume: string): string | null => {
  const number = /^\\Device\\HarddiskVolume(\d+)$/i.exec(volume)?.[1];
  if (number === undefined) return null;
  const code = Number(number) + 64;
  return code >= 65 && code <= 90 ? `${String.fromCharCode(code)}:` : null;
};

/** Every name that leads to the device of a volume. */
function namesOf({ name, guidName }: DeviceName): string[] {
  const letter = /^[A-Za-z]:$/.test(name) ? name.toUpperCase() : letterOf(name);
  const names = /^[A-Za-z]:$/.test(name) ? [`\\Device\\HarddiskVolume${name.toUpperCase().charCodeAt(0) - 64}`] : [name];
  if (letter !== null) names.push(...dosPrefixes.map((prefix) => prefix + letter));
  // Redirectors are reached by UNC names.
  if (name.toLowerCase() === '\\device\\mup') names.push(...dosPrefixes.map((prefix) => `${prefix}UNC`));
  if (guidName !== undefined) names.push(guidName);
  return names;
}

export interface FoundDevice<V> {
  readonly volume: V;
  /** From its backslash on; empty for the volume itself. */
  readonly path: string;
}

/** The volume a full name leads to, and the rest of the name; null when no device has that name. */
export function findDevice<V extends DeviceName>(name: string, volumes: readonly V[]): FoundDevice<V> | null {
  const lower = name.toLowerCase();
  for (const volume of volumes) {
    for (const device of namesOf(volume)) {
      if (!lower.startsWith(device.toLowerCase())) continue;
      const path = name.slice(device.length);
      if (path === '' || path.startsWith('\\') || path.startsWith(':')) return { volume, path };
    }
  }
  return null;
}
