/** Stack frames of a stop: lines of driver code, below them one frame for each layer of the stack, the lowest first. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { EventRow, StackFrame, StopInfo } from '../../src-preload/contract/index.ts';
import type { Client } from './client.ts';
import { layerName, stepText } from './layerText.ts';
import { operationName } from './threads.ts';
import type { Sources } from './sources.ts';

/** A frame as it is handed out; `frame` null: a layer, or a heading. */
export interface ShownFrame {
  readonly frame: StackFrame | null;
  readonly body: Omit<DebugProtocol.StackFrame, 'id'>;
}

export function stopFrames(stop: StopInfo, sources: Sources, client: Client): ShownFrame[] {
  return [...stop.stackFrames.map((frame) => codeFrame(frame, sources, client)), ...layerFrames(stop)];
}

function codeFrame(frame: StackFrame, sources: Sources, client: Client): ShownFrame {
  const place = frame.line === null ? undefined : sources.place(frame.driver, frame.line);
  if (place === undefined) return { frame: frame.driver === null ? null : frame, body: { name: frame.name, line: 0, column: 0, presentationHint: 'subtle' } };
  const moduleId = sources.drivers.find((driver) => driver.name === frame.driver)?.id;
  return {
    frame,
    body: { name: frame.name, source: place.source, line: client.lineToClient(place.line), column: client.columnToClient(frame.column ?? 1), ...(moduleId !== undefined && { moduleId }) },
  };
}

function layerFrames(stop: StopInfo): ShownFrame[] {
  if (stop.operation.index === 0) return [];
  return withHeading(operationName(stop.operation), stop.layers.map((step) => ({ layer: step.layer, name: layerName(step), text: stepText(step) })));
}

/** Of an operation that is in flight elsewhere, from its events. */
export function eventFrames(heading: string, events: readonly EventRow[]): ShownFrame[] {
  return withHeading(heading, events.map((event) => ({ layer: event.layer, name: event.layerName, text: event.text })));
}

function withHeading(heading: string, steps: readonly { readonly layer: number; readonly name: string; readonly text: string }[]): ShownFrame[] {
  const layers = [...new Set(steps.map((step) => step.layer))].sort((a, b) => b - a);
  const bodies = layers.map((layer) => {
    const own = steps.filter((step) => step.layer === layer);
    return { name: `${own[0]?.name ?? ''}: ${own.map((step) => step.text).join('; ')}`, line: 0, column: 0, presentationHint: 'subtle' as const };
  });
  return [{ name: heading, line: 0, column: 0, presentationHint: 'label' as const }, ...bodies].map((body) => ({ frame: null, body }));
}
