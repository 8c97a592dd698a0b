/**
 * The oplock package against the tables of filter-manager-objects.md section 8, as they are printed.
 */
import { describe, expect, test } from 'vitest';
import {
  extendFileObject, levelBits, Oplock, settleAssumptions, type IsAssumed, type LegacyAcknowledgement, type OplockAnswer, type OplockLevel, type OplockOperation, type OplockRequest,
  type OplockRequestFacts,
} from '../../../../src-main/engine/index.ts';
import { ntStatusName } from '../../../../src-main/nt/ntStatus.ts';

class Stream {
  readonly oplock: Oplock;
  /** `h1 SUCCESS 7`, `h1 SUCCESS RWH>RH ack`, `c2 resumes` */
  readonly log: string[] = [];
  readonly #opens = new Map<string, object>();
  readonly requests = new Map<string, OplockRequest>();

  constructor(assumptions: Readonly<Record<string, string>> = {}) {
    const { settings, problems } = settleAssumptions(assumptions);
    expect(problems).toEqual([]);
    const is: IsAssumed = (id, word) => settings[id] === word;
    this.oplock = new Oplock(is);
  }

  /** `h1` or `h1/K1` with an oplock key. */
  open(name: string): object {
    const [plain = '', key] = name.split('/');
    let open = this.#opens.get(plain);
    if (open === undefined) {
      open = { plain };
      if (key !== undefined) extendFileObject(open, { oplockKey: key, parentOplockKey: key });
      this.#opens.set(plain, open);
    }
    return open;
  }

  #request(name: string): OplockRequest {
    const request: OplockRequest = { end: (answer) => void this.log.push(`${name} ${this.#describe(answer)}`) };
    this.requests.set(name, request);
    return request;
  }

  #describe({ status, information, output }: OplockAnswer): string {
    const name = ntStatusName(status).replace('STATUS_', '');
    if (output === null) return information === 0 ? name : `${name} ${information}`;
    const level = (bits: number): string => ['0', 'R', 'H', 'RH', 'W', 'RW', 'WH', 'RWH'][bits] ?? '?';
    return `${name} ${level(output.originalLevel)}>${level(output.newLevel)}${(output.flags & 1) === 0 ? '' : ' ack'}`;
  }

  ask(open: string, level: OplockLevel, facts: Partial<OplockRequestFacts> = {}): string {
    return this.#describe(this.oplock.request(level, { open: this.open(open), ...facts }, this.#request(open)));
  }

  do(operation: OplockOperation, by = 'other'): string {
    return this.oplock.check(operation, { open: this.open(by) }, { resume: (recheck) => void this.log.push(`${by} resumes${recheck ? '' : ' without a check'}`) });
  }

  acknowledge(open: string, form: LegacyAcknowledgement): string {
    return this.#describe(this.oplock.acknowledge(form, this.open(open), this.#request(open)));
  }

  keep(open: string, level: 'NONE' | 'R' | 'RH' | 'RW' | 'RWH', facts: { readonly deletePending?: boolean; readonly onClose?: boolean } = {}): string {
    return this.#describe(this.oplock.acknowledgeGranular(level, this.open(open), this.#request(open), facts));
  }

  take(): string[] {
    return this.log.splice(0);
  }
}

/** Rows of a printed table: first cell the row's name, the others under the columns. */
const table = (text: string): readonly (readonly string[])[] => text.trim().split('\n').map((line) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim()));

const levels: readonly OplockLevel[] = ['L1', 'BATCH', 'FILTER', 'L2', 'R', 'RH', 'RW', 'RWH'];

// -- OPL-013 -----------------------------------------------------------------------------------------------------------------------

const columns = ['NONE', 'L2', 'R', 'L2+R', 'RH', 'RH breaking', 'L1', 'RW', 'RWH', 'exclusive breaking'] as const;

const grants = table(`
  | L1     | + | a | - | - | - | - | - | - | - | - |
  | BATCH  | + | a | - | - | - | - | - | - | - | - |
  | FILTER | + | a | - | - | - | - | - | - | - | - |
  | L2     | + | + | + | + | - | - | - | - | - | - |
  | R      | + | + | b | b | c | c | - | - | - | - |
  | RH     | + | - | b | - | b | + | - | - | - | - |
  | RW     | + | - | = | - | - | - | - | = | - | - |
  | RWH    | + | - | = | - | = | - | - | = | = | - |
`);

