import type { EtwEvent } from '../../etw/kernelEvent.ts';
import type { TextEvents } from '../../etw/text/textEvents.ts';
import type { EventKind } from './eventTypes.ts';

/** The event of a kind that both of tracerpt's forms make alike, of the fields that were taken in. */
export function plainEvent(is: Exclude<EventKind, { readonly kind: 'masks' | 'header' }>, events: TextEvents): EtwEvent | undefined {
  switch (is.kind) {
    case 'file': return events.file(is.type, is.provider);
    case 'process': return events.process(is.type);
    case 'thread': return events.thread(is.type);
    case 'image': return events.image(is.type);
    case 'disk': return events.disk(is.event, null);
    case 'volume': return events.volume();
    case 'other': return events.other(is.reason, null);
  }
}
