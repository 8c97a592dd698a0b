/** What happens while a step runs: callbacks, calls of the file system, completions and violations, in order (rule 1). */
import { REFUSED, type EngineEvent, type EngineObserver, type EngineThread, type Irql, type Operation, type Severity } from '../../engine/index.ts';
import { STATUS_PENDING } from '../../nt/values.generated.ts';

export type Facts = Readonly<Record<string, unknown>>;

export type Happening =
  | { readonly kind: 'cb'; readonly name: string; readonly facts: Facts }
  | { readonly kind: 'fs'; readonly major: string }
  | { readonly kind: 'done'; readonly op: string; readonly result: unknown; readonly facts: Facts }
  | { readonly kind: 'viol'; readonly id: string; readonly severity: Severity };

export class Journal implements EngineObserver {
  /** Off while the setup lines run (rule 5). */
  recording = false;
  happenings: Happening[] = [];
  /** Name of the routine that the engine refused to perform last; reset by whoever asks. */
  refused: string | null = null;
  onIssued: (operation: Operation) => void = () => undefined;
  onCompleted: (operation: Operation) => void = () => undefined;
  /** The file system keeps the request. */
  onKept: (operation: Operation) => void = () => undefined;

  add(happening: Happening): void {
    if (this.recording) this.happenings.push(happening);
  }

  /** Hands out what has happened since the last time. */
  take(): Happening[] {
    const taken = this.happenings;
    this.happenings = [];
    return taken;
  }

  operationIssued(operation: Operation): void {
    this.onIssued(operation);
  }

  operationCompleted(operation: Operation): void {
    this.onCompleted(operation);
  }

  event(event: EngineEvent): void {
    if (event.kind === 'violation') this.add({ kind: 'viol', id: event.violation.id, severity: event.violation.severity });
    else if ((event.kind === 'api' || event.kind === 'apiReturned') && event.call.result === REFUSED) this.refused = event.call.name;
  }

  // Scripted callbacks report themselves, because their facts are in their arguments.
  callbackEntered(): void {
    // See above.
  }

  callbackReturned(): void {
    // See above.
  }

  // The file system of a vector reports itself, once for each call.
  lowerCalled(): void {
    // See above.
  }

  lowerCompleted(): void {
    // See above.
  }

  lowerReturned(operation: Operation, _frame: number, _thread: EngineThread, _irql: Irql, status: number): void {
    if (status === STATUS_PENDING) this.onKept(operation);
  }
}
