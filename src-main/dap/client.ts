/** How the client counts and writes: what `initialize` said. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { flag } from './arguments.ts';
import type { Arguments } from './protocol.ts';

export class Client {
  readonly supportsProgress: boolean;
  readonly supportsInvalidated: boolean;
  readonly #firstLine: number;
  readonly #firstColumn: number;
  readonly #uris: boolean;

  constructor(args: Arguments) {
    this.supportsProgress = flag(args, 'supportsProgressReporting');
    this.supportsInvalidated = flag(args, 'supportsInvalidatedEvent');
    this.#firstLine = args['linesStartAt1'] === false ? 0 : 1;
    this.#firstColumn = args['columnsStartAt1'] === false ? 0 : 1;
    this.#uris = args['pathFormat'] === 'uri';
  }

  /** Ours count from 1. */
  lineToClient(line: number): number {
    return line - 1 + this.#firstLine;
  }

  lineFromClient(line: number): number {
    return line + 1 - this.#firstLine;
  }

  columnToClient(column: number): number {
    return column - 1 + this.#firstColumn;
  }

  columnFromClient(column: number): number {
    return column + 1 - this.#firstColumn;
  }

  pathToClient(path: string): string {
    return this.#uris ? pathToFileURL(path).href : path;
  }

  pathFromClient(path: string): string {
    return this.#uris && path.startsWith('file:') ? fileURLToPath(path) : path;
  }
}
