/**
 * A recording of what a few programs did, as Process Monitor would have it: statuses and lengths, no bytes.
 *
 * Each method appends one operation, 1 ms after the one before, and returns its number. What is not said has succeeded in full.
 */
import { informationConstants } from '../../../src-main/driver-api/informationConstants.ts';
import { ntStatusFromName } from '../../../src-main/nt/ntStatus.ts';
import * as nt from '../../../src-main/nt/values.generated.ts';
import type { DetailValue, NumberedOperation, ProcessIndex, TraceProcess } from '../../../src-main/trace/record.ts';
import { assertExists } from '../../../src-main/base/assert.ts';
import { operation, testProcesses } from '../engine-host/runs.ts';

/** Process 100 is notes.exe, 4 the system, 200 reader.exe. */
export const processes: readonly TraceProcess[] = [
  ...testProcesses, { index: 2 as ProcessIndex, pid: 200, parentPid: null, name: 'reader.exe', imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: null, startTime: null, endTime: null },
];
const indexOf = (pid: number): ProcessIndex => assertExists(processes.find((one) => one.pid === pid)).index;

const dispositions = { supersede: nt.FILE_SUPERSEDE, open: nt.FILE_OPEN, create: nt.FILE_CREATE, 'open-if': nt.FILE_OPEN_IF, overwrite: nt.FILE_OVERWRITE, 'overwrite-if': nt.FILE_OVERWRITE_IF } as const;
const informationOf = { supersede: nt.FILE_SUPERSEDED, open: nt.FILE_OPENED, create: nt.FILE_CREATED, 'open-if': nt.FILE_OPENED, overwrite: nt.FILE_OVERWRITTEN, 'overwrite-if': nt.FILE_OVERWRITTEN } as const;
const rights: Readonly<Record<string, number>> = { r: nt.FILE_READ_DATA, w: nt.FILE_WRITE_DATA, a: nt.FILE_APPEND_DATA, d: nt.DELETE };

export interface Recorded {
  /** Name without STATUS_. */
  readonly status?: string;
  readonly process?: number;
  /** Milliseconds from issue to completion; 0.01 where it is not said. */
  readonly duration?: number;
  readonly information?: number;
}

export interface RecordedOpen extends Recorded {
  readonly disposition?: keyof typeof dispositions;
  /** Letters of rwad. */
  readonly access?: string;
  /** FILE_SHARE_READ 1, _WRITE 2, _DELETE 4. */
  readonly share?: number;
  readonly options?: number;
}

export interface RecordedTransfer extends Recorded {
  readonly offset?: number;
  readonly paging?: boolean;
}

export class Recording {
  readonly operations: NumberedOperation[] = [];

