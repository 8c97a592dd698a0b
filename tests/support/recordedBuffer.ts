/** A recorded request's buffers as the engine host makes them. */
import { ObjectNumbers } from '../../src-main/driver-api/driverWorld.ts';
import { KBUFFER, MDL } from '../../src-main/driver-api/kbuffer.ts';
import { recordedBuffers } from '../../src-main/engine-host/recordedBuffers.ts';
import { SeededBytes, type UnknownSource } from '../../src-main/replay/bytes/unknownBytes.ts';
import { requestParameters, type RequestParameters } from '../../src-main/replay/requestParameters.ts';
import type { NumberedOperation, OperationIndex, OperationRecord } from '../../src-main/trace/record.ts';
import { record } from './operations.ts';

export const recorded = (fields: Partial<OperationRecord>): NumberedOperation => ({ ...record(0, fields), index: 1 as OperationIndex });

export function buffersOf(unknown: UnknownSource = new SeededBytes(1)) {
  const objects = new ObjectNumbers(1);
  return recordedBuffers({ objects, unknown, mdl: (buffer) => (buffer instanceof KBUFFER ? new MDL(objects.next(), buffer) : null) });
}

export const parametersOf = (fields: Partial<OperationRecord>, unknown?: UnknownSource): RequestParameters => requestParameters(recorded(fields), buffersOf(unknown));

/** The one buffer of a request. */
export function bufferOf(fields: Partial<OperationRecord>, name: string, unknown?: UnknownSource): KBUFFER {
  const buffer = parametersOf(fields, unknown).values[name];
  if (!(buffer instanceof KBUFFER)) throw new Error(`${name} is no buffer`);
  return buffer;
}

/** A buffer of `length` bytes with a recorded answer in it. */
export function answerOf(fields: Partial<OperationRecord>, length: number, information = length): KBUFFER {
  const op = recorded(fields);
  const buffers = buffersOf();
  const buffer = buffers.buffer('system', length, op, 'room');
  buffers.answered?.(buffer, null, op, information);
  if (!(buffer instanceof KBUFFER)) throw new Error('no buffer was made');
  return buffer;
}
