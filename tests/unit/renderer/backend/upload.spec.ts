import { expect, test } from 'vitest';
import type { HostApi } from '../../../../src-preload/contract/index.ts';
import { Upload, UploadCancelled, type UploadFile } from '../../../../src-renderer/backend/upload.ts';

const kib = 1024;

function file(name: string, size: number): UploadFile {
  return { name, size, slice: (from, to) => ({ arrayBuffer: () => Promise.resolve(new Uint8Array(Math.max(0, Math.min(to, size) - from)).buffer) }) };
}

/** Takes chunks as the host does, and writes down what it was asked. */
function receiver(): { readonly host: HostApi; readonly asked: string[]; readonly received: () => number } {
  const asked: string[] = [];
  let received = 0;
  const request = (name: string, params: { bytes?: Uint8Array }): Promise<unknown> => {
    asked.push(name);
    received += params.bytes?.length ?? 0;
    return Promise.resolve(name === 'upload.begin' ? { uploadId: 7 } : {});
  };
  return { host: { request, listen: () => ({ dispose: () => undefined }) } as unknown as HostApi, asked, received: () => received };
}

test('the host can look at a file after its first chunk, and has all of it in the end', async () => {
  const { host, received } = receiver();
  const upload = new Upload(host, file('big.PML', 700 * kib), () => undefined);
  expect(await upload.begun).toBe(7);
  expect(received()).toBe(256 * kib);
  expect(await upload.finish()).toBe(7);
  expect([received(), upload.sent]).toEqual([700 * kib, 700 * kib]);
});

test('an empty file arrives as it is', async () => {
  const { host, received } = receiver();
  const upload = new Upload(host, file('empty.csv', 0), () => undefined);
  expect(await upload.finish()).toBe(7);
  expect(received()).toBe(0);
});

test('a cancelled upload sends nothing more and is forgotten by the host', async () => {
  const { host, asked, received } = receiver();
  const upload = new Upload(host, file('big.PML', 700 * kib), () => undefined);
  await upload.begun;
  upload.cancel();
  await expect(upload.finish()).rejects.toBeInstanceOf(UploadCancelled);
  expect(asked.filter((name) => name === 'upload.cancel')).toHaveLength(1);
  expect(received()).toBe(256 * kib);
});

test('a file that became shorter ends with a sentence and not with an endless wait', async () => {
  const { host } = receiver();
  const shrunk: UploadFile = { ...file('log.PML', 300 * kib), size: 900 * kib };
  await expect(new Upload(host, shrunk, () => undefined).finish()).rejects.toThrow(/log\.PML could not be read to its end/);
});
