/** Modules of a trace, and the names they give to the frames of recorded stacks. Source: procmon-formats.md, end of section 5. */
import type { ProcessIndex, RecordedStack, TraceModule, TraceTime } from '../trace/record.ts';
import type { Database, Statement } from './database.ts';
import type { StoredStackFrame } from './traceTypes.ts';

/** Whose stack it is: raw time of its operation, and where user addresses end. */
export interface StackOwner {
  readonly process: number;
  readonly time: bigint;
  readonly highest: bigint;
}

const systemPid = 4;
const columns = 'process, base, size, path, load_time, version, company, description';

export class ModuleReader {
  readonly #all: Statement;
  readonly #ofProcess: Statement;
  readonly #system: Statement;

  constructor(db: Database) {
    const prepared = (sql: string): Statement => db.prepare(sql).raw().safeIntegers();
    this.#all = prepared(`SELECT ${columns} FROM module WHERE trace = ? ORDER BY number`);
    this.#ofProcess = prepared(`SELECT ${columns} FROM module WHERE trace = ? AND process = ? ORDER BY number`);
    this.#system = prepared(`SELECT number FROM process WHERE trace = ? AND pid = ${systemPid} ORDER BY number`);
  }

  modules(trace: number, of: ProcessIndex | null): TraceModule[] {
    const rows = of === null ? this.#all.all(trace) : this.#ofProcess.all(trace, of);
    return (rows as unknown[][]).map(moduleOf);
  }

  frames(trace: number, stack: RecordedStack, owner: StackOwner): StoredStackFrame[] {
    const user = this.modules(trace, owner.process as ProcessIndex);
    const system = (this.#system.all(trace) as unknown[][]).flatMap(([number]) => this.modules(trace, Number(number) as ProcessIndex));
    return Array.from(stack.frames, (address, at) => {
      const kernel = address > owner.highest;
      const module = moduleAt(kernel ? system : user, address, owner.time);
      return {
        address, kernel, module: module?.path ?? null, offset: module === undefined ? null : Number(address - module.base), location: stack.locations?.[at] ?? null,
      };
    });
  }
}

/** The module at an address: the one loaded last before `time` where several are; one loaded later is better than none. */
function moduleAt(modules: readonly TraceModule[], address: bigint, time: bigint): TraceModule | undefined {
  let best: TraceModule | undefined;
  for (const module of modules) {
    if (address < module.base || address >= module.base + BigInt(module.size)) continue;
    if (best === undefined || isBetter(module.loadTime ?? 0n, best.loadTime ?? 0n, time)) best = module;
  }
  return best;
}

function isBetter(loaded: bigint, best: bigint, time: bigint): boolean {
  if (loaded > time !== best > time) return loaded <= time;
  return loaded <= time ? loaded >= best : loaded < best;
}

function moduleOf(row: readonly unknown[]): TraceModule {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    process: Number(row[0]) as ProcessIndex,
    base: BigInt.asUintN(64, typeof row[1] === 'bigint' ? row[1] : 0n),
    size: Number(row[2]),
    path: String(row[3]),
    loadTime: typeof row[4] === 'bigint' ? (row[4] as TraceTime) : null,
    version: text(row[5]),
    company: text(row[6]),
    description: text(row[7]),
  };
}