/** Puts a state on the stream, held by h1 with key K1. */
function present(column: (typeof columns)[number]): Stream {
  const stream = new Stream();
  if (column === 'RH breaking') {
    stream.ask('h1/K1', 'RH');
    stream.do('sharing-violation', 'breaker/K9');
  } else if (column === 'exclusive breaking') {
    stream.ask('h1/K1', 'RWH');
    stream.do('read', 'breaker/K9');
  } else if (column !== 'NONE') {
    for (const level of column.split('+') as OplockLevel[]) expect(stream.ask('h1/K1', level)).toBe('PENDING');
  }
  stream.take();
  return stream;
}

describe('OPL-013 grant matrix', () => {
  const cases = grants.flatMap(([requested = '', ...cells]) => cells.map((cell, at) => [requested as OplockLevel, columns[at] ?? 'NONE', cell] as const));

  test.each(cases)('%s beside %s: %s', (requested, column, cell) => {
    const stranger = present(column);
    const byStranger = stranger.ask('h2/K2', requested);
    const kin = present(column);
    const byKin = kin.ask('h3/K1', requested);
    const granted = 'PENDING';
    const refused = 'OPLOCK_NOT_GRANTED';
    const expectations: Readonly<Record<string, readonly [string, string]>> = {
      '+': [granted, granted], '-': [refused, refused], '=': [refused, granted],
      // The only open holds it itself: another open is refused by the row about opens, told by the caller.
      a: [refused, refused], b: [granted, granted], c: [granted, refused],
    };
    expect([byStranger, byKin]).toEqual(expectations[cell]);
    const replaced = kin.take();
    if (cell === '=' || cell === 'b') expect(replaced.some((line) => line.startsWith('h1/K1 OPLOCK_SWITCHED_TO_NEW_HANDLE'))).toBe(true);
    else expect(replaced).toEqual([]);
  });

  test('note a: own level 2 ends with Information 8, however often it is held', () => {
    const stream = new Stream();
    stream.ask('h1', 'L2');
    stream.ask('h1', 'L2');
    expect(stream.ask('h1', 'BATCH')).toBe('PENDING');
    expect(stream.take()).toEqual(['h1 SUCCESS 8', 'h1 SUCCESS 8']);
  });

  test('note c: an R of the same key is switched, an RH of it stands in the way', () => {
    const stream = new Stream();
    stream.ask('h1/K1', 'R');
    stream.ask('h2/K2', 'RH');
    expect(stream.ask('h3/K1', 'R')).toBe('PENDING');
    expect(stream.take()).toEqual(['h1/K1 OPLOCK_SWITCHED_TO_NEW_HANDLE R>0']);
    expect(stream.ask('h4/K2', 'R')).toBe('OPLOCK_NOT_GRANTED');
  });
});

// -- OPL-012 -----------------------------------------------------------------------------------------------------------------------

describe('OPL-012 checks before the matrix', () => {
  const every = (answer: string): string[] => levels.map(() => answer);
  const ask = (facts: Partial<OplockRequestFacts>): string[] => levels.map((level) => new Stream().ask('h', level, facts));
  const no = 'OPLOCK_NOT_GRANTED';
  const yes = 'PENDING';

  test('each condition refuses the levels of its row', () => {
    expect(ask({})).toEqual(every(yes));
    expect(ask({ directory: true })).toEqual(['INVALID_PARAMETER', 'INVALID_PARAMETER', 'INVALID_PARAMETER', 'INVALID_PARAMETER', yes, yes, 'INVALID_PARAMETER', 'INVALID_PARAMETER']);
    expect(ask({ synchronous: true })).toEqual(every(no));
    expect(ask({ transacted: true })).toEqual(every(no));
    const cannot = 'CANNOT_GRANT_REQUESTED_OPLOCK 0>0';
    expect(ask({ writableSection: true })).toEqual([yes, yes, yes, yes, cannot, cannot, cannot, cannot]);
    expect(ask({ byteRangeLocks: true })).toEqual([yes, yes, yes, no, no, no, yes, yes]);
    expect(ask({ deletePending: true })).toEqual([yes, yes, yes, yes, yes, no, yes, no]);
    expect(ask({ openCount: 2 })).toEqual([no, no, no, yes, yes, yes, yes, yes]);
    expect(ask({ otherKeyOpen: true })).toEqual([yes, yes, yes, yes, yes, yes, no, no]);
  });

  test('they come in the order of the table, or after the matrix', () => {
    const first = new Stream();
    first.ask('h1', 'RWH');
    expect(first.ask('h2', 'R', { writableSection: true })).toBe('CANNOT_GRANT_REQUESTED_OPLOCK 0>0');
    const last = new Stream({ 'OPL-012': 'present-oplocks-first' });
    last.ask('h1', 'RWH');
    expect(last.ask('h2', 'R', { writableSection: true })).toBe(no);
  });
});

