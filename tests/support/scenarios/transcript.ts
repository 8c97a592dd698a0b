/**
 * What a scenario's drivers and file system do, as the lines of driver-api-usage.md 0.1.
 *
 * Differences to the page's form: every line of an operation begins with its number (`2`, or `2.1` for what a filter issued while it
 * handled 2), statuses have no prefix, and `info=` is left out when it is 0.
 */
import type { Activation, EngineEvent, EngineObserver, LowerAnswer, LowerCall, Operation } from '../../../src-main/engine/index.ts';
import { fileInformationClassName, fsctlNameOf, irpMjName } from '../../../src-main/nt/names.ts';
import { ntStatusShortName } from '../../../src-main/nt/ntStatus.ts';
import { postopCallbackStatus, preopCallbackStatus } from '../../../src-main/nt/tables.generated.ts';
import {
  IRP_MJ_CREATE, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_QUERY_INFORMATION, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_NOCACHE, IRP_PAGING_IO,
} from '../../../src-main/nt/values.generated.ts';

const names = (rows: readonly (readonly [string, number, string])[], prefix: string): ReadonlyMap<unknown, string> => new Map(rows.map(([name, value]) => [value, name.replace(prefix, '')]));
const preStatus = names(preopCallbackStatus, 'FLT_PREOP_');
const postStatus = names(postopCallbackStatus, 'FLT_POSTOP_');

const result = (value: unknown, known: ReadonlyMap<unknown, string>): string => known.get(value) ?? String(value);
const status = (value: unknown): string => (typeof value === 'number' ? ntStatusShortName(value) : String(value));
const info = (information: number): string => (information === 0 ? '' : ` info=${information}`);

/** Violations that tell of something allowed (severity I) do not count in the page's scenarios. */
const counts = (severity: string): boolean => severity !== 'I';

export class Transcript implements EngineObserver {
  readonly #operations = new Map<Operation, string>();
  readonly #children = new Map<string, number>();
  #lines: string[] = [];
  #count = 0;
  /** Routines whose calls are lines too: `API FltCancelFileOpen → SUCCESS`. */
  readonly apis = new Set<string>();
  readonly hints: string[] = [];
  onCompleted: (operation: Operation) => void = () => undefined;

  add(line: string): void {
    this.#lines.push(line);
  }

  /** Hands out the lines since the last time. */
  take(): string[] {
    return this.#lines.splice(0);
  }

  nameOf(operation: Operation | null): string {
    return operation === null ? '' : (this.#operations.get(operation) ?? this.#generated(operation));
  }

  #generated(operation: Operation): string {
    const name = this.#childName(this.#parent(operation));
    this.#operations.set(operation, name);
    return name;
  }

  #childName(parent: string): string {
    const count = (this.#children.get(parent) ?? 0) + 1;
    this.#children.set(parent, count);
    return `${parent}.${count}`;
  }

