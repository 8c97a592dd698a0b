/** What a driver's manifest, `NAME.json` beside its entry, says to whoever adds the driver; the rest of it is for the driver. */

export interface ManifestFacts {
  readonly altitude: string | null;
  readonly description: string;
  /** The file of its service script, from its folder; null: NAME.service.ts, where there is one. */
  readonly serviceScript: string | null;
}

/** Nothing of what is no manifest. */
export function manifestFacts(text: string): ManifestFacts {
  try {
    const value = JSON.parse(text) as { altitude?: unknown; description?: unknown; serviceScript?: unknown; instances?: unknown; defaultInstance?: unknown } | null;
    const instances = Array.isArray(value?.instances) ? (value.instances as { name?: unknown; altitude?: unknown }[]) : [];
    const chosen = instances.find((instance) => instance.name === value?.defaultInstance) ?? instances[0];
    const altitude = value?.altitude ?? chosen?.altitude;
    const script = value?.serviceScript;
    return {
      altitude: typeof altitude === 'string' || typeof altitude === 'number' ? String(altitude) : null,
      description: typeof value?.description === 'string' ? value.description : '',
      serviceScript: typeof script === 'string' && script !== '' ? script : null,
    };
  } catch {
    return { altitude: null, description: '', serviceScript: null };
  }
}