// -- OPL-029, single holder --------------------------------------------------------------------------------------------------------

/** Rows of OPL-029 that do not need a create: cells as printed. */
const effects = table(`
  | read             | L2 A W   | L2 A W   | ·        | ·    | ·    | ·      | R A W    | RH A W   |
  | flush            | L2 A W   | L2 A W   | ·        | ·    | ·    | ·      | R A W    | RH A W   |
  | write            | NONE A W | NONE A W | NONE A W | NONE | NONE | NONE A | NONE A W | NONE A W |
  | size             | NONE A W | NONE A W | NONE A W | NONE | NONE | NONE A | NONE A W | NONE A W |
  | zero-data        | NONE A W | NONE A W | NONE A W | NONE | NONE | NONE A | NONE A W | NONE A W |
  | lock             | NONE A W | NONE A W | ·        | NONE | NONE | NONE A | NONE A W | NONE A W |
  | rename           | ·        | NONE A W | NONE A W | ·    | ·    | R A W  | ·        | RW A W   |
  | delete           | ·        | ·        | ·        | ·    | ·    | R A W  | ·        | RW A W   |
  | writable-section | ·        | ·        | ·        | ·    | NONE | NONE   | NONE     | NONE     |
`);

/** What a cell means for state, notice and waiting. */
function meaning(level: OplockLevel, cell: string): { state: string; notice: string[]; answer: string } {
  if (cell === '·') return { state: level, notice: [], answer: 'go' };
  const [left = '', ...marks] = cell.split(' ');
  const due = marks.includes('A');
  const legacy = level === 'L1' || level === 'BATCH' || level === 'FILTER' || level === 'L2';
  const notice = legacy ? `h SUCCESS ${left === 'L2' ? 7 : 8}` : `h SUCCESS ${level}>${left === 'NONE' ? '0' : left}${due ? ' ack' : ''}`;
  return { state: due ? `${level}>${left}` : 'NONE', notice: [notice], answer: marks.includes('W') ? 'wait' : 'go' };
}

describe('OPL-021, OPL-023, OPL-029 one holder, another key', () => {
  const cases = effects.flatMap(([operation = '', ...cells]) => cells.map((cell, at) => [operation as OplockOperation, levels[at] ?? 'L1', cell] as const));

  test.each(cases)('%s against %s: %s', (operation, level, cell) => {
    const stream = new Stream();
    stream.ask('h', level);
    const expected = meaning(level, cell);
    expect(stream.do(operation)).toBe(expected.answer);
    expect(stream.take()).toEqual(expected.notice);
    expect(stream.oplock.state).toBe(expected.state);
  });

  test.each(levels)('OPL-022 the own key does not break %s, except level 2 by changes and any granular one by a writable section', (level) => {
    for (const [operation = ''] of effects) {
      const stream = new Stream();
      stream.ask('h', level);
      expect(stream.do(operation as OplockOperation, 'h')).toBe('go');
      const ends = (level === 'L2' && ['write', 'size', 'zero-data', 'lock'].includes(operation)) || (levelBits(level) !== 0 && operation === 'writable-section');
      expect(stream.oplock.state).toBe(ends ? 'NONE' : level);
    }
  });
});

describe('OPL-021 while a legacy break is unacknowledged', () => {
  test.each([
    ['L1', 'read', 'read', 'L1>L2'], ['L1', 'read', 'write', 'L1>L2_NONE'], ['BATCH', 'read', 'write', 'BATCH>L2_NONE'], ['BATCH', 'write', 'read', 'BATCH>NONE'], ['BATCH', 'write', 'write', 'BATCH>NONE'],
    ['FILTER', 'write', 'write', 'FILTER>NONE'],
  ] as const)('%s broken by %s, then %s: %s, no second notice, both wait', (level, first, second, state) => {
    const stream = new Stream();
    stream.ask('h', level);
    expect(stream.do(first, 'a')).toBe('wait');
    stream.take();
    expect(stream.do(second, 'b')).toBe('wait');
    expect(stream.take()).toEqual([]);
    expect(stream.oplock.state).toBe(state);
  });
});

