/** Contents of a recorded request's buffers, made when somebody looks: rebuilt where the trace has fields for it, else made up. */
import type { BufferContent } from '../../engine/index.ts';
import { IRP_MJ_READ, IRP_MJ_WRITE } from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { putAnswer, rebuildsAnswer } from './answerBytes.ts';
import { putInput, rebuildsInput } from './inputBytes.ts';
import { StructureBytes } from './structureBytes.ts';
import type { UnknownSource } from './unknownBytes.ts';

/** What a buffer holds: what the request hands in, what it is answered, or nothing anybody has put there. */
export type BufferUse = 'input' | 'answer' | 'room';

export class RecordedContent implements BufferContent {
  readonly knows: boolean;
  readonly #op: NumberedOperation;
  readonly #use: BufferUse;
  readonly #unknown: UnknownSource;

  constructor(op: NumberedOperation, use: BufferUse, unknown: UnknownSource) {
    this.#op = op;
    this.#use = use;
    this.#unknown = unknown;
    this.knows = use === 'input' ? rebuildsInput(op) : use === 'answer' && rebuildsAnswer(op);
  }

  fill(bytes: Uint8Array, origins: Uint8Array): void {
    const op = this.#op;
    const isData = op.path !== null && (this.#use === 'input' ? op.major === IRP_MJ_WRITE : this.#use === 'answer' && op.major === IRP_MJ_READ);
    if (isData) this.#unknown.fileBytes(bytes, op.path ?? '', op.offset ?? 0n);
    else this.#unknown.bufferBytes(bytes, op.index);
    if (!this.knows) return;
    const to = new StructureBytes(bytes, origins);
    if (this.#use === 'input') putInput(op, to);
    else putAnswer(op, to);
  }
}

/** Bytes of a file that are not in the recording, wherever they are read to. */
export class FileContent implements BufferContent {
  readonly knows = false;
  readonly #path: string;
  readonly #offset: bigint;
  readonly #unknown: UnknownSource;

  constructor(path: string, offset: bigint, unknown: UnknownSource) {
    this.#path = path;
    this.#offset = offset;
    this.#unknown = unknown;
  }

  fill(bytes: Uint8Array): void {
    this.#unknown.fileBytes(bytes, this.#path, this.#offset);
  }
}
