/** Worker thread: unpacks streams into files. It is simply ended where the user cancels; whoever started it removes the files. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { assertExists } from '../../base/assert.ts';
import type { DamageReport } from '../../trace/record.ts';
import { unpackStream } from '../unpack/packedStream.ts';
import { UnpackGuard } from '../unpack/unpackGuard.ts';
import type { UnpackNews, UnpackOrder } from './messages.ts';
import { toWorkerError } from './workerError.ts';

const progressMilliseconds = 60;

const port = assertExists(parentPort, 'unpackWorker runs as a worker thread');
const order = workerData as UnpackOrder;
const tell = (news: UnpackNews): void => port.postMessage(news);

async function unpackAll(): Promise<void> {
  const total = order.streams.reduce((sum, { packed }) => sum + packed.end - packed.start, 0);
  const guard = new UnpackGuard({ ...order.guard, packedBytes: total });
  const damaged: DamageReport[] = [];
  let before = 0;
  let told = 0;
  for (const { packed, target } of order.streams) {
    const descriptor = openSync(target, 'w', 0o600);
    try {
      const damage = await unpackStream(packed, (bytes, consumed) => {
        guard.take(bytes.length);
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
        const now = performance.now();
        if (now - told >= progressMilliseconds) {
          told = now;
          tell({ kind: 'progress', done: before + consumed, total });
        }
        return true;
      });
      if (damage !== null) damaged.push(damage);
    } finally {
      closeSync(descriptor);
    }
    before += packed.end - packed.start;
  }
  tell({ kind: 'done', damaged, bytes: guard.bytes });
}

unpackAll().catch((error: unknown) => tell({ kind: 'failed', error: toWorkerError(error) }));
