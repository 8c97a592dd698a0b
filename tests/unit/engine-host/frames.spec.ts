import fc from 'fast-check';
import { createServer, connect, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { encodeFrame, FrameReader, FrameWriter } from '../../../src-main/engine-host/frames.ts';
import type { HostMessage } from '../../../src-main/engine-host/messages.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

/** Both ends of a pipe; nobody reads yet. */
async function pipe(): Promise<{ fd: number; reader: Socket }> {
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
  return { fd, reader };
}

/** About 100 KB. */
const long = (number: number): HostMessage => ({ kind: 'problem', problem: { kind: 'load', message: 'x'.repeat(100_000), driver: null, line: number, column: null, operation: null, stack: [] } });
const numberOf = (message: HostMessage): number | null => (message.kind === 'problem' ? message.problem.line : null);

test.skipIf(process.platform === 'win32')('messages that may wait do while nobody reads, and come whole and in order later', async () => {
  const { fd, reader } = await pipe();
  const writer = new FrameWriter(fd);
  for (let number = 0; number < 50; number++) writer.post(long(number));
  expect(writer.pump()).toBe(false);
  const numbers: (number | null)[] = [];
  const frames = new FrameReader((message) => numbers.push(numberOf(message)));
  reader.on('data', (chunk: Buffer) => frames.push(chunk));
  reader.resume();
  while (!writer.pump()) await new Promise((resolve) => setTimeout(resolve, 1));
  writer.send(long(50));
  await expect.poll(() => numbers.length).toBe(51);
  expect(numbers).toEqual(Array.from({ length: 51 }, (_, number) => number));
});

test('frames are put together from chunks of any sizes', () => {
  const messages: HostMessage[] = [{ kind: 'loaded', layers: [] }, { kind: 'wantOperations', after: 7, limit: 4096 }, { kind: 'chain', first: 0, count: 3, chain: 'ab' }];
  const bytes = Buffer.concat(messages.map(encodeFrame));
  fc.assert(fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
    const read: HostMessage[] = [];
    const reader = new FrameReader((message) => read.push(message));
    let from = 0;
    for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
      reader.push(bytes.subarray(from, to));
      from = to;
    }
    expect(read).toEqual(messages);
  }));
});
