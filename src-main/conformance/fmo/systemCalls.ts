/** What the system and an administrator's tools do beside I/O (rule 15). */
import { compareAltitudes, type Filter } from '../../engine/index.ts';
import { STATUS_FLT_FILTER_NOT_FOUND, STATUS_FLT_VOLUME_NOT_FOUND, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { NotationError } from './lineReader.ts';
import { returned, settled, type Outcome } from './outcome.ts';
import { Arguments } from './requests.ts';
import type { VectorSystem } from './system.ts';
import type { Call, Value } from './vector.ts';
import { needFlags } from './words.ts';

type SystemCall = (system: VectorSystem, args: Arguments) => Outcome;

/** A host call of the engine: it has ended, or it tells when it does. */
interface Waiting<T> {
  readonly ended: boolean;
  readonly result: T | null;
  onEnd: ((result: T) => void) | null;
}

/** The outcome of a call that may take its time; `atEnd` runs when it is over. */
function hostCall<T>(system: VectorSystem, args: Arguments, call: Waiting<T>, atEnd: (result: T) => unknown): Outcome {
  const pending = system.world.pending.begin(args.key('op')?.text ?? null);
  const finish = (result: T): void => system.world.pending.end(pending, atEnd(result), {});
  if (call.ended && call.result !== null) finish(call.result);
  else call.onEnd = finish;
  return settled({ kind: 'waiting', pending, results: () => [] });
}

const statusCall = (system: VectorSystem, args: Arguments, call: Waiting<number>): Outcome => hostCall(system, args, call, (status) => status);

const attaching = <T extends { readonly status: number }>(system: VectorSystem, args: Arguments, call: Waiting<T>): Outcome => hostCall(system, args, call, ({ status }) => status);

const nameOrNull = (value: Value | null): string | null => (value === null || value.text === 'NULL' ? null : String(value.value));

const filterNamed = (system: VectorSystem, args: Arguments): Filter | undefined => system.engine.filterByName(args.take('filter').text);

const ticksPerMillisecond = 10_000n;

const load: SystemCall = (system, args) => statusCall(system, args, system.engine.loadFilter(args.take('filter').text));
const unload: SystemCall = (system, args) => statusCall(system, args, system.engine.unloadFilter(args.take('filter').text));
const stop: SystemCall = (system, args) => statusCall(system, args, system.engine.unloadFilter(args.take('filter').text, { mandatory: true }));

const attach: SystemCall = (system, args) => {
  const filter = filterNamed(system, args);
  const volume = system.world.mounted(args.take('volume').text);
  const name = nameOrNull(args.maybe());
  return filter === undefined ? returned(STATUS_FLT_FILTER_NOT_FOUND) : attaching(system, args, system.engine.attachVolume(filter, volume, name));
};

const attachAtAltitude: SystemCall = (system, args) => {
  const filter = filterNamed(system, args);
  const volume = system.world.mounted(args.take('volume').text);
  const altitude = String(args.take('altitude').value);
  const name = nameOrNull(args.maybe());
  return filter === undefined ? returned(STATUS_FLT_FILTER_NOT_FOUND) : attaching(system, args, system.engine.attachVolumeAtAltitude(filter, volume, altitude, name));
};

const detach: SystemCall = (system, args) => {
  const filter = filterNamed(system, args);
  const volume = system.world.mounted(args.take('volume').text);
  const name = nameOrNull(args.maybe());
  return filter === undefined ? returned(STATUS_FLT_FILTER_NOT_FOUND) : statusCall(system, args, system.engine.detachVolume(filter, volume, name));
};

/** The file system mounts the volume; one that is gone comes back as a new object (VOL-052). */
const mount: SystemCall = (system, args) => {
  system.mount(args.take('volume').text);
  return returned(STATUS_SUCCESS);
};

const dismount: SystemCall = (system, args) => {
  const name = args.take('volume').text;
  const { volume } = system.world.volume(name);
  if (volume === null) return returned(STATUS_FLT_VOLUME_NOT_FOUND);
  const model = system.model(name);
  // VOL-050: the file system stops accepting creates first.
  model.state = 'dismounting';
  return hostCall(system, args, system.engine.dismountVolume(volume), (status) => {
    model.state = 'gone';
    return status;
  });
};

const calls: Readonly<Record<string, SystemCall>> = {
  load,
  FilterLoad: load,
  FilterUnload: unload,
  unload,
  servicestop: stop,
  attach,
  FilterAttach: attach,
  attachAtAltitude,
  FilterAttachAtAltitude: attachAtAltitude,
  detach,
  FilterDetach: detach,
  mount,
  dismount,
  altitudeCompare: (_system, args) => returned(Math.sign(compareAltitudes(String(args.take('altitude').value), String(args.take('altitude').value)))),
  /** Parses a text as FltParseFileNameInformation parses the name of a record. */
  parseName: (system, args) => system.parseName(String(args.take('name').value)),
  advance: (system, args) => {
    const milliseconds = needFlags(args.take('milliseconds'), 'number');
    system.engine.advanceTo(system.engine.time + BigInt(milliseconds) * ticksPerMillisecond);
    return returned(undefined);
  },
  /** A transaction gets its name; `commit=` and `rollback` end it. */
  beginTransaction: (system) => returned(STATUS_SUCCESS, [system.engine.beginTransaction()]),
  commit: (system, args) => returned(system.engine.commitTransaction(system.world.evaluate(args.take('transaction')) as never)),
  rollback: (system, args) => returned(system.engine.rollBackTransaction(system.world.evaluate(args.take('transaction')) as never)),
  /** Runs the next work item, where a vector wants to see it by itself. */
  work: (system) => returned(system.engine.runNextWorkItem() ? STATUS_SUCCESS : undefined),
  end: (system, args) => {
    args.key('report');
    system.engine.finish();
    system.engine.reportLeaks();
    return returned(undefined);
  },
};

export function systemCall(system: VectorSystem, call: Call): Outcome {
  const perform = calls[call.routine];
  if (perform === undefined) throw new NotationError(null, `the system has no call ${call.routine}.`);
  const args = new Arguments(call.args);
  const outcome = perform(system, args);
  args.finish(`sys.${call.routine}`);
  return outcome;
}
