/** Who touches kernel buffers: hints about memory, who wrote what, and who looks at bytes that nobody recorded. */
import { KBUFFER } from '../driver-api/kbuffer.ts';
import { byteOrigin, type Activation, type Engine } from '../engine/index.ts';
import { UnknownReads, type UnknownLook } from '../replay/bytes/unknownReads.ts';
import { currentCallSite } from './callSite.ts';

export interface BufferWatchHost {
  readonly engine: Engine;
  /** Drivers in the order of the stack. */
  readonly drivers: readonly { readonly name: string }[];
  looked(look: UnknownLook): void;
  /** A callback is about to read unknown bytes; absent: nothing is done about it. */
  began?(activation: Activation): void;
}

/** Origins are bytes: of more drivers the rest is not told apart. */
const mostWriters = 200;

/** From now on every buffer of the process tells this engine. */
export function watchBuffers({ engine, drivers, looked, began }: BufferWatchHost): UnknownReads {
  const reads = new UnknownReads({
    running: () => engine.running, site: currentCallSite, ...(began !== undefined && { began: (activation) => engine.aside(() => began(activation)) }),
    looked: (look) => {
      if (!look.asked) engine.hint('D-16', {}, look.activation, look.site);
      looked(look);
    },
  });
  KBUFFER.watch = (buffer, access, offset, length, origin) => {
    if (access === 'asked') {
      reads.asked(buffer, offset, length, origin);
      return false;
    }
    const isCopy = origin === byteOrigin.recorded;
    if (access === 'read') reads.read(buffer, offset, length, origin);
    const isMadeUp = access === 'written' && !isCopy && reads.written(buffer.length, offset, length);
    engine.bufferTouched(buffer, access, offset + length, buffer.kind);
    return isMadeUp;
  };
  const writers = ['the file system', ...drivers.map(({ name }) => name)];
  const numbers = new Map(writers.slice(0, mostWriters).map((name, number) => [name, number]));
  KBUFFER.writers = writers;
  KBUFFER.writer = () => {
    const { running } = engine;
    return running === null ? 0 : (numbers.get(running.filter.name) ?? mostWriters);
  };
  KBUFFER.freedTouched = (buffer) => engine.hint('D-06', { buffer: buffer.id });
  return reads;
}
