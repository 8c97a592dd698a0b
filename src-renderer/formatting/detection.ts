/** What a chosen file turned out to be, in a few words. */
import type { DetectedTrace, TraceDetection } from '../../src-preload/contract/index.ts';
import { formatCounted } from './numbers.ts';

const wrappings = { none: null, gzip: 'gzip', zlib: 'zlib', zip: 'zip archive' } as const;

/** `Process Monitor log (PML 9) · gzip · 3 parts` */
export function detectionText(detection: TraceDetection | null): string {
  if (detection === null) return 'looking at it…';
  if (detection.kind === 'refused') return detection.message;
  if (detection.kind === 'session') return 'A FltReplay session: open it by itself.';
  return [detection.formatTitle, wrappings[detection.wrapping], archiveText(detection), detection.parts.length > 1 ? formatCounted(detection.parts.length, 'part') : null].filter((word) => word !== null).join(' · ');
}

function archiveText({ members }: DetectedTrace): string | null {
  return members.length > 1 ? `one of ${formatCounted(members.length, 'trace')} in it` : null;
}
