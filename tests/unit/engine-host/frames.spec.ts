import fc from 'fast-check';
import { createServer, connect, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, FrameWriter } from '../../../src-main/engine-host/frames.ts';
import type { HostMessage } from '../../../src-main/engine-host/messages.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

/** Both ends of a pipe; nobody reads yet. */
async function pipe(): Promise<{ writer: Socket; fd: number; reader: Socket }> {
  const name = path.join(tempFolder(), 'pipe');
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(name, resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const writer = connect(name);
  await new Promise((resolve) => writer.once('connect', resolve));
  const reader = await accepted;
  ends.push(() => {
    writer.destroy();
    reader.destroy();
    server.close();
  });
  const { fd } = (writer as Socket & { readonly _handle: { readonly fd: number } })._handle;
  return { writer, fd, reader };
}

/** About 100 KB. */
const long = (number: number): HostMessage => ({ kind: 'problem', problem: { kind: 'load', message: 'x'.repeat(100_000), driver: null, line: number, column: null, operation: null, stack: [] } });
/** Fits where nobody reads. */
const short = (number: number): HostMessage => ({ kind: 'wantOperations', after: number, limit: 0 });
const numberOf = (message: HostMessage): number | null => (message.kind === 'problem' ? message.problem.line : message.kind === 'wantOperations' ? message.after : null);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

describe.skipIf(process.platform === 'win32')('two pipes', () => {
  it('lets messages wait while nobody reads, and bring them whole and in order later', async () => {
    const [urgent, patient] = [await pipe(), await pipe()];
    const writer = new FrameWriter(urgent.fd, patient.writer);
    for (let number = 0; number < 100; number++) writer.post(long(number));
    expect(writer.isFull).toBe(true);
    let hasRoom = false;
    writer.whenRoom(() => (hasRoom = true));
    const numbers: (number | null)[] = [];
    const frames = new FrameReader((message) => numbers.push(numberOf(message)));
    expect(hasRoom).toBe(false);
    patient.reader.on('data', frames.pipe()).resume();
    await expect.poll(() => numbers.length).toBe(100);
    expect(numbers).toEqual(upTo(100));
    await expect.poll(() => hasRoom).toBe(true);
  });

  it.each(['urgent', 'patient'] as const)('has an urgent message out when it returns, behind all that waited, whichever pipe is read first: the %s one', async (first) => {
    const [urgent, patient] = [await pipe(), await pipe()];
    const writer = new FrameWriter(urgent.fd, patient.writer);
    for (let number = 0; number < 50; number++) writer.post(short(number));
    // The event loop has not turned: nothing is known to be out.
    writer.send(short(50));
    writer.post(short(51));
    writer.send(short(52));
    const numbers: (number | null)[] = [];
    const frames = new FrameReader((message) => numbers.push(numberOf(message)));
    const order = first === 'urgent' ? [urgent, patient] : [patient, urgent];
    for (const { reader } of order) {
      const read = frames.pipe();
      await new Promise<void>((resolve) => {
        reader.on('data', (chunk: Buffer) => {
          read(chunk);
          resolve();
        }).resume();
      });
      // Without the other pipe: everything is there.
      if (first === 'urgent') expect(numbers).toEqual(upTo(53));
    }
    expect(numbers).toEqual(upTo(53));
  });

  it('keeps an urgent message back that is read before what went out earlier by the other pipe', async () => {
    const [urgent, patient] = [await pipe(), await pipe()];
    let out = 0;
    const writer = new FrameWriter(urgent.fd, { write: (bytes, done) => void patient.writer.write(bytes, () => {
      out++;
      done();
    }) });
    for (let number = 0; number < 3; number++) writer.post(short(number));
    await expect.poll(() => out).toBe(3);
    writer.send(short(3));
    const numbers: (number | null)[] = [];
    const frames = new FrameReader((message) => numbers.push(numberOf(message)));
    const read = frames.pipe();
    await new Promise<void>((resolve) => {
      urgent.reader.on('data', (chunk: Buffer) => {
        read(chunk);
        resolve();
      }).resume();
    });
    expect(numbers).toEqual([]);
    patient.reader.on('data', frames.pipe()).resume();
    await expect.poll(() => numbers).toEqual(upTo(4));
  });
});

it('puts frames together from chunks of any sizes', () => {
  const messages: HostMessage[] = [{ kind: 'loaded', layers: [] }, { kind: 'wantOperations', after: 7, limit: 4096 }, { kind: 'chain', first: 0, count: 3, chain: 'ab' }];
  const bytes = Buffer.concat(messages.map(encodeFrame));
  fc.assert(fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
    const read: HostMessage[] = [];
    const push = new FrameReader((message) => read.push(message)).pipe();
    let from = 0;
    for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
      push(bytes.subarray(from, to));
      from = to;
    }
    expect(read).toEqual(messages);
  }));
});
