/** A stored format id in words. */
import { traceFormats } from './formats/index.ts';

/** `procmon-pml-7` is what a reader calls version 7 of the format `procmon-pml`; an id of no format is shown as it is. */
export function formatTitle(id: string): string {
  const exact = traceFormats.find((format) => format.id === id);
  if (exact !== undefined) return exact.title;
  const versioned = traceFormats.find((format) => id.startsWith(`${format.id}-`));
  return versioned === undefined ? id : `${versioned.title} (version ${id.slice(versioned.id.length + 1)})`;
}