// -- OPL-025 -----------------------------------------------------------------------------------------------------------------------

/** State, then what W, H and RW losses do. */
const unacknowledged = table(`
  | RW>R     | wait                | no effect           | RW>NONE wait  |
  | RW>NONE  | wait                | no effect           | wait          |
  | RWH>RH   | wait                | RWH>R wait          | RWH>NONE wait |
  | RWH>RW   | RWH>R wait          | wait                | RWH>NONE wait |
  | RWH>R    | wait                | wait                | RWH>NONE wait |
  | RWH>NONE | wait                | wait                | wait          |
  | RH>R     | no effect           | wait                | RH>NONE go    |
  | RH>NONE  | no effect           | wait                | go            |
`);

/** How each state is reached. */
const paths: Readonly<Record<string, readonly OplockOperation[]>> = {
  'RW>R': ['read'], 'RW>NONE': ['write'], 'RWH>RH': ['read'], 'RWH>RW': ['delete'], 'RWH>R': ['read', 'delete'], 'RWH>NONE': ['write'], 'RH>R': ['delete'], 'RH>NONE': ['write'],
};

describe('OPL-025 while a granular break is unacknowledged', () => {
  const losses: readonly OplockOperation[] = ['read', 'delete', 'write'];
  const cases = unacknowledged.flatMap(([state = '', ...cells]) => cells.map((cell, at) => [state, losses[at] ?? 'read', cell] as const));

  test.each(cases)('%s, then %s: %s', (state, operation, cell) => {
    const stream = new Stream();
    stream.ask('h', state.slice(0, state.indexOf('>')) as OplockLevel);
    for (const first of paths[state] ?? []) stream.do(first, 'a');
    expect(stream.oplock.state).toBe(state);
    stream.take();
    const answer = stream.do(operation, 'b');
    expect(stream.take()).toEqual([]);
    const next = cell.includes('>') ? cell.slice(0, cell.indexOf(' ')) : state;
    expect([stream.oplock.state, answer]).toEqual([next, cell.endsWith('wait') ? 'wait' : 'go']);
  });
});

// -- OPL-051, OPL-052 ----------------------------------------------------------------------------------------------------------------

describe('OPL-051 legacy acknowledgements', () => {
  const forms: readonly LegacyAcknowledgement[] = ['ACKNOWLEDGE', 'ACK_NO_2', 'CLOSE_PENDING'];
  const reach: Readonly<Record<string, readonly OplockOperation[]>> = { L2: ['read'], L2_NONE: ['read', 'write'], NONE: ['write'] };
  test.each([
    ['L1>L2', ['PENDING L2', 'SUCCESS NONE', 'SUCCESS NONE']], ['BATCH>L2', ['PENDING L2', 'SUCCESS NONE', 'SUCCESS BATCH>L2']],
    ['L1>L2_NONE', ['SUCCESS 8 NONE', 'SUCCESS NONE', 'SUCCESS NONE']], ['BATCH>L2_NONE', ['SUCCESS 8 NONE', 'SUCCESS NONE', 'SUCCESS BATCH>L2_NONE']],
    ['L1>NONE', ['SUCCESS NONE', 'SUCCESS NONE', 'SUCCESS NONE']], ['BATCH>NONE', ['SUCCESS NONE', 'SUCCESS NONE', 'SUCCESS BATCH>NONE']],
    ['FILTER>NONE', ['SUCCESS NONE', 'SUCCESS NONE', 'SUCCESS FILTER>NONE']],
  ] as const)('%s', (state, expected) => {
    const [level = '', target = ''] = state.split('>');
    const results = forms.map((form) => {
      const stream = new Stream();
      stream.ask('h', level as OplockLevel);
      for (const [at, operation] of (reach[target] ?? []).entries()) stream.do(operation, `waiter${at}`);
      expect(stream.oplock.state).toBe(state);
      stream.take();
      const answer = stream.acknowledge('h', form);
      const stays = form === 'CLOSE_PENDING' && level !== 'L1';
      expect(stream.take()).toEqual(stays ? [] : (reach[target] ?? []).map((_one, at) => `waiter${at} resumes`));
      return `${answer} ${stream.oplock.state}`;
    });
    expect(results).toEqual(expected);
  });
});