  #add(name: string, path: string, recorded: Recorded, fields: Parameters<typeof operation>[1]): number {
    const index = this.operations.length + 1;
    const { status = 'SUCCESS', process = 100, duration = 0.01 } = recorded;
    const known = assertExists(ntStatusFromName(status), status);
    this.operations.push(operation(index, {
      operation: name, path, process: indexOf(process), tid: process + 1, duration: BigInt(Math.round(duration * 10_000)), information: recorded.information ?? 0, ...fields, status: known,
    }));
    return index;
  }

  open(path: string, given: RecordedOpen = {}): number {
    const { disposition = 'open', access = 'r', share = 7, options = nt.FILE_SYNCHRONOUS_IO_NONALERT, status = 'SUCCESS' } = given;
    return this.#add('CreateFile', path, given, {
      major: nt.IRP_MJ_CREATE, information: given.information ?? (status === 'SUCCESS' ? informationOf[disposition] : 0),
      detail: { DesiredAccess: [...access].reduce((sum, letter) => sum | (rights[letter] ?? 0), nt.SYNCHRONIZE), CreateDisposition: dispositions[disposition], CreateOptions: options, ShareAccess: share, FileAttributes: 0x80 },
    });
  }

  /** A directory is made, and its handle closed. */
  directory(path: string): void {
    this.open(path, { disposition: 'create', options: nt.FILE_DIRECTORY_FILE | nt.FILE_SYNCHRONOUS_IO_NONALERT });
    this.end(path);
  }

  read(path: string, length: number, given: RecordedTransfer = {}): number {
    return this.#transfer('ReadFile', nt.IRP_MJ_READ, path, length, given);
  }

  write(path: string, length: number, given: RecordedTransfer = {}): number {
    return this.#transfer('WriteFile', nt.IRP_MJ_WRITE, path, length, given);
  }

  #transfer(name: string, major: number, path: string, length: number, given: RecordedTransfer): number {
    const { offset = 0, paging = false, status = 'SUCCESS' } = given;
    return this.#add(name, path, given, { major, offset: BigInt(offset), length, information: given.information ?? (status === 'SUCCESS' ? length : 0), irpFlags: paging ? nt.IRP_PAGING_IO | nt.IRP_NOCACHE : 0 });
  }

  #set(name: string, path: string, informationClass: number, length: number, detail: Readonly<Record<string, DetailValue>>, given: Recorded): number {
    return this.#add(name, path, given, { major: nt.IRP_MJ_SET_INFORMATION, length, detail: { FileInformationClass: informationClass, ...detail } });
  }

  rename(path: string, target: string, given: Recorded & { readonly replace?: boolean } = {}): number {
    return this.#set('SetRenameInformationFile', path, nt.FileRenameInformation, 24 + 2 * target.length, { ReplaceIfExists: given.replace === true, FileName: target }, given);
  }

  link(path: string, target: string, given: Recorded & { readonly replace?: boolean } = {}): number {
    return this.#set('SetLinkInformationFile', path, nt.FileLinkInformation, 24 + 2 * target.length, { ReplaceIfExists: given.replace === true, FileName: target }, given);
  }

  disposition(path: string, deletes: boolean, given: Recorded = {}): number {
    return this.#set('SetDispositionInformationFile', path, nt.FileDispositionInformation, 1, { DeleteFile: deletes }, given);
  }

  dispositionEx(path: string, flags: number = informationConstants.FILE_DISPOSITION_DELETE | informationConstants.FILE_DISPOSITION_POSIX_SEMANTICS, given: Recorded = {}): number {
    return this.#set('SetDispositionInformationEx', path, nt.FileDispositionInformationEx, 4, { Flags: flags }, given);
  }

  endOfFile(path: string, size: number, given: Recorded = {}): number {
    return this.#set('SetEndOfFileInformationFile', path, nt.FileEndOfFileInformation, 8, { EndOfFile: size }, given);
  }

  querySize(path: string, size: number, given: Recorded = {}): number {
    return this.#add('QueryStandardInformationFile', path, { information: 24, ...given }, { major: nt.IRP_MJ_QUERY_INFORMATION, length: 24, detail: { FileInformationClass: nt.FileStandardInformation, EndOfFile: size, AllocationSize: 4096, NumberOfLinks: 1, DeletePending: false, Directory: false } });
  }

  list(path: string, entries: readonly string[], given: Recorded = {}): number {
    return this.#add('QueryDirectory', path, { information: 100, ...given }, { major: nt.IRP_MJ_DIRECTORY_CONTROL, minor: nt.IRP_MN_QUERY_DIRECTORY, length: 4096, detail: { FileInformationClass: nt.FileNamesInformation, Entries: entries } });
  }

  /** Waits for a change of the directory's entries. */
  notify(path: string, given: Recorded = {}): number {
    return this.#add('NotifyChangeDirectory', path, given, { major: nt.IRP_MJ_DIRECTORY_CONTROL, minor: nt.IRP_MN_NOTIFY_CHANGE_DIRECTORY, length: 1024, detail: { CompletionFilter: 1 } });
  }

  control(path: string, code: number, given: Recorded & { readonly output?: number } = {}): number {
    return this.#add('FileSystemControl', path, given, { major: nt.IRP_MJ_FILE_SYSTEM_CONTROL, minor: nt.IRP_MN_USER_FS_REQUEST, detail: { ControlCode: code, InputBufferLength: 0, OutputBufferLength: given.output ?? 0 } });
  }

  cleanup(path: string, given: Recorded = {}): number {
    return this.#add('IRP_MJ_CLEANUP', path, given, { major: nt.IRP_MJ_CLEANUP });
  }

  close(path: string, given: Recorded = {}): number {
    return this.#add('CloseFile', path, given, { major: nt.IRP_MJ_CLOSE });
  }

  /** Cleanup and close. */
  end(path: string, given: Recorded = {}): void {
    this.cleanup(path, given);
    this.close(path, given);
  }
}
