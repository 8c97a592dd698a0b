/** Files that are gone when they are done with: uploads, and what was unpacked. Named after this process, so that a later start tells what a crash left. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const ownName = /^(\d+)-\d+\.part$/;

export class TemporaryFiles {
  readonly folder: string;
  #next = 1;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** A path that nothing else uses; whoever asked makes the file and removes it. */
  fresh(): string {
    return path.join(this.folder, `${process.pid}-${this.#next++}.part`);
  }

  /** Removes what a crash left behind, except what another running process may still be filling. */
  tidy(isAlive: (pid: number) => boolean): void {
    for (const file of readdirSync(this.folder)) {
      const pid = Number(ownName.exec(file)?.[1] ?? 0);
      if (pid === process.pid || !isAlive(pid)) rmSync(path.join(this.folder, file), { force: true });
    }
  }
}
