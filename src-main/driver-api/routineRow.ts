/** One row of the API table: what a routine is, for bindings, for declarations and for the reader. */

export type Direction = 'in' | 'out' | 'inout';

/** The highest IRQL at which it may be called. */
export type IrqlLimit = 'any' | 'DISPATCH' | 'APC' | 'PASSIVE';

export interface RoutineParameter {
  readonly name: string;
  /** TypeScript type as in fltkernel.d.ts; out-parameters are `Ref<...>`. */
  readonly type: string;
  readonly direction: Direction;
  /** NULL is allowed. */
  readonly optional: boolean;
  /** What it is, with units. */
  readonly meaning: string;
  readonly rest?: boolean;
}

export type RoutineArea =
  | 'Life cycle' | 'Callback data' | 'Pending and work' | 'Names' | 'Contexts and objects' | 'Buffers' | 'Values and strings' | 'Synchronisation' | 'System' | 'Debugging'
  | 'Cancel-safe queues' | 'Own I/O' | 'Extra create parameters' | 'Communication ports' | 'Files from the top of the stack'
  | 'Memory' | 'Pool' | 'Lists' | 'Interlocked' | 'Time' | 'Processes and threads' | 'Notifications' | 'Object references' | 'Registry' | 'MDLs' | 'Control devices' | 'File system support'
  | 'Security' | 'C runtime' | 'Macros' | 'Structures' | 'Service programs';

export interface RoutineRow {
  readonly name: string;
  readonly area: RoutineArea;
  readonly parameters: readonly RoutineParameter[];
  readonly returns: string;
  /** Generic parameters, e.g. `<T>`. */
  readonly generics?: string;
  /** What it returns when. */
  readonly statuses: readonly (readonly [status: string, condition: string])[];
  readonly irql: IrqlLimit;
  readonly meaning: string;
  /** The document behind it. */
  readonly source: string;
  /** `engine`: the Filter Manager's own routine; `own`: implemented in implementations/. */
  readonly binding: 'engine' | 'own';
  /** Macros of every other line: arguments are taken as they come. Anything they make of nonsense is harmless. */
  readonly unchecked?: true;
}

type OwnFields = Partial<RoutineRow> & Pick<RoutineRow, 'name' | 'parameters' | 'returns' | 'meaning'>;

/** Rows of our own routines that share area, source and IRQL. */
export const ownRows = (shared: Pick<RoutineRow, 'area' | 'source' | 'irql'> & { readonly unchecked?: true }, list: readonly OwnFields[]): readonly RoutineRow[] =>
  list.map((fields) => ({ statuses: [], binding: 'own', ...shared, ...fields }));

const parameter = (direction: Direction, optional: boolean) => (name: string, type: string, meaning: string): RoutineParameter => ({ name, type, direction, optional, meaning });

export const input = parameter('in', false);
export const optionalInput = parameter('in', true);
export const output = parameter('out', false);
export const optionalOutput = parameter('out', true);
export const inputOutput = parameter('inout', false);
export const rest = (name: string, type: string, meaning: string): RoutineParameter => ({ name, type, direction: 'in', optional: true, meaning, rest: true });
