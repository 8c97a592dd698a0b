/** Writes down what the engine does, in the words of the notation. Source: filter-manager-core.md 9.1, "Log entries". */
import {
  operationOf, REFUSED, FLT_CALLBACK_DATA, type Activation, type ApiCall, type EngineEvent, type EngineObserver, type EngineThread, type Irql, type Operation,
} from '../../engine/index.ts';
import { assertExists } from '../../base/assert.ts';
import { STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST } from '../../nt/values.generated.ts';
import { irqlLetter, majorWord, postWord, statusWord, word } from './words.ts';

/** Calls that the actions of a script log. */
const loggedCalls = new Set([
  'FltRequestOperationStatusCallback', 'FltQueueDeferredIoWorkItem', 'FltCompletePendedPreOperation', 'FltCompletePendedPostOperation', 'FltDoCompletionProcessingWhenSafe',
  'FltCancelFileOpen', 'FltReissueSynchronousIo', 'FltPerformSynchronousIo', 'FltPerformAsynchronousIo', 'FltLockUserBuffer', 'FltGetSwappedBufferMdlAddress',
  'FltRetainSwappedBufferMdlAddress', 'FltCbdqInsertIo', 'FltCbdqRemoveNextIo', 'FltCbdqRemoveIo', 'FltCbdqDisable', 'FltCbdqEnable', 'FltSetCancelCompletion',
  'FltClearCancelCompletion', 'FltIsIoCanceled', 'FltIsOperationSynchronous', 'FltFreeCallbackData',
]);

/** Stands for a value that has not come yet. */
const open = '-';

interface Line {
  readonly head: string;
  /** Null for an entry without a result. */
  result: string | null;
  readonly arrow: string;
}

const prefixOf = (operation: Operation | null): string => (operation !== null && operation.index > 1 ? `#${operation.index} ` : '');

export class VectorLog implements EngineObserver {
  readonly violations: string[] = [];
  readonly operations: Operation[] = [];
  /** The word a callback is about to return, as the script writes it. */
  returnWord = '';
  /** The words of an FltCompletePendedPreOperation call, as the script writes them. */
  resumeWords = '';
  readonly #lines: Line[] = [];
  readonly #openByDepth = new Map<number, Line>();
  readonly #openCalls = new Map<ApiCall, Line>();

  get lines(): string[] {
    return this.#lines.map(({ head, result, arrow }) => (result === null ? head : `${head}${arrow}${result}`));
  }

  add(operation: Operation | null, text: string): void {
    this.#lines.push({ head: prefixOf(operation) + text, result: null, arrow: '' });
  }