describe('OPL-052 granular acknowledgements', () => {
  test('level 0 holds nothing, R and RH are shared requests', () => {
    for (const [level, answer, state] of [['NONE', 'SUCCESS 0>0', 'NONE'], ['R', 'PENDING', 'R'], ['RH', 'PENDING', 'RH']] as const) {
      const stream = new Stream();
      stream.ask('h', 'RWH');
      stream.do('read', 'c');
      stream.take();
      expect(stream.keep('h', level)).toBe(answer);
      expect(stream.oplock.state).toBe(state);
      expect(stream.take()).toEqual(['c resumes']);
    }
  });

  test('an exclusive level is granted within the offer, or when nobody waits', () => {
    const within = new Stream();
    within.ask('h', 'RWH');
    within.do('delete', 'c');
    expect(within.keep('h', 'RW')).toBe('PENDING');
    expect(within.oplock.state).toBe('RW');
    const alone = new Stream();
    alone.ask('h', 'RWH');
    alone.oplock.check('write', { open: alone.open('c') }, null);
    expect(alone.keep('h', 'RWH')).toBe('PENDING');
    expect(alone.oplock.state).toBe('RWH');
  });

  test('a file marked for deletion gives no handle caching back', () => {
    const stream = new Stream();
    stream.ask('h', 'RWH');
    stream.do('read', 'c');
    stream.take();
    expect(stream.keep('h', 'RH', { deletePending: true })).toBe('CANNOT_GRANT_REQUESTED_OPLOCK RH>R ack');
    expect(stream.oplock.state).toBe('RWH>RH');
    expect(stream.take()).toEqual([]);
    expect(stream.keep('h', 'R', { deletePending: true })).toBe('PENDING');
  });

  test('a break to none is told to a holder who wants to keep something while operations wait', () => {
    const stream = new Stream();
    stream.ask('h', 'RH');
    stream.do('delete', 'waits');
    stream.do('write', 'goes on');
    stream.take();
    expect(stream.oplock.state).toBe('RH>NONE');
    expect(stream.keep('h', 'R')).toBe('CANNOT_GRANT_REQUESTED_OPLOCK RH>0 ack');
    expect(stream.oplock.state).toBe('RH>NONE');
    expect(stream.keep('h', 'NONE')).toBe('SUCCESS 0>0');
    expect(stream.take()).toEqual(['waits resumes']);
  });

  test('a break to R does not become an exclusive level while operations wait', () => {
    const stream = new Stream();
    stream.ask('h', 'RH');
    stream.do('delete', 'waits');
    stream.take();
    expect(stream.keep('h', 'RWH')).toBe('CANNOT_GRANT_REQUESTED_OPLOCK RH>R ack');
    expect(stream.oplock.state).toBe('RH>R');
  });

  test('RWH is not given back against a target without handle caching while operations wait', () => {
    const stream = new Stream();
    stream.ask('h', 'RWH');
    stream.do('delete', 'waits');
    stream.take();
    expect(stream.keep('h', 'RWH')).toBe('CANNOT_GRANT_REQUESTED_OPLOCK RWH>RW ack');
    expect(stream.oplock.state).toBe('RWH>RW');
  });

  test('OPL-050 what does not fit is refused; OPL-053 the acknowledgement may be left to the close', () => {
    const stream = new Stream();
    stream.ask('h', 'RWH');
    expect(stream.keep('h', 'R')).toBe('INVALID_OPLOCK_PROTOCOL');
    stream.do('read', 'c');
    stream.take();
    expect(stream.keep('stranger', 'R')).toBe('INVALID_OPLOCK_PROTOCOL');
    expect(stream.acknowledge('h', 'ACKNOWLEDGE')).toBe('INVALID_OPLOCK_PROTOCOL');
    expect(stream.keep('h', 'R', { onClose: true })).toBe('SUCCESS');
    expect(stream.oplock.state).toBe('RWH>RH');
    stream.oplock.cleanup(stream.open('h'));
    expect(stream.take()).toEqual(['c resumes']);
  });
});

// -- OPL-060, OPL-061, OPL-002 -------------------------------------------------------------------------------------------------------

test.each([
  ['L2', 'SUCCESS 8'], ['L1', 'SUCCESS 8'], ['BATCH', 'SUCCESS 8'], ['FILTER', 'SUCCESS 8'], ['R', 'OPLOCK_HANDLE_CLOSED R>0'], ['RH', 'OPLOCK_HANDLE_CLOSED RH>0'], ['RW', 'OPLOCK_HANDLE_CLOSED RW>0'],
  ['RWH', 'OPLOCK_HANDLE_CLOSED RWH>0'],
] as const)('OPL-060 closing the handle that holds %s', (level, end) => {
  const stream = new Stream();
  stream.ask('h', level);
  stream.oplock.cleanup(stream.open('h'));
  expect(stream.take()).toEqual([`h ${end}`]);
  expect(stream.oplock.held).toBe(false);
});

