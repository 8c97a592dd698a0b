/** What can be looked at in a stop: V8's scopes of a driver frame, the Iopb side by side, and what rules were broken. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { HostApi, IopbField, IopbView, StackFrame, StopInfo, StopNote, Variable } from '../../src-preload/contract/index.ts';
import { dapErrors } from './errors.ts';
import { memoryReference } from './memory.ts';
import { References } from './references.ts';
import type { Sources } from './sources.ts';

/** How a value is written as an expression, and in which of the engine host's frames. `path` null: it cannot be. */
interface Place {
  readonly path: string | null;
  readonly frameId: number | null;
}

/** What a reference leads to: the engine host's own reference, or variables that are known already. */
type Children = ({ readonly kind: 'host'; readonly reference: number } & Place) | { readonly kind: 'known'; readonly iopb: boolean; readonly variables: () => DebugProtocol.Variable[] };

const hints: Readonly<Record<string, DebugProtocol.Scope['presentationHint']>> = { Callback: 'arguments', Local: 'locals', Block: 'locals' };

export class StopScopes {
  readonly #api: HostApi;
  readonly #sources: Sources;
  readonly #references = new References<Children>();

  constructor(api: HostApi, sources: Sources) {
    this.#api = api;
    this.#sources = sources;
  }

  clear(): void {
    this.#references.clear();
  }

  /** `frame` null: one without code. */
  async scopes(stop: StopInfo, frame: StackFrame | null): Promise<DebugProtocol.Scope[]> {
    const code = frame === null || stop.moment.basis === 'recorded' ? [] : await this.#api.request('debug.scopes', { frameId: frame.id });
    const scopes = code.map(({ name, variablesReference }): DebugProtocol.Scope => {
      const hint = hints[name];
      return { name, variablesReference: this.#references.add({ kind: 'host', reference: variablesReference, path: '', frameId: frame?.id ?? null }), expensive: name === 'Driver', ...(hint !== undefined && { presentationHint: hint }) };
    });
    if (stop.iopb.fields.length > 0) scopes.push({ name: `Iopb: ${stop.iopb.columns.map(({ title }) => title).join(' | ')}`, variablesReference: this.#known(() => this.#iopb(stop.iopb), true), expensive: false });
    if (stop.notes.length > 0) scopes.push({ name: 'Violations', variablesReference: this.#known(() => stop.notes.map((note) => this.#note(note))), expensive: false });
    return scopes;
  }

  /** `start` and `count`: a page of them. */
  async variables(reference: number, start: number, count: number): Promise<DebugProtocol.Variable[]> {
    const children = this.#references.get(reference);
    if (children === undefined) throw dapErrors.noVariables(reference);
    const all = children.kind === 'known' ? children.variables() : (await this.#api.request('debug.variables', { variablesReference: children.reference })).map((one) => this.variable(one, childPlace(children, one.name)));
    return count === 0 && start === 0 ? all : all.slice(start, count === 0 ? undefined : start + count);
  }

  /** A value of the engine host with a reference of ours. */
  variable({ name, value, type, variablesReference }: Variable, place: Place): DebugProtocol.Variable {
    const reference = variablesReference === 0 ? 0 : this.#references.add({ kind: 'host', reference: variablesReference, ...place, path: keyed.has(type) ? null : place.path });
    return { name, value, type, variablesReference: reference, ...(place.path !== null && { evaluateName: place.path, ...(inMemory.has(type) && { memoryReference: memoryReference(place.path, place.frameId) }) }) };
  }

  /** Names that can be written in a frame of code. */
  async names(frame: StackFrame): Promise<string[]> {
    const scopes = await this.#api.request('debug.scopes', { frameId: frame.id });
    const all = await Promise.all(scopes.map(({ variablesReference }) => this.#api.request('debug.variables', { variablesReference })));
    return [...new Set(all.flat().map(({ name }) => name))];
  }

  /** Where a variable's value lies; null where it cannot be written to. */
  placeOf(reference: number, name: string): { readonly path: string; readonly frameId: number | null } | null {
    const children = this.#references.get(reference);
    if (children?.kind === 'known') return children.iopb ? { path: `Data.Iopb.${name}`, frameId: null } : null;
    const place = children === undefined ? null : childPlace(children, name);
    return place === null || place.path === null ? null : { ...place, path: place.path };
  }

  /** A reference to the fields of the Iopb. */
  isIopb(reference: number): boolean {
    const children = this.#references.get(reference);
    return children?.kind === 'known' && children.iopb;
  }

  #known(variables: () => DebugProtocol.Variable[], iopb = false): number {
    return this.#references.add({ kind: 'known', iopb, variables });
  }

  #iopb(view: IopbView): DebugProtocol.Variable[] {
    const { ioStatus, operationStatus, completionContext, requesterContext, callbackDataFlags } = view;
    const rows: (readonly [string, string | null])[] = [
      ['IoStatus.Status', ioStatus.status === null ? null : hex(ioStatus.status)], ['IoStatus.Information', ioStatus.information === '' ? null : ioStatus.information],
      ['OperationStatus', operationStatus === null ? null : hex(operationStatus)], ['CompletionContext', completionContext], ['RequesterContext', requesterContext], ['Flags', callbackDataFlags === '' ? null : callbackDataFlags],
    ];
    return [
      ...view.fields.map((field) => this.#field(field, view)),
      ...rows.flatMap(([name, value]) => (value === null ? [] : [{ name, value, variablesReference: 0 }])),
    ];
  }

  /** One text where the columns agree; else all of them, with who changed what behind it. */
  #field(field: IopbField, view: IopbView): DebugProtocol.Variable {
    const shown = field.values.map((value) => value ?? '-');
    const value = field.changed ? shown.join(' | ') : (field.values.find((one) => one !== null) ?? '-');
    if (!field.changed && field.changes.length === 0) return { name: field.path, value, variablesReference: 0 };
    return { name: field.path, value, variablesReference: this.#known(() => columnsOf(field, view, this.#sources)) };
  }

  #note(note: StopNote): DebugProtocol.Variable {
    const place = note.driver === null ? '' : ` [${note.line === null ? note.driver : this.#sources.placeText(note.driver, note.line)}]`;
    return {
      name: note.id, value: `${note.sentence}${place}`, type: note.kind,
      variablesReference: this.#known(() => [['severity', note.severity], ['rule', note.rule], ['source', note.source]].flatMap(([name, value]) => (name === undefined || value === undefined || value === '' ? [] : [{ name, value, variablesReference: 0 }]))),
    };
  }
}

function columnsOf(field: IopbField, view: IopbView, sources: Sources): DebugProtocol.Variable[] {
  return [
    ...view.columns.map(({ title }, at) => ({ name: title, value: field.values[at] ?? '-', variablesReference: 0 })),
    ...field.changes.map(({ point, by, line, from, to }) => ({ name: `${point.operation}:${point.sequence}`, value: `${from} -> ${to} by ${line === null ? by : sources.placeText(by, line)}`, variablesReference: 0 })),
  ];
}

const hex = (status: number): string => `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;

/** What has bytes. */
const inMemory: ReadonlySet<string> = new Set(['KBUFFER', 'MDL']);

/** Their entries are shown under names that are no members. */
const keyed: ReadonlySet<string> = new Set(['Map', 'Set', 'KBUFFER']);

function childPlace({ path, frameId }: Place, name: string): Place {
  if (path === null) return { path, frameId };
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return { path: path === '' ? name : `${path}.${name}`, frameId };
  return { path: /^\d+$/.test(name) && path !== '' ? `${path}[${name}]` : null, frameId };
}
