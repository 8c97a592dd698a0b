/**
 * Branches: runs like another one but for some changes, as a tree that can be renamed, pruned, undone and redone.
 *
 * Nothing is ever lost: a deleted run is taken out of the tree and stays in the session.
 */
import type { ArgumentInfo, BranchChange, Overlay, RequestParams, RunInfo, RunTree } from '../../src-preload/contract/index.ts';
import { readFieldValue, readReturnValue } from '../debugger/fieldValues.ts';
import { editableArguments } from '../replay/overlays/index.ts';
import type { StoredRun } from '../session/index.ts';
import { branchMaterial } from './branchMaterial.ts';
import { actionWords, done, historyFromText, historyProperty, type BranchAction, type BranchHistory } from './branchHistory.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { checkedAgainst } from './overlayChecks.ts';
import type { RunService } from './runService.ts';
import { isRunTrusted } from './runTrust.ts';
import { runInfo } from './sessionInfo.ts';
import { runMaterial } from './storedRuns.ts';

export class BranchService {
  readonly #context: HostContext;
  readonly #runs: RunService;

  constructor(context: HostContext, runs: RunService) {
    this.#context = context;
    this.#runs = runs;
    runs.branchCancelled = (run) => this.#cancelled(run);
  }

  branch({ runId, name, changes, from, breakpoints }: RequestParams<'run.branch'>): Promise<RunInfo> {
    const parent = this.#run(runId);
    const at = from === 'start' ? null : from.operation;
    if (at !== null && (at < parent.firstOperation || at > parent.lastOperation)) throw hostErrors.overlay(`${parent.name} issued the operations from #${parent.firstOperation} to #${parent.lastOperation}: choose one of them to branch from.`);
    return this.#begin(parent, changes, at, { stops: false, useBreakpoints: breakpoints !== false, name: name === undefined || name.trim() === '' ? null : name.trim() });
  }

