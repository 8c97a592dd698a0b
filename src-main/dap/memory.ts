/** Bytes of buffers. A memory reference is a frame of the engine host, 0 for none, and an expression: `1:read.ReadBuffer`. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { HostApi } from '../../src-preload/contract/index.ts';
import { dapErrors } from './errors.ts';

export const memoryReference = (path: string, frameId: number | null): string => `${frameId ?? 0}:${path}`;

/** From `offset` on `count` bytes, as far as the buffer goes; addresses begin at the buffer. */
export async function readMemory(api: HostApi, reference: string, offset: number, count: number): Promise<DebugProtocol.ReadMemoryResponse['body']> {
  const [, frame = '', expression = ''] = /^(\d+):(.+)$/s.exec(reference) ?? [];
  if (expression === '') throw dapErrors.memory(reference);
  const of = { kind: 'expression', expression: expression.replace(/^\((.*)\)$/s, '$1'), frameId: frame === '0' ? null : Number(frame) } as const;
  const read: Buffer[] = [];
  const first = Math.max(0, offset);
  // What lies before a buffer is nobody's: the protocol counts it as unreadable only behind what is read.
  const wanted = offset < 0 ? 0 : count;
  for (let done = 0; done < wanted;) {
    const { bytes } = await api.request('debug.buffer', { of, offset: first + done, length: wanted - done, structure: null });
    if (bytes === '') break;
    read.push(Buffer.from(bytes, 'hex'));
    done += bytes.length / 2;
  }
  const data = Buffer.concat(read);
  return { address: `0x${first.toString(16)}`, ...(data.length > 0 && { data: data.toString('base64') }), ...(data.length < count && { unreadableBytes: count - data.length }) };
}
