/** Everything that can be asked at one stop. Numbers that were handed out at it mean nothing at the next. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { EventKind, HostApi, StopInfo, StopNote } from '../../src-preload/contract/index.ts';
import type { Client } from './client.ts';
import { dapErrors } from './errors.ts';
import { eventFrames, stopFrames, type ShownFrame } from './frames.ts';
import { readMemory } from './memory.ts';
import { type References } from './references.ts';
import { type StopScopes } from './scopes.ts';
import type { Sources } from './sources.ts';
import { operationOfThread, stoppedThread, threadsAt } from './threads.ts';

const isName = /^[A-Za-z_$][\w$]*$/;
const layerKinds: readonly EventKind[] = ['issue', 'pre', 'lower', 'done', 'post', 'status', 'ret'];
/** Of an operation that is in flight elsewhere, so many events are looked at. */
const layerEvents = 1000;

export class StopView {
  readonly stop: StopInfo;
  readonly runId: number;
  readonly #traceId: number;
  readonly #api: HostApi;
  readonly #client: Client;
  readonly #sources: Sources;
  readonly #scopes: StopScopes;
  readonly #frames: References<ShownFrame>;
  #own: { readonly id: number; readonly shown: ShownFrame }[] | null = null;
  #threads: Promise<DebugProtocol.Thread[]> | null = null;

  constructor(api: HostApi, client: Client, sources: Sources, at: { readonly stop: StopInfo; readonly runId: number; readonly traceId: number }, references: { readonly frames: References<ShownFrame>; readonly scopes: StopScopes }) {
    this.stop = at.stop;
    this.runId = at.runId;
    this.#traceId = at.traceId;
    this.#api = api;
    this.#client = client;
    this.#sources = sources;
    this.#frames = references.frames;
    this.#scopes = references.scopes;
  }

  get threadId(): number {
    return stoppedThread(this.stop);
  }

  threads(): Promise<DebugProtocol.Thread[]> {
    this.#threads ??= threadsAt(this.#api, this.stop, this.runId, this.#traceId);
    return this.#threads;
  }

  /** `levels` 0: all. */
  async stackTrace(threadId: number, startFrame: number, levels: number): Promise<DebugProtocol.StackTraceResponse['body']> {
    const all = threadId === this.threadId ? this.#ownFrames() : await this.#otherFrames(threadId);
    const shown = all.slice(startFrame, levels === 0 ? undefined : startFrame + levels);
    return { stackFrames: shown.map(({ id, shown: { body } }) => ({ id, ...body })), totalFrames: all.length };
  }

  scopes(frameId: number): Promise<DebugProtocol.Scope[]> {
    return this.#scopes.scopes(this.stop, this.#frame(frameId).frame);
  }

  variables(reference: number, start: number, count: number): Promise<DebugProtocol.Variable[]> {
    return this.#scopes.variables(reference, start, count);
  }

  /** `frameId` null: where the run stands. */
  async evaluate(expression: string, frameId: number | null): Promise<DebugProtocol.EvaluateResponse['body']> {
    if (this.stop.moment.rebuilding) throw dapErrors.rebuilding();
    const frame = frameId === null ? null : this.#frame(frameId).frame;
    if (frameId !== null && frame === null) throw dapErrors.frameWithoutVariables();
    const { value, type, variablesReference, memoryReference } = this.#scopes.variable(await this.#api.request('debug.evaluate', { expression, frameId: frame?.id ?? null }), { path: `(${expression})`, frameId: frame?.id ?? null });
    return { result: value, ...(type !== undefined && { type }), variablesReference, ...(memoryReference !== undefined && { memoryReference }) };
  }