  /** `stops`: at the edit that was added last. */
  async #begin(parent: StoredRun, changes: readonly BranchChange[], from: number | null, { stops, useBreakpoints, name }: { readonly stops: boolean; readonly useBreakpoints: boolean; readonly name: string | null }): Promise<RunInfo> {
    const { reader } = this.#context.session;
    const material = runMaterial(reader, parent);
    if (material === null) throw hostErrors.driverLost(parent.name);
    if (!isRunTrusted(this.#context, parent, material)) throw hostErrors.untrusted();
    const changed = branchMaterial(material, changes, { reader, against: checkedAgainst(reader, parent.trace, material.drivers, parent.firstOperation, parent.lastOperation), from });
    const run = await this.#runs.startBranch({
      ...changed, traceId: parent.trace, firstOperation: parent.firstOperation, stopOnEntry: false, useBreakpoints, parent: parent.id, name, ...(stops && { stopAtEdit: changed.plan.overlays.length - 1 }),
    });
    // It may have been cancelled by now.
    if (reader.runs.run(run.id)?.deleted !== true) this.#keep(done(this.#history, { kind: 'create', run: run.id, name: run.name }));
    this.#tell();
    return run;
  }

  /** Nothing of it was recorded, so it is not kept, and there is nothing to be undone. */
  #cancelled(run: number): void {
    this.#context.write(({ runs }) => runs.setDeleted([run], true));
    const { undo, redo } = this.#history;
    const last = undo.at(-1);
    if (last?.kind === 'create' && last.run === run) this.#keep({ undo: undo.slice(0, -1), redo });
    this.#tell();
  }

  /** A value is changed where the run stands: a branch that changes it there, and stops there. */
  async assign({ expression, frameId }: RequestParams<'run.assign'>): Promise<RunInfo> {
    const { state } = this.#runs;
    if (state.kind !== 'stopped') throw hostErrors.notStopped();
    const { point, driver, atLine, stackFrames } = state.stop;
    const [top] = stackFrames;
    const frame = frameId === null ? stackFrames.find((one) => one.driver !== null) : stackFrames.find(({ id }) => id === frameId);
    // Elsewhere the innermost frame is the Filter Manager's, or an outer routine's: there is no line that is about to run.
    if (top === undefined || top.driver === null || frame?.id !== top.id || driver === null) throw hostErrors.overlay('A value can be changed at the entry of a callback, or at a line of driver code that is about to run, in the innermost routine: step to one.');
    const { expressionProblem } = await import('../engine-host/process.ts');
    const problem = expressionProblem(expression);
    if (problem !== null) throw hostErrors.overlay(problem);
    const overlay: Overlay = { kind: 'assign', point: { issued: point.operation, sequence: point.sequence, line: atLine ? point.line : null, visit: point.visit ?? 1 }, driver: top.driver, expression };
    return this.#begin(this.#run(state.runId), [{ kind: 'overlay', overlay }], null, { stops: true, useBreakpoints: true, name: null });
  }

  /** Another value for a field of the Iopb, IoStatus, or what the callback returns, as it was typed. */
  async setField({ field, text, frameId }: RequestParams<'run.setField'>): Promise<RunInfo> {
    if (field === 'return') return this.#setReturn(text);
    const read = readFieldValue(field, text);
    if (read.kind === 'problem') throw hostErrors.overlay(read.sentence);
    return this.assign({ expression: read.expression, frameId });
  }

  /** The branch stops where the callback begins: what it returns is settled there. */
  async #setReturn(text: string): Promise<RunInfo> {
    const { state } = this.#runs;
    if (state.kind !== 'stopped') throw hostErrors.notStopped();
    const { callback, driver, layers, operation } = state.stop;
    const here = layers.find((one) => one.here);
    if ((callback !== 'pre' && callback !== 'post') || driver === null || here === undefined) throw hostErrors.overlay('Only a pre or post callback that has not returned yet can be made to return something else: go to one.');
    const read = readReturnValue(callback, text);
    if (read.kind === 'problem') throw hostErrors.overlay(read.sentence);
    const { name, value, status, information } = read;
    const overlay: Overlay = {
      kind: 'return', point: { issued: here.point.operation, sequence: here.point.sequence, line: null, visit: 1 }, value, name, what: `${callback} of ${driver} for #${operation.index}`, ...(status !== null && { status, information }),
    };
    return this.#begin(this.#run(state.runId), [{ kind: 'overlay', overlay }], null, { stops: true, useBreakpoints: true, name: null });
  }

  rename(id: number, given: string): RunInfo {
    const run = this.#run(id);
    const name = given.trim();
    if (name === '' || name.length > 200) throw hostErrors.runName();
    if (name !== run.name) {
      this.#context.write(({ runs }) => runs.rename(id, name));
      this.#keep(done(this.#history, { kind: 'rename', run: id, from: run.name, to: name }));
      this.#tell();
    }
    return runInfo(this.#run(id), this.#context.session.reader);
  }

  /** With its branches. One that goes on is ended first. */
  async remove(id: number): Promise<RunTree> {
    const run = this.#run(id);
    const runs = this.#withBranches(id);
    await this.#stopIn(runs);
    this.#context.write((writer) => writer.runs.setDeleted(runs, true));
    this.#keep(done(this.#history, { kind: 'remove', runs, name: run.name }));
    return this.#tell();
  }

  async undo(): Promise<RunTree> {
    const { undo, redo } = this.#history;
    const action = undo.at(-1);
    if (action === undefined) throw hostErrors.nothingToUndo('undo');
    await this.#revert(action);
    this.#keep({ undo: undo.slice(0, -1), redo: [...redo, action] });
    return this.#tell();
  }

  async redo(): Promise<RunTree> {
    const { undo, redo } = this.#history;
    const action = redo.at(-1);
    if (action === undefined) throw hostErrors.nothingToUndo('redo');
    await this.#repeat(action);
    this.#keep({ undo: [...undo, action], redo: redo.slice(0, -1) });
    return this.#tell();
  }

  tree(): RunTree {
    const { reader } = this.#context.session;
    const { undo, redo } = this.#history;
    return { runs: reader.runs.runs().map((run) => runInfo(run, reader)), undo: actionWords(undo.at(-1)), redo: actionWords(redo.at(-1)) };
  }

  arguments(traceId: number, index: number): ArgumentInfo[] {
    const { traces } = this.#context.session.reader;
    const trace = this.#context.trace(traceId);
    const record = traces.operation(trace.id, index);
    if (record === undefined) throw hostErrors.overlay(`The trace has no operation #${index}.`);
    return editableArguments(record, traces.processes(trace.id));
  }

  async #revert(action: BranchAction): Promise<void> {
    switch (action.kind) {
      case 'create': return this.#setDeleted([action.run], true);
      case 'rename': return this.#context.write(({ runs }) => runs.rename(action.run, action.from));
      case 'remove': return this.#setDeleted(action.runs, false);
    }
  }

  async #repeat(action: BranchAction): Promise<void> {
    switch (action.kind) {
      case 'create': return this.#setDeleted([action.run], false);
      case 'rename': return this.#context.write(({ runs }) => runs.rename(action.run, action.to));
      case 'remove': return this.#setDeleted(action.runs, true);
    }
  }

  async #setDeleted(ids: readonly number[], deleted: boolean): Promise<void> {
    if (deleted) await this.#stopIn(ids);
    this.#context.write(({ runs }) => runs.setDeleted(ids, deleted));
  }

  /** Whatever is taken out of the tree does not go on. */
  async #stopIn(ids: readonly number[]): Promise<void> {
    const { state } = this.#runs;
    if (state.kind !== 'idle' && ids.includes(state.runId)) await this.#runs.stop();
  }

  #withBranches(id: number): number[] {
    const all = this.#context.session.reader.runs.runs();
    const found = [id];
    for (let at = 0; at < found.length; at++) found.push(...all.filter(({ parent }) => parent === found[at]).map((run) => run.id));
    return found;
  }

  #run(id: number): StoredRun {
    const run = this.#context.session.reader.runs.run(id);
    if (run === undefined || run.deleted) throw hostErrors.noRun(id);
    return run;
  }

  get #history(): BranchHistory {
    return historyFromText(this.#context.session.reader.property(historyProperty));
  }

  #keep(history: BranchHistory): void {
    this.#context.write((writer) => writer.setProperty(historyProperty, JSON.stringify(history)));
  }

  #tell(): RunTree {
    const tree = this.tree();
    this.#context.emit('run.tree', tree);
    return tree;
  }
}
