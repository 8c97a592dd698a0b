/** Row shapes of tables.generated.ts. Values are unsigned numbers, spelled as in the WDK headers. */

/** name, value, meaning */
export type ConstantRow = readonly [name: string, value: number, meaning: string];

export interface IrpMajorRow {
  /** `IRP_MJ_...`; Filter Manager pseudo majors included, as the unsigned byte they have in MajorFunction. */
  readonly name: string;
  readonly value: number;
  readonly kind: string;
  /** Which forms the operation can take: IRP, FASTIO, FSFILTER. */
  readonly forms: readonly string[];
  /** The FLT_PARAMETERS member, or null where the operation has no parameters. */
  readonly fltParameters: string | null;
  readonly registrable: boolean;
  readonly postAllowed: boolean;
  readonly meaning: string;
}

export interface IrpMinorRow {
  readonly major: string;
  readonly name: string;
  readonly value: number;
  readonly meaning: string;
}

export interface ControlCodeRow {
  readonly name: string;
  readonly value: number;
  readonly method: string;
  readonly access: string;
  readonly meaning: string;
}

/** One member of the FLT_PARAMETERS union. `offset` is in bytes, on 64-bit Windows. */
export interface FltParametersRow {
  readonly member: string;
  readonly majors: readonly string[];
  readonly when: string;
  readonly fields: readonly FltParametersField[];
}

export interface FltParametersField {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly role: string;
  readonly meaning: string;
}

/** How Procmon displays an operation, and what it is. `class` is an information class or control code. */
export interface ProcmonOperationRow {
  readonly display: string;
  readonly major: string | null;
  readonly minor: string | number | null;
  readonly class: string | number | null;
}
