/**
 * The oplock package: one state machine per stream.
 *
 * Source: filter-manager-objects.md section 8 (OPL-001 to OPL-061). MS-FSA is the authority behind it. Used by the simulated file
 * system for its streams and by the Flt oplock routines for streams of a filter. Nothing here waits or calls back by itself:
 * a request ends through `OplockRequest.end`, an operation that may go on through `OplockWaiter.resume`.
 */
import {
  FILE_OPLOCK_BROKEN_TO_LEVEL_2, FILE_OPLOCK_BROKEN_TO_NONE, REQUEST_OPLOCK_OUTPUT_FLAG_ACK_REQUIRED, REQUEST_OPLOCK_OUTPUT_FLAG_MODES_PROVIDED,
  REQUEST_OPLOCK_OUTPUT_FLAG_WRITABLE_SECTION_PRESENT, STATUS_CANCELLED, STATUS_CANNOT_GRANT_REQUESTED_OPLOCK, STATUS_INVALID_OPLOCK_PROTOCOL, STATUS_INVALID_PARAMETER,
  STATUS_OPLOCK_HANDLE_CLOSED, STATUS_OPLOCK_NOT_GRANTED, STATUS_OPLOCK_SWITCHED_TO_NEW_HANDLE, STATUS_PENDING, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { oplockKeysEqual, parentOplockKeyEquals } from './fileObjectExtension.ts';
import {
  cachesHandles, granularBreaks, grantMatrix, isExclusive, isGranular, isLegacyExclusive, levelBits, oplockEffects, unacknowledgedBreaks, type BreakTarget, type ExclusiveLevel,
  type Grant, type GranularExclusive, type OplockEffect, type OplockLevel, type OplockOperation, type Present, type SharedLevel,
} from './oplockRules.ts';

/** sizeof(REQUEST_OPLOCK_OUTPUT_BUFFER), the Information of a granular answer (OPL-024). */
export const oplockOutputBytes = 24;

/** How an oplock request ends, or is refused. */
export interface OplockAnswer {
  readonly status: number;
  readonly information: number;
  /** REQUEST_OPLOCK_OUTPUT_BUFFER for granular levels; null for the legacy forms. */
  readonly output: OplockOutput | null;
}

export interface OplockOutput {
  /** OPLOCK_LEVEL_CACHE_* bits */
  readonly originalLevel: number;
  readonly newLevel: number;
  readonly flags: number;
  readonly accessMode: number;
  readonly shareMode: number;
}

/** A pended request; it stands for the oplock it holds. */
export interface OplockRequest {
  end(answer: OplockAnswer): void;
}

/** An operation that waits for the end of a break. `recheck`: it repeats its check from the start (OPL-041). */
export interface OplockWaiter {
  resume(recheck: boolean): void;
}

/** Who causes a break. `access` and `share` go into the notice when they are known (MODES_PROVIDED). */
export interface OplockBreaker {
  readonly open: object;
  readonly access?: number;
  readonly share?: number;
}

/** What decides a request apart from the oplocks of the stream (OPL-012). */
export interface OplockRequestFacts {
  readonly open: object;
  readonly directory?: boolean;
  readonly synchronous?: boolean;
  readonly transacted?: boolean;
  readonly writableSection?: boolean;
  readonly byteRangeLocks?: boolean;
  readonly deletePending?: boolean;
  /** User handles on the stream. */
  readonly openCount?: number;
  /** Another open of the stream has another key or none. */
  readonly otherKeyOpen?: boolean;
}

export type LegacyAcknowledgement = 'ACKNOWLEDGE' | 'ACK_NO_2' | 'CLOSE_PENDING';

/** STATUS_PENDING: the request holds an oplock now. */
export type OplockOutcome = OplockAnswer;

/** Reads an assumption: whether `id` is set to `word`. */
export type IsAssumed = (id: string, word: string) => boolean;

/** Which oplocks a check is about: a create looks at BATCH and FILTER before the share check, at the others after it (OPL-030). */
export type CheckScope = 'all' | 'batch-and-filter' | 'others';

export interface CheckOptions {
  readonly scope?: CheckScope;
  /** OPL-032: whether this create breaks FILTER at all. */
  readonly breaksFilter?: boolean;
  /** Leaves legacy or granular oplocks alone: a create that asks for attributes only (OPL-031). */
  readonly sparesLegacy?: boolean;
  readonly sparesGranular?: boolean;
}

export interface OplockHolder {
  readonly open: object;
  readonly level: OplockLevel;
  readonly breakTo: string | null;
}

interface Exclusive {
  readonly level: ExclusiveLevel;
  readonly open: object;
  readonly request: OplockRequest;
  breakTo: BreakTarget | null;
  closePending: boolean;
}

interface Shared {
  readonly level: SharedLevel;
  readonly open: object;
  readonly request: OplockRequest;
}

/** An RH oplock whose break is not acknowledged yet. */
interface Breaking {
  readonly open: object;
  toRead: boolean;
}

interface Waiting {
  readonly waiter: OplockWaiter;
  readonly open: object;
  readonly kind: 'break' | 'handle' | 'notify' | 'reservation';
}

/** What a check would do. Nothing has happened yet. */
interface Plan {
  readonly changes: (() => (() => void) | null)[];
  waits: boolean;
}

const answer = (status: number, information = 0, output: OplockOutput | null = null): OplockAnswer => ({ status, information, output });
const pended: OplockOutcome = answer(STATUS_PENDING);
const goesOn: Plan = { changes: [], waits: false };

export class Oplock {
  readonly #is: IsAssumed;
  #exclusive: Exclusive | null = null;
  /** L2, R and RH, oldest grant first. */
  #shared: Shared[] = [];
  #breaking: Breaking[] = [];
  #waiting: Waiting[] = [];
  /** The open that has promised to ask for an oplock next (OPL-035). */
  #reservedBy: object | null = null;

  constructor(is: IsAssumed) {
    this.#is = is;
  }

  // -- What it is ------------------------------------------------------------------------------------------------------------

  /** State name of OPL-002. */
  get state(): string {
    const x = this.#exclusive;
    if (x !== null) return x.breakTo === null ? x.level : `${x.level}>${x.breakTo}`;
    const granted = (['L2', 'R', 'RH'] as const).filter((level) => this.#shared.some((one) => one.level === level)).join('+');
    if (this.#breaking.length === 0) return granted === '' ? 'NONE' : granted;
    const toRead = this.#breaking.filter((one) => one.toRead).length;
    const breaking = `RH>${toRead === this.#breaking.length ? 'R' : toRead === 0 ? 'NONE' : ''}`;
    return granted === '' ? breaking : `${granted}+${breaking}`;
  }

  /** Who holds what; `breakTo`: the level it is breaking to, null while it stands. */
  get holders(): readonly OplockHolder[] {
    const exclusive = this.#exclusive;
    return [
      ...(exclusive === null ? [] : [{ open: exclusive.open, level: exclusive.level, breakTo: exclusive.breakTo }]),
      ...this.#shared.map(({ open, level }) => ({ open, level, breakTo: null })),
      ...this.#breaking.map(({ open, toRead }) => ({ open, level: 'RH' as const, breakTo: toRead ? 'R' : 'NONE' })),
    ];
  }

  /** Opens whose operations wait here, first come first. */
  get waiters(): readonly { readonly open: object; readonly kind: 'break' | 'handle' | 'notify' | 'reservation' }[] {
    return this.#waiting;
  }

  /** Whether any oplock is held, breaking ones included (FltCurrentOplock). */
  get held(): boolean {
    return this.#exclusive !== null || this.#shared.length > 0 || this.#breaking.length > 0;
  }

  /** FltCurrentOplockH */
  get heldWithHandle(): boolean {
    return this.#exclusive?.level === 'RWH' || this.#breaking.length > 0 || this.#shared.some((one) => one.level === 'RH');
  }

  /** FltCurrentBatchOplock */
  get heldBatchOrFilter(): boolean {
    return this.#exclusive?.level === 'BATCH' || this.#exclusive?.level === 'FILTER';
  }

  get breakInProgress(): boolean {
    return (this.#exclusive !== null && this.#exclusive.breakTo !== null) || this.#breaking.length > 0;
  }

  /** OPL-075 */
  get fastIoIsPossible(): boolean {
    return !this.held || (this.#exclusive !== null && this.#exclusive.breakTo === null);
  }

  get hasWaiters(): boolean {
    return this.#waiting.length > 0;
  }

  /** BATCH or FILTER, not breaking, of an open with another key. */
  heldByOther(levels: readonly OplockLevel[], open: object): boolean {
    const x = this.#exclusive;
    if (x !== null) return levels.includes(x.level) && !oplockKeysEqual(x.open, open);
    return this.#shared.some((one) => levels.includes(one.level) && !oplockKeysEqual(one.open, open));
  }

  // -- Requests (OPL-010 to OPL-016) -----------------------------------------------------------------------------------------

  /** STATUS_PENDING: granted, `request` holds the oplock until `end` is called. Anything else: refused. */
  request(level: OplockLevel, facts: OplockRequestFacts, request: OplockRequest): OplockOutcome {
    this.#releaseReservation(facts.open);
    const byMatrixFirst = this.#is('OPL-012', 'present-oplocks-first');
    const refused = byMatrixFirst ? (this.#refusedByMatrix(level, facts.open) ?? refusedByFacts(level, facts)) : (refusedByFacts(level, facts) ?? this.#refusedByMatrix(level, facts.open));
    if (refused !== null) return refused;
    const notices = this.#makeRoom(level, facts.open);
    if (isExclusive(level)) this.#exclusive = { level, open: facts.open, request, breakTo: null, closePending: false };
    else this.#shared.push({ level, open: facts.open, request });
    for (const notice of notices) notice();
    return pended;
  }

  #present(): Present[] {
    const x = this.#exclusive;
    if (x !== null) return [x.breakTo !== null ? 'exclusive breaking' : isLegacyExclusive(x.level) ? 'legacy' : x.level];
    const present: Present[] = [];
    const has = (level: SharedLevel): boolean => this.#shared.some((one) => one.level === level);
    if (has('RH')) present.push('RH');
    else if (has('R')) present.push(has('L2') ? 'L2+R' : 'R');
    else if (has('L2')) present.push('L2');
    if (this.#breaking.length > 0) present.push('RH breaking');
    return present.length === 0 ? ['NONE'] : present;
  }

  #refusedByMatrix(level: OplockLevel, open: object): OplockAnswer | null {
    const row = grantMatrix[level];
    return this.#present().every((column) => this.#allows(row.get(column) ?? '-', open)) ? null : answer(STATUS_OPLOCK_NOT_GRANTED);
  }

  #allows(cell: Grant, open: object): boolean {
    switch (cell) {
      case '-':
        return false;
      case '=':
        return (this.#exclusive === null ? this.#shared : [this.#exclusive]).every((one) => oplockKeysEqual(one.open, open));
      case 'a':
        return this.#shared.every((one) => one.open === open);
      case 'c':
        return !this.#breaking.some((one) => oplockKeysEqual(one.open, open)) && !this.#shared.some((one) => one.level === 'RH' && oplockKeysEqual(one.open, open));
      default:
        return true;
    }
  }

  /** Ends what the new oplock replaces: own level 2 (note a), R, RH, RW and RWH of the same key (switched, OPL-014). */
  #makeRoom(level: OplockLevel, open: object): (() => void)[] {
    const notices: (() => void)[] = [];
    const x = this.#exclusive;
    if (x !== null) {
      this.#exclusive = null;
      notices.push(() => x.request.end(this.#switched(x.level, level)));
      return notices;
    }
    const goes = (one: Shared): boolean => (one.level === 'L2' ? isLegacyExclusive(level) : level !== 'L2' && oplockKeysEqual(one.open, open));
    for (const one of this.#shared.filter(goes)) {
      notices.push(() => one.request.end(one.level === 'L2' ? answer(STATUS_SUCCESS, FILE_OPLOCK_BROKEN_TO_NONE) : this.#switched(one.level, level)));
    }
    this.#shared = this.#shared.filter((one) => !goes(one));
    return notices;
  }

  #switched(from: OplockLevel, to: OplockLevel): OplockAnswer {
    const newLevel = this.#is('OPL-014', 'new-level') ? levelBits(to) : 0;
    return answer(STATUS_OPLOCK_SWITCHED_TO_NEW_HANDLE, oplockOutputBytes, output(levelBits(from), newLevel, 0));
  }

  // -- Checks (OPL-020 to OPL-036) -------------------------------------------------------------------------------------------

  /**
   * Breaks what the operation is incompatible with. `wait`: it must not go on; with a waiter it is registered and resumed later,
   * without one nothing is remembered and the caller goes on at its own risk (FILE_COMPLETE_IF_OPLOCKED).
   */
  check(operation: OplockOperation, by: OplockBreaker, waiter: OplockWaiter | null, options: CheckOptions = {}): 'go' | 'wait' {
    for (;;) {
      const plan = this.#plan(operation, by, options);
      const notices = plan.changes.map((change) => change()).filter((notice) => notice !== null);
      const begins = plan.waits && waiter !== null;
      const kind = oplockEffects[operation].caches === 'H' ? 'handle' : 'break';
      // OPL-005: the holder is told before the operation begins to wait.
      if (begins && this.#is('OPL-005', 'wait-first')) {
        this.#waiting.push({ waiter, open: by.open, kind });
        for (const notice of notices) notice();
        return 'wait';
      }
      for (const notice of this.#is('OPL-028', 'newest-first') ? notices.toReversed() : notices) notice();
      if (!plan.waits) {
        if (notices.length > 0) this.#wake();
        return 'go';
      }
      if (waiter === null) return 'wait';
      const waiting: Waiting = { waiter, open: by.open, kind };
      if (this.#blocks(waiting)) {
        this.#waiting.push(waiting);
        return 'wait';
      }
      // The holder has answered inside the notice: look again.
    }
  }

  /** Whether the operation would break any oplock or have to wait (OPL-035). Changes nothing. */
  wouldBreak(operation: OplockOperation, by: OplockBreaker, options: CheckOptions = {}): boolean {
    const plan = this.#plan(operation, by, options);
    return plan.waits || plan.changes.length > 0;
  }

  #plan(operation: OplockOperation, by: OplockBreaker, options: CheckOptions): Plan {
    if (!this.held) return goesOn;
    const effect = oplockEffects[operation];
    const plan: Plan = { changes: [], waits: false };
    if (effect.caches === 'RWH') this.#planSection(plan);
    else if (this.#exclusive !== null) this.#planExclusive(this.#exclusive, operation, effect, by, options, plan);
    else if (options.scope !== 'batch-and-filter') this.#planShared(effect, by, options, plan);
    return plan;
  }

  #sameKey(effect: OplockEffect, by: OplockBreaker, holder: object): boolean {
    return effect.byParentKey === true ? parentOplockKeyEquals(by.open, holder) : oplockKeysEqual(by.open, holder);
  }

  #planExclusive(x: Exclusive, operation: OplockOperation, effect: OplockEffect, by: OplockBreaker, options: CheckOptions, plan: Plan): void {
    const batchOrFilter = x.level === 'BATCH' || x.level === 'FILTER';
    if (options.scope === 'batch-and-filter' && !batchOrFilter) return;
    if (options.scope === 'others' && batchOrFilter) return;
    if (this.#sameKey(effect, by, x.open)) return;
    if (isLegacyExclusive(x.level)) {
      if (options.sparesLegacy !== true) planLegacy(x, effect, options, plan);
    } else if (options.sparesGranular !== true) {
      this.#planGranular(x, x.level, operation, effect, by, plan);
    }
  }

  #planGranular(x: Exclusive, level: GranularExclusive, operation: OplockOperation, effect: OplockEffect, by: OplockBreaker, plan: Plan): void {
    const { caches } = effect;
    if (caches === '' || caches === 'RWH') return;
    if (x.breakTo !== null) {
      const next = unacknowledgedBreaks[`${level}>${x.breakTo}`]?.[caches] ?? null;
      if (next === null) return;
      plan.waits = true;
      if (next !== 'wait') {
        plan.changes.push(() => {
          x.breakTo = next;
          return null;
        });
      }
      return;
    }
    const change = granularBreaks[level][caches];
    if (change === null) return;
    // OPL-026: the driver documentation lets a lock against RWH go on.
    plan.waits = change.waits && !(operation === 'lock' && level === 'RWH' && this.#is('OPL-026', 'goes-on'));
    plan.changes.push(() => {
      x.breakTo = change.to;
      return () => x.request.end(granularNotice(level, change.to, true, by));
    });
  }

  #planShared(effect: OplockEffect, by: OplockBreaker, options: CheckOptions, plan: Plan): void {
    for (const one of this.#shared) {
      const same = this.#sameKey(effect, by, one.open);
      if (one.level === 'L2') {
        if (options.sparesLegacy === true || effect.legacy !== 'NONE' || effect.onlyBatchAndFilter === true || (same && effect.ownLevel2 !== true)) continue;
        plan.changes.push(() => this.#take(one, () => one.request.end(answer(STATUS_SUCCESS, FILE_OPLOCK_BROKEN_TO_NONE))));
        continue;
      }
      const { caches } = effect;
      if (same || options.sparesGranular === true || caches === '' || caches === 'RWH') continue;
      const { level } = one;
      const change = granularBreaks[level][caches];
      if (change === null) continue;
      plan.waits ||= change.waits;
      plan.changes.push(() => {
        if (change.acknowledged) this.#breaking.push({ open: one.open, toRead: change.to === 'R' });
        return this.#take(one, () => one.request.end(granularNotice(level, change.to, change.acknowledged, by)));
      });
    }
    if (options.sparesGranular !== true) this.#planBreaking(effect, by, plan);
  }

  /** OPL-025, last two rows. */
  #planBreaking(effect: OplockEffect, by: OplockBreaker, plan: Plan): void {
    for (const entry of this.#breaking) {
      if (this.#sameKey(effect, by, entry.open)) continue;
      if (effect.caches === 'H') plan.waits = true;
      else if (effect.caches === 'RW' && entry.toRead) {
        plan.changes.push(() => {
          entry.toRead = false;
          return null;
        });
      }
    }
  }

  /** OPL-027: a writable section ends every granular oplock at once, whatever the key. */
  #planSection(plan: Plan): void {
    const x = this.#exclusive;
    if (x !== null && !isLegacyExclusive(x.level)) {
      plan.changes.push(() => {
        this.#exclusive = null;
        return x.breakTo === null ? () => x.request.end(answer(STATUS_SUCCESS, oplockOutputBytes, output(levelBits(x.level), 0, 0))) : () => undefined;
      });
    }
    for (const one of this.#shared) {
      if (one.level === 'L2') continue;
      plan.changes.push(() => this.#take(one, () => one.request.end(answer(STATUS_SUCCESS, oplockOutputBytes, output(levelBits(one.level), 0, 0)))));
    }
    if (this.#breaking.length > 0) {
      plan.changes.push(() => {
        this.#breaking = [];
        return () => undefined;
      });
    }
  }

  #take(one: Shared, notice: () => void): () => void {
    this.#shared = this.#shared.filter((other) => other !== one);
    return notice;
  }

  // -- Waiting (OPL-037, OPL-040 to OPL-042) -----------------------------------------------------------------------------------

  /** FSCTL_OPLOCK_BREAK_NOTIFY: false when nothing is being broken, so that the request is answered at once. */
  waitForBreakEnd(open: object, waiter: OplockWaiter): boolean {
    if (!this.breakInProgress) return false;
    this.#waiting.push({ waiter, open, kind: 'notify' });
    return true;
  }

  /** OPL-035: `open` was opened with FILE_OPEN_REQUIRING_OPLOCK and has to ask next. */
  reserve(open: object): void {
    this.#reservedBy = open;
  }

  /** Whether a create by `open` must wait for the reservation of another to be used; then it is registered. */
  waitForReservation(open: object, waiter: OplockWaiter): boolean {
    if (this.#reservedBy === null || oplockKeysEqual(this.#reservedBy, open)) return false;
    this.#waiting.push({ waiter, open, kind: 'reservation' });
    return true;
  }

  /** The operation is not interested any more: it was cancelled. False when it does not wait here. */
  cancelWait(waiter: OplockWaiter): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((one) => one.waiter !== waiter);
    return this.#waiting.length < before;
  }

  #releaseReservation(open: object): void {
    if (this.#reservedBy !== open) return;
    this.#reservedBy = null;
    this.#wake();
  }

  #blocks(one: Waiting): boolean {
    const x = this.#exclusive;
    switch (one.kind) {
      case 'notify':
        return this.breakInProgress;
      case 'reservation':
        return this.#reservedBy !== null && !oplockKeysEqual(this.#reservedBy, one.open);
      default:
        if (x !== null && x.breakTo !== null && !oplockKeysEqual(x.open, one.open)) return true;
        return one.kind === 'handle' && this.#breaking.some((entry) => !oplockKeysEqual(entry.open, one.open));
    }
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter((one) => !this.#blocks(one));
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !ready.includes(one));
    const recheck = !this.#is('OPL-041', 'goes-on');
    for (const { waiter } of this.#is('OPL-042', 'newest-first') ? ready.toReversed() : ready) waiter.resume(recheck);
  }

  // -- Acknowledging (OPL-050 to OPL-054) --------------------------------------------------------------------------------------

  /** The three legacy acknowledgements. STATUS_PENDING: `request` holds level 2 now. */
  acknowledge(form: LegacyAcknowledgement, open: object, request: OplockRequest): OplockOutcome {
    const x = this.#exclusive;
    if (x === null || x.breakTo === null || x.closePending || x.open !== open || !isLegacyExclusive(x.level)) return answer(STATUS_INVALID_OPLOCK_PROTOCOL);
    if (form === 'CLOSE_PENDING' && x.level !== 'L1') {
      // OPL-043: the waiters stay until the handle is cleaned up.
      x.closePending = true;
      return answer(STATUS_SUCCESS);
    }
    this.#exclusive = null;
    const keepsLevel2 = form === 'ACKNOWLEDGE' && x.breakTo === 'L2';
    if (keepsLevel2) this.#shared.push({ level: 'L2', open, request });
    this.#wake();
    if (keepsLevel2) return pended;
    return answer(STATUS_SUCCESS, form === 'ACKNOWLEDGE' && x.breakTo === 'L2_NONE' ? FILE_OPLOCK_BROKEN_TO_NONE : 0);
  }

  /** FSCTL_REQUEST_OPLOCK with the flag ACK. `level` is what the holder asks to keep. */
  acknowledgeGranular(level: 'NONE' | 'R' | 'RH' | 'RW' | 'RWH', open: object, request: OplockRequest, facts: { readonly deletePending?: boolean; readonly onClose?: boolean }): OplockOutcome {
    const x = this.#exclusive;
    const entry = this.#breaking.find((one) => one.open === open);
    const own = x !== null && x.open === open && x.breakTo !== null && isGranular(x.level) ? x : null;
    if (own === null && entry === undefined) return answer(STATUS_INVALID_OPLOCK_PROTOCOL);
    // OPL-053: the break stays until the cleanup of the handle.
    if (facts.onClose === true) return answer(STATUS_SUCCESS);
    if (level !== 'NONE') {
      const refused = own === null ? this.#entryRefusal(level, entry?.toRead === true, facts) : this.#exclusiveRefusal(level, own, facts);
      if (refused !== null) return refused;
    }
    if (own === null) this.#breaking = this.#breaking.filter((one) => one !== entry);
    else this.#exclusive = null;
    const outcome = this.#regrant(level, open, request);
    this.#wake();
    return outcome;
  }

  #exclusiveRefusal(level: 'R' | 'RH' | 'RW' | 'RWH', own: Exclusive, facts: { readonly deletePending?: boolean }): OplockAnswer | null {
    const target = own.breakTo ?? 'NONE';
    if (facts.deletePending === true && cachesHandles(level)) return cannotGrant(levelBits(level), levelBits(level) & ~2);
    const exclusive = level === 'RW' || level === 'RWH';
    const withinOffer = (levelBits(level) & ~levelBits(target)) === 0;
    // OPL-052 names RWH against a target without H; the other exclusive levels beyond the offer are taken alike.
    return exclusive && !withinOffer && this.hasWaiters ? cannotGrant(levelBits(own.level), levelBits(target)) : null;
  }

  #entryRefusal(level: 'R' | 'RH' | 'RW' | 'RWH', toRead: boolean, facts: { readonly deletePending?: boolean }): OplockAnswer | null {
    if (facts.deletePending === true && cachesHandles(level)) return cannotGrant(levelBits('RH'), levelBits(level) & ~2);
    if (!this.hasWaiters) return null;
    if (!toRead) return cannotGrant(levelBits('RH'), 0);
    return level === 'RW' || level === 'RWH' ? cannotGrant(levelBits('RH'), levelBits('R')) : null;
  }

  #regrant(level: 'NONE' | 'R' | 'RH' | 'RW' | 'RWH', open: object, request: OplockRequest): OplockOutcome {
    if (level === 'NONE') return answer(STATUS_SUCCESS, oplockOutputBytes, output(0, 0, 0));
    if (level === 'R' || level === 'RH') {
      this.#shared.push({ level, open, request });
      return pended;
    }
    // An exclusive level can be had back only where nobody else holds or breaks one.
    if (this.#shared.length > 0 || this.#breaking.length > 0) return answer(STATUS_OPLOCK_NOT_GRANTED);
    this.#exclusive = { level, open, request, breakTo: null, closePending: false };
    return pended;
  }

  // -- End (OPL-060, OPL-061) --------------------------------------------------------------------------------------------------

  /** CLEANUP of a handle, after the file system's other cleanup work. */
  cleanup(open: object): void {
    const notices: (() => void)[] = [];
    const x = this.#exclusive;
    if (x !== null && x.open === open) {
      this.#exclusive = null;
      if (x.breakTo === null) notices.push(() => x.request.end(this.#closed(x.level)));
    }
    for (const one of this.#shared.filter((shared) => shared.open === open)) notices.push(this.#take(one, () => one.request.end(this.#closed(one.level))));
    this.#breaking = this.#breaking.filter((entry) => entry.open !== open);
    if (this.#reservedBy === open) this.#reservedBy = null;
    for (const notice of notices) notice();
    this.#wake();
  }

  /** The stream itself goes: every oplock ends as if its handle were closed. */
  end(): void {
    const opens = new Set([...(this.#exclusive === null ? [] : [this.#exclusive]), ...this.#shared, ...this.#breaking].map(({ open }) => open));
    for (const open of opens) this.cleanup(open);
  }

  #closed(level: OplockLevel): OplockAnswer {
    if (isGranular(level)) return answer(STATUS_OPLOCK_HANDLE_CLOSED, oplockOutputBytes, output(levelBits(level), 0, 0));
    const silent = isLegacyExclusive(level) && this.#is('OPL-060', 'information-0');
    return answer(STATUS_SUCCESS, silent ? 0 : FILE_OPLOCK_BROKEN_TO_NONE);
  }

  /** Cancels a pended request: the oplock is gone (OPL-061). False when the request holds none here. */
  cancel(request: OplockRequest): boolean {
    const x = this.#exclusive;
    if (x !== null && x.request === request && x.breakTo === null) this.#exclusive = null;
    else {
      const one = this.#shared.find((shared) => shared.request === request);
      if (one === undefined) return false;
      this.#shared = this.#shared.filter((other) => other !== one);
    }
    request.end(answer(STATUS_CANCELLED));
    this.#wake();
    return true;
  }
}

const output = (originalLevel: number, newLevel: number, flags: number, by: OplockBreaker | null = null): OplockOutput => ({
  originalLevel, newLevel, flags: flags | (by?.access === undefined ? 0 : REQUEST_OPLOCK_OUTPUT_FLAG_MODES_PROVIDED), accessMode: by?.access ?? 0, shareMode: by?.share ?? 0,
});

/** OPL-024 */
const granularNotice = (from: OplockLevel, to: string, acknowledged: boolean, by: OplockBreaker): OplockAnswer =>
  answer(STATUS_SUCCESS, oplockOutputBytes, output(levelBits(from), levelBits(to), acknowledged ? REQUEST_OPLOCK_OUTPUT_FLAG_ACK_REQUIRED : 0, by));

const cannotGrant = (from: number, to: number): OplockAnswer =>
  answer(STATUS_CANNOT_GRANT_REQUESTED_OPLOCK, oplockOutputBytes, output(from, to, REQUEST_OPLOCK_OUTPUT_FLAG_ACK_REQUIRED));

/** OPL-012, the rows that do not look at the oplocks themselves. Null: nothing stands against the request. */
function refusedByFacts(level: OplockLevel, facts: OplockRequestFacts): OplockAnswer | null {
  if (facts.directory === true && level !== 'R' && level !== 'RH') return answer(STATUS_INVALID_PARAMETER);
  if (facts.synchronous === true || facts.transacted === true) return answer(STATUS_OPLOCK_NOT_GRANTED);
  if (isGranular(level) && facts.writableSection === true) {
    return answer(STATUS_CANNOT_GRANT_REQUESTED_OPLOCK, oplockOutputBytes, output(0, 0, REQUEST_OPLOCK_OUTPUT_FLAG_WRITABLE_SECTION_PRESENT));
  }
  const refused =
    (!isExclusive(level) && facts.byteRangeLocks === true) || (cachesHandles(level) && facts.deletePending === true) ||
    (isLegacyExclusive(level) && (facts.openCount ?? 1) > 1) || ((level === 'RW' || level === 'RWH') && facts.otherKeyOpen === true);
  return refused ? answer(STATUS_OPLOCK_NOT_GRANTED) : null;
}

/** OPL-021 for L1, BATCH and FILTER of another key. */
function planLegacy(x: Exclusive, effect: OplockEffect, options: CheckOptions, plan: Plan): void {
  const { legacy } = effect;
  if (legacy === null || (effect.onlyBatchAndFilter === true && x.level === 'L1')) return;
  if (x.breakTo !== null) {
    plan.waits = true;
    if (x.breakTo === 'L2' && legacy === 'NONE') {
      plan.changes.push(() => {
        x.breakTo = 'L2_NONE';
        return null;
      });
    }
    return;
  }
  let to: 'L2' | 'NONE' = legacy;
  if (x.level === 'FILTER') {
    // FILTER never breaks to level 2; a create breaks it by its access and sharing alone (OPL-032).
    const breaks = options.breaksFilter ?? (legacy === 'NONE' && effect.sparesFilter !== true);
    if (!breaks) return;
    to = 'NONE';
  }
  plan.waits = true;
  plan.changes.push(() => {
    x.breakTo = to;
    return () => x.request.end(answer(STATUS_SUCCESS, to === 'L2' ? FILE_OPLOCK_BROKEN_TO_LEVEL_2 : FILE_OPLOCK_BROKEN_TO_NONE));
  });
}
