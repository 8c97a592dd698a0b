/**
 * Words for events whose row has nothing but a line of text: one place, so that none is forgotten.
 *
 * A kind that is added to the engine does not compile until `eventRows` has its line.
 */
import type { EngineEvent } from '../engine/index.ts';
import { irpMjName } from '../nt/names.ts';
import { ntStatusName } from '../nt/ntStatus.ts';

type EventOf<K extends EngineEvent['kind']> = EngineEvent & { readonly kind: K };

/** `columns`: its row has columns of its own; `callback`: the row of the routine that is called tells it. */
export type EventRowForm = 'columns' | 'callback' | 'text';

export const eventRows: Readonly<Record<EngineEvent['kind'], EventRowForm>> = {
  api: 'columns', apiReturned: 'columns', violation: 'columns', change: 'columns', workQueued: 'text', freemdl: 'columns', cancel: 'text', queueStep: 'callback', teardown: 'text', wait: 'text', resume: 'text',
  context: 'text', fallback: 'text', reparse: 'text', port: 'text', hint: 'columns', bugcheck: 'columns',
};

const bytes = (count: number | undefined): string => `${count ?? 0} ${count === 1 ? 'byte' : 'bytes'}`;

/** `\ScannerPort: scanuser.exe has message 1 (connection 1), 1024 bytes, wants a reply of 4 bytes` */
export function portText({ port, connection, process, step, message, size, status, replyLength }: EventOf<'port'>): string {
  const program = `${process} (${connection})`;
  const numbered = `message ${message ?? 0} (${connection})`;
  const outcome = ntStatusName(status ?? 0);
  const words = {
    connected: `${process} is connected (${connection}), context of ${bytes(size)}`,
    refused: `ConnectNotifyCallback refuses ${program} with ${outcome}`,
    clientPortClosed: `the filter closes its end of ${connection}, ${process}`,
    handleClosed: `${process} closes its handle (${connection})`,
    cut: `the filter goes: ${program} is cut off`,
    delivered: `${process} has ${numbered}, ${bytes(size)}, wants ${(replyLength ?? 0) === 0 ? 'no reply' : `a reply of ${bytes(Math.max(0, (replyLength ?? 0) - replyHeader))}`}`,
    answered: `${process} answers ${numbered} with ${outcome}, ${bytes(size)}`,
    notTaken: `a reply of ${process} to ${numbered} finds nobody who waits for it`,
    timedOut: `message ${message ?? 0} to ${program} timed out`,
    received: `${process} sends ${bytes(size)} (${connection})`,
    returned: `${process} has ${outcome}, ${bytes(size)} (${connection})`,
  } as const satisfies Record<EventOf<'port'>['step'], string>;
  return `${port}: ${words[step]}`;
}

const workItems: Readonly<Record<EventOf<'workQueued'>['item']['kind'], string>> = {
  deferred: 'deferred I/O work item', generic: 'generic work item', safe: 'SafePostCallback', io: 'IO_WORKITEM', ex: 'WORK_QUEUE_ITEM', context: 'work item that ends a context',
};

/** sizeof(FILTER_REPLY_HEADER), which ReplyLength of the message header counts (COM-031). */
const replyHeader = 16;

type TextEvent = EventOf<'workQueued' | 'cancel' | 'teardown' | 'context' | 'fallback' | 'reparse' | 'port' | 'wait' | 'resume'>;

export function eventWords(event: TextEvent): string {
  switch (event.kind) {
    case 'workQueued': return `${workItems[event.item.kind]}${event.item.routine.name === '' ? '' : ` ${event.item.routine.name}`} is queued`;
    case 'cancel': return `cancelled by thread ${event.thread.tid} of ${event.thread.process}`;
    case 'teardown': return event.phase === 'start' ? `teardown of ${event.instance.name} begins` : `teardown of ${event.instance.name} is complete`;
    case 'context': return `${event.label} is unlinked: ${event.reason}`;
    case 'fallback': return `comes again as an IRP: ${irpMjName(event.major)}`;
    case 'reparse': return event.goesOn ? `STATUS_REPARSE: comes again as ${event.volume}${event.name.startsWith(event.volume) ? event.name.slice(event.volume.length) : event.name}` : 'STATUS_REPARSE once too often: it fails';
    case 'port': return portText(event);
    case 'wait': return `waits for ${event.what}${event.holders.length === 0 ? '' : `, held by ${event.holders.join(', ')}`}`;
    case 'resume': return `goes on after ${event.what}`;
  }
}
