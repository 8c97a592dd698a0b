/** The buffers of recorded requests: kernel buffers whose bytes are made when somebody looks. */
import type { ObjectNumbers } from '../driver-api/driverWorld.ts';
import { KBUFFER, MDL } from '../driver-api/kbuffer.ts';
import { FileContent, RecordedContent } from '../replay/bytes/recordedContent.ts';
import type { UnknownSource } from '../replay/bytes/unknownBytes.ts';
import type { BufferMaker } from '../replay/requestParameters.ts';

export interface RecordedBuffersHost {
  readonly objects: ObjectNumbers;
  readonly unknown: UnknownSource;
  mdl(buffer: unknown): MDL | null;
}

export function recordedBuffers({ objects, unknown, mdl }: RecordedBuffersHost): BufferMaker {
  return {
    buffer: (kind, length, op, use) => KBUFFER.make(objects.next(), kind, length, new RecordedContent(op, use, unknown)),
    mdl,
    filled: (buffer, at, path, offset, bytes) => {
      if (buffer instanceof KBUFFER && !buffer.freed && at < buffer.length) buffer.fillFrom(new FileContent(path, offset, unknown), Math.min(bytes, buffer.length - at), at);
    },
    wasWritten: (buffer) => buffer instanceof KBUFFER && !buffer.freed && KBUFFER.wasWritten(buffer),
    answered: (buffer, described, op, bytes) => {
      const target = bytesBehind(buffer, described);
      if (target !== null) target.fillFrom(new RecordedContent(op, 'answer', unknown), Math.min(bytes, target.length));
    },
  };
}

/** IC-034: an MDL says where the bytes are. Null where there are none, or a driver has freed them. */
function bytesBehind(buffer: unknown, described: unknown): KBUFFER | null {
  const target = described instanceof MDL ? described.buffer : buffer;
  return target instanceof KBUFFER && !target.freed ? target : null;
}