  /** What its issuer was handling. */
  #parent(operation: Operation): string {
    for (let one = this.running(); one !== null; one = one.parent) if (one.operation !== null && one.operation !== operation) return this.nameOf(one.operation);
    return '0';
  }

  /** The next operation is paging I/O that the file system issues because of this one. */
  pagingFor: Operation | null = null;

  /** The engine's running routine; set by the scenario. */
  running: () => Activation | null = () => null;

  #of(operation: Operation | null): string {
    return operation === null ? '' : `${this.nameOf(operation)} `;
  }

  // -- the engine's side

  operationIssued(operation: Operation): void {
    const { pagingFor } = this;
    this.pagingFor = null;
    if (pagingFor !== null) this.#operations.set(operation, this.#childName(this.nameOf(pagingFor)));
    else if (operation.initiator !== null || operation.request === null) this.nameOf(operation);
    else if (!this.#operations.has(operation)) this.#operations.set(operation, String(++this.#count));
  }

  callbackEntered(): void {
    // A callback's line has its result.
  }

  callbackReturned(activation: Activation, value: unknown): void {
    const { kind, filter, operation, name } = activation;
    const of = this.#of(operation);
    switch (kind) {
      case 'pre': return this.add(`${of}pre ${filter.name} → ${result(value, preStatus)}`);
      case 'post': return this.add(`${of}post ${filter.name}${value === 0 ? '' : ` → ${result(value, postStatus)}`}`);
      case 'drain': return this.add(`${of}post ${filter.name} DRAIN`);
      case 'status': return this.add(`${of}STATUSCB ${filter.name} status=${status(activation.operationStatus)}`);
      case 'work': return this.add(`${of}WI ${filter.name} ${name}`.trim());
      // Below DISPATCH_LEVEL it runs inside the post callback, and is no work item.
      case 'safe': return activation.parent === null ? this.add(`${of}WI ${filter.name} safe routine`) : undefined;
      case 'driverEntry': return this.add(`LIFE ${filter.name} DriverEntry → ${status(value)}`);
      case 'unload': return this.add(`LIFE ${filter.name} unload → ${status(value)}`);
      case 'setup': return this.add(`LIFE ${filter.name} setup → ${status(value)}`);
      case 'queryTeardown': return this.add(`LIFE ${filter.name} query teardown → ${status(value)}`);
      case 'contextCleanup': return this.add(`CTX ${filter.name} cleanup ${contextName(activation.flags)}`);
      case 'portConnect': return this.add(`LIFE ${filter.name} connect → ${status(value)}`);
      case 'portDisconnect': return this.add(`LIFE ${filter.name} disconnect`);
      case 'transaction': return this.add(`LIFE ${filter.name} transaction 0x${activation.flags.toString(16)}`);
      default:
    }
  }

  lowerCalled(): void {
    // The file system tells its calls itself, with its answer.
  }

  lowerCompleted(): void {
    // See above.
  }

  lowerReturned(): void {
    // See above.
  }

  operationCompleted(operation: Operation): void {
    this.onCompleted(operation);
    if (operation.request === null || operation.initiator !== null) return;
    this.add(`${this.nameOf(operation)} OUT ${status(operation.status)}${info(operation.information)}`);
  }

  event(event: EngineEvent): void {
    switch (event.kind) {
      case 'violation':
        if (counts(event.violation.severity)) this.add(`VIOL ${event.violation.id}`);
        return;
      case 'hint':
        this.hints.push(event.id);
        return;
      case 'teardown': return this.add(`LIFE ${event.instance.filter.name} teardown ${event.phase}`);
      case 'api':
      case 'apiReturned': {
        const { name, operation, result: returned } = event.call;
        if (this.apis.has(name) && (returned !== undefined || event.kind === 'apiReturned')) this.add(`${this.#of(operation ?? this.running()?.operation ?? null)}API ${name}${returned === undefined ? '' : ` → ${status(returned)}`}`);
        return;
      }
      default:
    }
  }

  /** A request at the file system, and what that answered. */
  fileSystem({ operation, iopb }: LowerCall, answer: LowerAnswer): void {
    const words = [operation.request === null || operation.initiator !== null ? '' : 'FS', describe(iopb), flagWords(iopb.IrpFlags, operation.kind), answerText(answer)];
    this.add(`${this.nameOf(operation)} ${words.filter((word) => word !== '').join(' ')}`);
  }

  pending(operation: Operation): void {
    this.add(`${this.nameOf(operation)} OUT PENDING`);
  }
}

const contextName = (type: number): string => ({ 1: 'volume', 2: 'instance', 4: 'file', 8: 'stream', 16: 'handle', 32: 'transaction', 64: 'section' })[type] ?? String(type);

function flagWords(irpFlags: number, kind: string): string {
  if (kind === 'fastio') return '[fast]';
  if ((irpFlags & IRP_PAGING_IO) !== 0) return '[paging]';
  return (irpFlags & IRP_NOCACHE) !== 0 ? '[nocache]' : '';
}

function answerText(answer: LowerAnswer): string {
  switch (answer.kind) {
    case 'pend': return '→ PENDING';
    case 'wait': return '→ waits';
    case 'decline': return '→ DECLINED';
    default: return answer.status === 0 ? '' : `→ ${status(answer.status)}`;
  }
}

/** Operation and the parameters that scenarios look at. */
export function describe(iopb: LowerCall['iopb']): string {
  const { MajorFunction, MinorFunction, Parameters, TargetFileObject } = iopb;
  const word = irpMjName(MajorFunction).replace('IRP_MJ_', '');
  switch (MajorFunction) {
    case IRP_MJ_CREATE: return `CREATE ${TargetFileObject?.FileName.Buffer ?? ''}`.trim();
    case IRP_MJ_READ:
    case IRP_MJ_WRITE: {
      const view = MajorFunction === IRP_MJ_READ ? Parameters.Read : Parameters.Write;
      return `${word} off=${String(offsetOf(view))} len=${String(view['Length'])}`;
    }
    case IRP_MJ_QUERY_INFORMATION: return `QUERY ${className(Number(Parameters.QueryFileInformation['FileInformationClass']))}`;
    case IRP_MJ_SET_INFORMATION: return `SET ${className(Number(Parameters.SetFileInformation['FileInformationClass']))}`;
    case IRP_MJ_FILE_SYSTEM_CONTROL: return controlName(Number((Parameters.FileSystemControl as Readonly<Record<string, Readonly<Record<string, unknown>>>>)['Common']?.['FsControlCode']));
    case IRP_MJ_DIRECTORY_CONTROL: return MinorFunction === IRP_MN_NOTIFY_CHANGE_DIRECTORY ? 'NOTIFY_CHANGE_DIRECTORY' : 'QUERY_DIRECTORY';
    default: return word;
  }
}

function offsetOf(view: Readonly<Record<string, unknown>>): unknown {
  const value = view['ByteOffset'];
  return typeof value === 'object' && value !== null && 'QuadPart' in value ? value.QuadPart : value;
}

const className = (value: number): string => fileInformationClassName(value).replace(/^File|Information/g, '');
const controlName = (code: number): string => fsctlNameOf(code).replace('FSCTL_', 'FSCTL ');
