/**
 * Two providers tell of the same operations: the FileIo class of the kernel logger and Microsoft-Windows-Kernel-File. One of them is imported.
 *
 * Source: etw-formats.md 10.5. FileIo is preferred, since it has names of files that were open before; but not where only the other one tells of ends.
 */
type Provider = 'FileIo' | 'Kernel-File';

interface Seen {
  starts: boolean;
  ends: boolean;
}

export class Providers {
  readonly #seen: { readonly [P in Provider]: Seen } = { 'FileIo': { starts: false, ends: false }, 'Kernel-File': { starts: false, ends: false } };
  #leftOut: Provider | null = null;
  #decided = false;

  started(provider: Provider): void {
    const seen = this.#seen[provider];
    if (seen.starts) return;
    seen.starts = true;
    // Without a first pass the one that comes first, unless FileIo comes as well.
    if (provider === 'FileIo') this.#leftOut = 'Kernel-File';
  }

  ended(provider: Provider): void {
    this.#seen[provider].ends = true;
  }

  /** All of the trace has been seen. */
  decide(): void {
    this.#decided = true;
    const { 'FileIo': fileIo, 'Kernel-File': kernelFile } = this.#seen;
    if (!fileIo.starts || !kernelFile.starts) this.#leftOut = null;
    else this.#leftOut = !fileIo.ends && kernelFile.ends ? 'FileIo' : 'Kernel-File';
  }

  uses(provider: Provider): boolean {
    return provider !== this.#leftOut;
  }

  /** False where the trace is known to tell of no end at all: nothing is worth waiting for. */
  hasEnds(provider: Provider): boolean {
    return !this.#decided || this.#seen[provider].ends;
  }

  get reason(): string {
    return this.#leftOut === 'FileIo' ? 'FileIo event: Kernel-File tells of the same operations, with their ends' : 'Kernel-File event: FileIo tells of the same operations';
  }
}
