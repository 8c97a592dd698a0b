/** Conditions and log messages of breakpoints, evaluated in the realm of the driver they are about, without that being any doing of the driver's. */
import type { BreakpointCode, Verdict } from '../debugger/breakpointSet.ts';
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import { parseLogMessage } from '../debugger/logMessage.ts';
import type { OperationFacts } from '../debugger/operationFacts.ts';
import type { StopSubject } from '../debugger/stopBuilder.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { valueText } from '../replay/valueText.ts';
import { checkExpression, expressionNames } from './expressionCheck.ts';

/** What is known where an expression is evaluated. */
export interface CallbackSubject {
  readonly kind: 'callback';
  /** Whose realm; null: any. */
  readonly driver: string | null;
  readonly at: Pick<StopSubject, 'data' | 'fltObjects' | 'completionContext' | 'iopbSnapshot' | 'operationStatus' | 'requesterContext' | 'flags'>;
  readonly operation: (OperationFacts & { readonly index: number }) | null;
  readonly change: object | null;
  readonly violation: object | null;
  readonly call: object | null;
}

/** At a line V8 evaluates, so that locals are seen: these are functions of the frame. */
export interface LineSubject {
  readonly kind: 'line';
  readonly condition: (() => unknown) | null;
  readonly log: readonly (() => unknown)[];
}

export type CodeSubject = CallbackSubject | LineSubject;

/** An expression as a function of what it sees. */
export type RealmExpression = (...values: readonly unknown[]) => unknown;

export interface CodeHost {
  /** Of the driver's realm; null where no driver is loaded. */
  compile(driver: string | null, names: readonly string[], code: string): RealmExpression | null;
  aside(action: () => void): void;
  logged(breakpoint: Breakpoint, text: string): void;
}

type Evaluated = { readonly value: unknown } | { readonly thrown: string };

export class RealmCode implements BreakpointCode<CodeSubject> {
  readonly #host: CodeHost;
  readonly #compiled = new Map<string, RealmExpression | string>();

  constructor(host: CodeHost) {
    this.#host = host;
  }

  condition({ spec }: Breakpoint, subject: CodeSubject): Verdict {
    const result = subject.kind === 'callback' ? this.#evaluate(spec.condition, subject) : this.#call(subject.condition ?? (() => false));
    if ('thrown' in result) return { kind: 'throws', message: `The condition "${spec.condition}" could not be evaluated: ${result.thrown}` };
    return { kind: 'holds', holds: Boolean(result.value) };
  }

  log(breakpoint: Breakpoint, subject: CodeSubject): void {
    let at = 0;
    const text = (parseLogMessage(breakpoint.spec.logMessage) ?? []).map((part) => {
      if (part.kind === 'text') return part.text;
      const result = subject.kind === 'callback' ? this.#evaluate(part.text, subject) : this.#call(subject.log[at++] ?? (() => undefined));
      return 'thrown' in result ? `{${part.text}: ${result.thrown}}` : this.#textOf(result.value);
    });
    this.#host.logged(breakpoint, text.join(''));
  }

  #evaluate(text: string, subject: CallbackSubject): Evaluated {
    const expression = this.#expression(text, subject.driver);
    if (typeof expression === 'string') return { thrown: expression };
    const { data, fltObjects, completionContext, iopbSnapshot, operationStatus, requesterContext, flags } = subject.at;
    return this.#call(() => expression(data, fltObjects, completionContext, iopbSnapshot, iopbSnapshot, operationStatus, requesterContext, flags, subject.operation, subject.change, subject.violation, subject.call));
  }

  #call(action: () => unknown): Evaluated {
    let result: Evaluated = { value: undefined };
    this.#host.aside(() => {
      try {
        result = { value: action() };
      } catch (error) {
        result = { thrown: String(error) };
      }
    });
    return result;
  }

  /** Reading a value may be as little the driver's doing as evaluating it. */
  #textOf(value: unknown): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0x80000000 && value <= 0xffffffff) return ntStatusName(value);
    const text = this.#call(() => valueText(value));
    return 'thrown' in text ? text.thrown : String(text.value);
  }

  /** Or why it cannot be used. */
  #expression(text: string, driver: string | null): RealmExpression | string {
    const key = `${driver ?? ''}\n${text}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const checked = checkExpression(text, false);
    const made = checked.kind === 'problem' ? checked.problem.message : (this.#host.compile(driver, expressionNames, checked.code) ?? 'no driver is loaded in whose language it could be.');
    this.#compiled.set(key, made);
    return made;
  }
}