  #addOpen(operation: Operation | null, text: string, arrow: string): Line {
    const line = { head: prefixOf(operation) + text, result: open, arrow };
    this.#lines.push(line);
    return line;
  }

  operationIssued(operation: Operation): void {
    this.operations.push(operation);
  }

  operationCompleted(): void {
    // The final status is read at the end of the run.
  }

  callbackEntered(activation: Activation): void {
    const { kind, operation, depth } = activation;
    const where = `${activation.thread.name} ${irqlLetter(activation.irql)}`;
    const filter = activation.filter.name;
    const routine = `${filter}.${activation.name}`;
    switch (kind) {
      case 'pre':
        this.#openByDepth.set(depth, this.#addOpen(operation, `pre ${filter} ${where}`, ' => '));
        return;
      case 'post':
      case 'drain': {
        const draining = kind === 'drain' ? ' fl=DRAINING' : '';
        this.#openByDepth.set(depth, this.#addOpen(operation, `post ${filter} ${where} st=${this.#ioStatus(activation)} cc=${word(activation.completionContext)}${draining}`, ' => '));
        return;
      }
      case 'safe':
        this.#openByDepth.set(depth, this.#addOpen(operation, `safe ${routine} ${where} st=${this.#ioStatus(activation)} cc=${word(activation.completionContext)}`, ' => '));
        return;
      case 'status':
        this.add(operation, `scb ${filter} ${where} st=${statusWord(activation.operationStatus)} rc=${word(activation.requesterContext)}`);
        return;
      case 'work':
        this.add(operation, `work ${routine} ${where}`);
        return;
      case 'routine':
        // Run by itself: not part of an operation. A racing routine is.
        this.add(depth === 0 ? null : operation, `work ${routine} ${where}`);
        return;
      case 'cancel':
        this.add(operation, `cancelcb ${filter} ${where}`);
        return;
      case 'async':
        // The callback of a request that was refused runs too (GEN-032), but FMV/1 logs nothing for it (CV-018).
        if (activation.data?.IoStatus.Status === STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST) return;
        this.add(operation, `asynccb ${filter} ${where} st=${this.#ioStatus(activation)}`);
        return;
      default:
    }
  }

  #ioStatus({ data, operation }: Activation): string {
    const { Status, Information } = assertExists(data).IoStatus;
    return `${statusWord(Status, operation?.kind === 'fsfilter')}/${Information}`;
  }

  callbackReturned(activation: Activation): void {
    const line = this.#openByDepth.get(activation.depth);
    if (line === undefined || !['pre', 'post', 'drain', 'safe'].includes(activation.kind)) return;
    this.#openByDepth.delete(activation.depth);
    const context = activation.kind === 'pre' && activation.completionContext !== null ? ` cc=${word(activation.completionContext)}` : '';
    line.result = `${this.returnWord}${context}`;
  }

  lowerCalled(operation: Operation, frame: number, thread: EngineThread, irql: Irql): void {
    this.add(operation, `${frame === 0 ? 'fsd' : `down f${frame}`} ${thread.name} ${irqlLetter(irql)}`);
  }

  lowerCompleted(operation: Operation, thread: EngineThread, irql: Irql, status: number, information: number): void {
    this.add(operation, `done ${thread.name} ${irqlLetter(irql)} ${statusWord(status, operation.kind === 'fsfilter')}/${information}`);
  }

  lowerReturned(operation: Operation, frame: number, thread: EngineThread, _irql: Irql, status: number): void {
    this.add(operation, `ret ${frame === 0 ? '' : `f${frame} `}${thread.name} ${statusWord(status)}`);
  }

  event(event: EngineEvent): void {
    switch (event.kind) {
      case 'api':
        this.#apiCalled(event.call);
        return;
      case 'apiReturned':
        this.#apiReturned(event.call);
        return;
      case 'violation':
        this.violations.push(event.violation.id);
        this.add(event.violation.operation, `viol ${event.violation.id} ${event.violation.filter?.name ?? '?'}`);
        return;
      case 'bugcheck':
        this.add(event.operation, `bugcheck F5/${event.parameter1.toString(16).toUpperCase()}`);
        return;
      case 'freemdl':
        this.add(event.operation, `freemdl ${event.filter.name} ${word(event.mdl)}`);
        return;
      case 'cancel':
        this.add(event.operation, `cancel ${event.thread.name} ${irqlLetter(event.irql)}`);
        return;
      case 'queueStep':
        this.add(event.operation, `cbdq ${event.filter.name} ${event.step}`);
        return;
      case 'teardown':
        this.add(null, `teardown ${event.instance.filter.name} ${event.phase}`);
        return;
      case 'fallback':
        this.add(null, `reissue IRP ${majorWord(event.major)}`);
        return;
      default:
        // The notation has no entry for the others.
    }
  }

  #apiCalled(call: ApiCall): void {
    if (!loggedCalls.has(call.name)) return;
    const words = call.name === 'FltCompletePendedPreOperation' ? `(${this.resumeWords})` : '';
    const line = this.#addOpen(call.operation, `api ${call.filter?.name ?? '?'} ${call.name}${words}`, ' = ');
    // Calls that return nothing and cause others have their result from the start.
    if (call.result === undefined && call.name !== 'FltPerformSynchronousIo') line.result = returnsNothing.has(call.name) ? 'void' : open;
    if (call.result !== undefined || finishedVoid(call)) line.result = resultWord(call);
    else this.#openCalls.set(call, line);
  }

  #apiReturned(call: ApiCall): void {
    const line = this.#openCalls.get(call);
    if (line === undefined) return;
    this.#openCalls.delete(call);
    line.result = resultWord(call);
  }
}

const returnsNothing = new Set([
  'FltCompletePendedPreOperation', 'FltCompletePendedPostOperation', 'FltCancelFileOpen', 'FltReissueSynchronousIo', 'FltRetainSwappedBufferMdlAddress', 'FltCbdqDisable', 'FltCbdqEnable',
]);

const finishedVoid = (call: ApiCall): boolean => call.result === undefined && returnsNothing.has(call.name);

function resultWord(call: ApiCall): string {
  const { name, result, args } = call;
  if (result === REFUSED) return REFUSED;
  if (returnsNothing.has(name)) return 'void';
  if (name === 'FltPerformSynchronousIo') {
    const [data] = args;
    return data instanceof FLT_CALLBACK_DATA ? `void st=${statusWord(data.IoStatus.Status)}/${data.IoStatus.Information}` : 'void';
  }
  if (name === 'FltDoCompletionProcessingWhenSafe') return `${result === true ? 'TRUE' : 'FALSE'}/${postWord((args[5] as { value: number }).value)}`;
  if (name === 'FltGetSwappedBufferMdlAddress') return word(result);
  if (name === 'FltCbdqRemoveNextIo' || name === 'FltCbdqRemoveIo') return result instanceof FLT_CALLBACK_DATA ? `#${operationOf(result)?.index ?? 0}` : 'NULL';
  if (typeof result === 'boolean') return result ? 'TRUE' : 'FALSE';
  return typeof result === 'number' ? statusWord(result) : word(result);
}