  readMemory(reference: string, offset: number, count: number): Promise<DebugProtocol.ReadMemoryResponse['body']> {
    if (this.stop.moment.basis === 'recorded') throw dapErrors.rebuilding();
    return readMemory(this.#api, reference, offset, count);
  }

  /** How what is written before `column` may go on: names of the frame, members of what stands before a dot. */
  async completions(text: string, column: number, frameId: number | null): Promise<DebugProtocol.CompletionItem[]> {
    const frame = frameId === null ? (this.stop.stackFrames.find(({ driver }) => driver !== null) ?? null) : this.#frame(frameId).frame;
    if (frame === null || this.stop.moment.basis === 'recorded') return [];
    const end = this.#client.columnFromClient(column) - 1;
    const [, base = '', begun = ''] = /([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\.)?([\w$]*)$/.exec(text.slice(0, end)) ?? [];
    const names = base === '' ? await this.#scopes.names(frame) : await this.#members(base.slice(0, -1), frame.id);
    const start = this.#client.columnToClient(end - begun.length + 1);
    return names.filter((name) => isName.test(name) && name.toLowerCase().startsWith(begun.toLowerCase())).map((label) => ({ label, type: base === '' ? 'variable' : 'property', start, length: begun.length }));
  }

  /** Of what cannot be evaluated there are none. */
  async #members(expression: string, frameId: number): Promise<string[]> {
    const value = await this.#api.request('debug.evaluate', { expression, frameId }).catch(() => null);
    if (value === null || value.variablesReference === 0) return [];
    return (await this.#api.request('debug.variables', { variablesReference: value.variablesReference })).map(({ name }) => name);
  }

  /** Changes a variable; what comes of it is a branch of the run, which stops at this same moment. */
  async setVariable(reference: number, name: string, value: string): Promise<DebugProtocol.SetVariableResponse['body']> {
    const place = this.#scopes.placeOf(reference, name);
    if (place === null) throw dapErrors.notAssignable(name);
    await this.#api.request('run.assign', { expression: `${place.path} = ${value}`, frameId: place.frameId });
    return { value };
  }

  async setExpression(expression: string, value: string, frameId: number | null): Promise<DebugProtocol.SetExpressionResponse['body']> {
    const frame = frameId === null ? null : this.#frame(frameId).frame;
    await this.#api.request('run.assign', { expression: `${expression} = ${value}`, frameId: frame?.id ?? null });
    return { value };
  }

  exceptionInfo(): DebugProtocol.ExceptionInfoResponse['body'] {
    const note = brokenAt(this.stop);
    if (note?.kind === 'explanation') return brokenInfo(note, this.#place(note));
    if (note !== undefined) {
      const details = { message: note.sentence, typeName: note.rule, fullTypeName: `${note.rule}${note.source === '' ? '' : ` (${note.source})`}`, stackTrace: this.#place(note) };
      return { exceptionId: note.id, description: `${note.sentence}${note.rule === '' ? '' : ` ${note.rule},`} ${note.source}`.trim(), breakMode: 'always', details };
    }
    if (this.stop.reason === 'unknown-bytes') return { exceptionId: 'unknown-bytes', description: 'The callback reads bytes that nobody recorded, and the replay is set to stop there.', breakMode: 'always' };
    throw dapErrors.noException();
  }

  /** The field of the Iopb that a variable is: one of the scope of that name, or written as an expression; null for anything else. */
  iopbField(name: string, reference: number): string | null {
    if (reference !== 0 && !this.#scopes.isIopb(reference)) return null;
    const path = name.replace(/^(?:Data\.)?Iopb\./, '');
    return this.stop.iopb.fields.some((field) => field.path === path) ? path : null;
  }

  #place({ driver, line }: StopNote): string {
    return driver === null ? '' : this.#sources.placeText(driver, line);
  }

  #frame(frameId: number): ShownFrame {
    const shown = this.#frames.get(frameId);
    if (shown === undefined) throw dapErrors.noFrame(frameId);
    return shown;
  }

  #ownFrames(): { readonly id: number; readonly shown: ShownFrame }[] {
    this.#own ??= stopFrames(this.stop, this.#sources, this.#client).map((shown) => ({ id: this.#frames.add(shown), shown }));
    return this.#own;
  }

  async #otherFrames(threadId: number): Promise<{ readonly id: number; readonly shown: ShownFrame }[]> {
    const thread = (await this.threads()).find(({ id }) => id === threadId);
    if (thread === undefined) throw dapErrors.noThread(threadId);
    const { rows } = await this.#api.request('events.page', { runId: this.runId, offset: 0, limit: layerEvents, operation: operationOfThread(threadId), kinds: layerKinds });
    return eventFrames(thread.name, rows).map((shown) => ({ id: this.#frames.add(shown), shown }));
  }
}

/** What a stop for an exception, a violation, or an outcome that was not recorded is about. */
export const brokenAt = ({ reason, notes }: StopInfo): StopNote | undefined => notes.find(({ id }) => reason === 'exception' && Object.hasOwn(brokenWords, id)) ?? notes.findLast((note) => note.kind !== 'explanation');

const brokenWords: Readonly<Record<string, string>> = { exception: 'Driver exception', bugcheck: 'Bug check', broken: 'The run breaks off' };

/** In a word or two, why the run breaks off; undefined where it does not. */
export const brokenWord = ({ id }: StopNote): string | undefined => brokenWords[id];

function brokenInfo({ id, sentence }: StopNote, place: string): DebugProtocol.ExceptionInfoResponse['body'] {
  const typeName = id === 'exception' ? (/^(?:Uncaught )?([\w$]+)(?::|\.)/.exec(sentence)?.[1] ?? 'exception') : id;
  return { exceptionId: typeName, description: sentence, breakMode: 'unhandled', details: { message: sentence, typeName, ...(place !== '' && { stackTrace: place }) } };
}