test.each(levels)('OPL-061 cancelling the request gives %s up', (level) => {
  const stream = new Stream();
  stream.ask('h', level);
  const request = stream.requests.get('h');
  expect(request !== undefined && stream.oplock.cancel(request)).toBe(true);
  expect(stream.take()).toEqual(['h CANCELLED']);
  expect(stream.oplock.held).toBe(false);
});

test('OPL-002 names of breaks among several holders', () => {
  const stream = new Stream();
  for (const open of ['a/A', 'b/B', 'c/C']) stream.ask(open, 'RH');
  // A holder's own delete spares itself.
  stream.do('delete', 'a/A');
  expect(stream.oplock.state).toBe('RH+RH>R');
  stream.do('write', 'b/B');
  expect(stream.oplock.state).toBe('RH>');
});

test('OPL-028 several holders are told oldest first, or newest first', () => {
  for (const [word, order] of [['oldest-first', ['a', 'b', 'c']], ['newest-first', ['c', 'b', 'a']]] as const) {
    const stream = new Stream({ 'OPL-028': word });
    for (const open of ['a', 'b', 'c']) stream.ask(open, 'R');
    stream.do('write');
    expect(stream.take()).toEqual(order.map((open) => `${open} SUCCESS R>0`));
  }
});

describe('the other readings', () => {
  test('OPL-014 a switched request is told the new level', () => {
    const stream = new Stream({ 'OPL-014': 'new-level' });
    stream.ask('h1/K', 'R');
    stream.ask('h2/K', 'RWH');
    expect(stream.take()).toEqual(['h1/K OPLOCK_SWITCHED_TO_NEW_HANDLE R>RWH']);
  });

  test('OPL-026 a lock against RWH goes on', () => {
    const stream = new Stream({ 'OPL-026': 'goes-on' });
    stream.ask('h', 'RWH');
    expect(stream.do('lock')).toBe('go');
    expect(stream.oplock.state).toBe('RWH>NONE');
  });

  test('OPL-041 what has waited goes on without another check', () => {
    const stream = new Stream({ 'OPL-041': 'goes-on' });
    stream.ask('h', 'BATCH');
    stream.do('read', 'c');
    stream.take();
    stream.acknowledge('h', 'ACK_NO_2');
    expect(stream.take()).toEqual(['c resumes without a check']);
  });

  test('OPL-042 newest waiter first', () => {
    for (const [word, order] of [['arrival', ['b', 'c']], ['newest-first', ['c', 'b']]] as const) {
      const stream = new Stream({ 'OPL-042': word });
      stream.ask('h', 'BATCH');
      stream.do('read', 'b');
      stream.do('read', 'c');
      stream.take();
      stream.acknowledge('h', 'ACK_NO_2');
      expect(stream.take()).toEqual(order.map((one) => `${one} resumes`));
    }
  });

  test('OPL-060 Information 0 for a closed exclusive legacy oplock', () => {
    const stream = new Stream({ 'OPL-060': 'information-0' });
    stream.ask('h', 'BATCH');
    stream.oplock.cleanup(stream.open('h'));
    expect(stream.take()).toEqual(['h SUCCESS']);
  });

  test('OPL-005 the holder answers inside the notice: the operation has begun to wait, or looks again', () => {
    for (const [word, answer, log] of [['notice-first', 'go', []], ['wait-first', 'wait', ['c resumes']]] as const) {
      const stream = new Stream({ 'OPL-005': word });
      const silent: OplockRequest = { end: () => undefined };
      stream.oplock.request('BATCH', { open: stream.open('h') }, { end: () => void stream.oplock.acknowledge('ACK_NO_2', stream.open('h'), silent) });
      expect(stream.do('read', 'c')).toBe(answer);
      expect(stream.take()).toEqual(log);
    }
  });
});

test('a child change breaks a directory, except for the holder whose key the operation names as its parent', () => {
  const stream = new Stream();
  stream.ask('dir/K', 'RH', { directory: true });
  expect(stream.do('child-change', 'child/K')).toBe('go');
  expect(stream.oplock.state).toBe('RH');
  expect(stream.do('child-change', 'other')).toBe('go');
  expect(stream.oplock.state).toBe('RH>NONE');
});
