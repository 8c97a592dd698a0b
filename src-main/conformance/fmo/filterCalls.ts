/** Calls of a filter's own code: routines by their WDK names, and the helpers of rules 15 and 16. */
import { UNICODE_STRING, type FLT_CALLBACK_DATA, type Irql } from '../../engine/index.ts';
import {
  FLTFL_CALLBACK_DATA_FAST_IO_OPERATION, FLT_PREOP_COMPLETE, FLT_PREOP_DISALLOW_FASTIO, IRP_MJ_CREATE, STATUS_REPARSE,
} from '../../nt/values.generated.ts';
import { MDL } from '../../driver-api/kbuffer.ts';
import { makeBuffer } from './buffers.ts';
import { Binding, type Parameter } from './callForm.ts';
import { NotationError } from './lineReader.ts';
import { returned, type Outcome } from './outcome.ts';
import { Arguments, createForm, requestForm, type RequestForm } from './requests.ts';
import { routineForms } from './routineForms.ts';
import { isGenerator, type Running, type ScriptedFilter } from './scriptedFilter.ts';
import type { Call, Value } from './vector.ts';
import { accessOf, dispositionOf, majorNamed, needFlags, shareOf } from './words.ts';
import { memberOf, plain, type Scope, type World } from './world.ts';

type Helper = (world: World, filter: ScriptedFilter, args: Arguments, scope: Scope) => Outcome;

/** Callback data by `O`, by the name of an operation, or by a variable. */
function dataOf(world: World, value: Value, scope: Scope): FLT_CALLBACK_DATA {
  const pending = value.kind === 'word' ? world.pending.named(value.value) : undefined;
  const found = pending?.operation?.data ?? world.evaluate(value, scope);
  if (typeof found !== 'object' || found === null || !('Iopb' in found)) throw new NotationError(null, `“${value.text}” is no operation.`);
  return found as FLT_CALLBACK_DATA;
}

function fillForm(world: World, args: Arguments): RequestForm {
  const majorValue = args.take('major');
  const major = majorNamed(majorValue.value as string);
  if (major !== IRP_MJ_CREATE) {
    // Data transfers may give offset and length by position, as `usr.read` does.
    return requestForm(major, args, world);
  }
  args.maybe();
  const access = args.key('access');
  const share = args.key('share');
  const disp = args.key('disp');
  return createForm({
    access: access === null ? 1 : accessOf(access), share: share === null ? 7 : shareOf(share), disposition: disp === null ? 1 : dispositionOf(disp), options: args.number(['opts'], 0), attributes: 0x80,
  });
}

const helpers: Readonly<Record<string, Helper>> = {
  SetIrql: (_world, filter, args) => {
    filter.seat.irql = needFlags(args.take('level'), 'interrupt level') as Irql;
    return returned(undefined);
  },
  SetTopLevelIrp: (world, filter, args) => {
    const value = args.take('value');
    filter.seat.topLevelIrp = value.text === 'NULL' || value.value === 0 ? null : (world.lookUp(value.text, { filter: filter.name, data: null }) ?? value.value);
    world.engine.setTopLevelIrp(world.threadOfFilter(filter.name), filter.seat.topLevelIrp);
    return returned(undefined);
  },
  SetIoStatus: (world, _filter, args, scope) => {
    const data = dataOf(world, args.take('operation'), scope);
    data.IoStatus.Status = needFlags(args.take('status'), 'status');
    data.IoStatus.Information = needFlags(args.maybe() ?? { kind: 'number', value: 0, text: '0' }, 'information');
    return returned(undefined);
  },
  // Some of our own: rule 16 has no way to read or write a field or a byte, nor to get or free memory, which is no routine of the Filter Manager.
  get: (world, filter, args, scope) => {
    const target = args.take('object');
    const path = String(args.take('path').value).split('.');
    return returned(undefined, [memberOf(world.evaluate(target, { ...scope, filter: filter.name }), path)]);
  },
  peek: (world, filter, args, scope) => {
    const buffer = world.evaluate(args.take('buffer'), { ...scope, filter: filter.name }) as { u8(offset: number): number };
    const offset = needFlags(args.take('offset'), 'offset');
    const guarded = args.truth('guard');
    try {
      return returned(undefined, [buffer.u8(offset)]);
    } catch (error) {
      if (!guarded) throw error;
      return returned(undefined, [null]);
    }
  },
  allocate: (_world, _filter, args) => {
    const buffer = makeBuffer('nonpaged', needFlags(args.take('length'), 'length'));
    return returned(undefined, [buffer, new MDL(0, buffer)]);
  },
  set: (world, filter, args, scope) => {
    const target = args.take('object');
    const path = String(args.take('path').value).split('.');
    const value = args.take('value');
    const object = memberOf(world.pending.named(target.text)?.operation?.data ?? world.evaluate(target, scope), path.slice(0, -1));
    if (typeof object !== 'object' || object === null) throw new NotationError(null, `“${target.text}.${path.join('.')}” is no field.`);
    (object as Record<string, unknown>)[path.at(-1) ?? ''] = plain(world.evaluate(value, { ...scope, filter: filter.name }));
    return returned(undefined);
  },
  IoFreeMdl: (world, _filter, args, scope) => {
    world.engine.mayFree(plain(world.evaluate(args.take('mdl'), scope)));
    return returned(undefined);
  },
  redirectOnce: (world, _filter, args, scope) => {
    const data = dataOf(world, args.take('operation'), scope);
    const from = String(args.take('from').value);
    const to = String(args.take('to').value);
    const fileObject = data.Iopb.TargetFileObject;
    if (fileObject === null || fileObject.FileName.Buffer !== from) return returned(undefined);
    const replace = world.engine.routines['IoReplaceFileObjectName'];
    if (replace === undefined) fileObject.FileName = new UNICODE_STRING(to);
    else replace(fileObject, to, 2 * to.length);
    data.IoStatus.Status = STATUS_REPARSE;
    data.IoStatus.Information = 0;
    return returned(undefined, [], FLT_PREOP_COMPLETE);
  },
  disallowIfFast: (world, _filter, args, scope) => {
    const data = dataOf(world, args.take('operation'), scope);
    return returned(undefined, [], (data.Flags & FLTFL_CALLBACK_DATA_FAST_IO_OPERATION) === 0 ? undefined : FLT_PREOP_DISALLOW_FASTIO);
  },
  fill: (world, _filter, args, scope) => {
    const data = dataOf(world, args.take('data'), scope);
    const made = fillForm(world, args);
    data.Iopb.MajorFunction = made.major;
    data.Iopb.MinorFunction = made.minor;
    data.Iopb.IrpFlags = args.number(['flags'], 0);
    let view = data.Iopb.Parameters as unknown as Record<string, unknown>;
    for (const part of made.member?.split('.') ?? []) view = view[part] as Record<string, unknown>;
    if (made.member !== null) for (const [name, value] of Object.entries(made.values)) view[name] = value;
    return returned(undefined);
  },
};

/** `A.FltRegisterFilter(Version=0x0300)`: members of the registration record by their names. */
function overridesOf(call: Call): Record<string, unknown> {
  return Object.fromEntries(call.args.filter(({ key }) => key !== 'op').map(({ key, value }) => {
    if (key === null) throw new NotationError(null, 'FltRegisterFilter takes members of the registration record by name.');
    return [key, value.text === 'NULL' ? null : value.kind === 'number' ? value.value : needFlags(value, 'value')];
  }));
}

/** Without a form of its own a routine gets its arguments as they stand. */
const asWritten = (count: number): Parameter[] => Array.from({ length: count }, () => (binding) => {
  const value = binding.nextPositional();
  return value === null ? null : plain(binding.evaluate(value));
});

/** Asked anew: the call in between may have set it. */
const refusedNow = ({ journal }: World): string | null => journal.refused;

/** Performs a call of a filter. Runs inside one of its routines. */
export function* filterCall(world: World, filter: ScriptedFilter, call: Call, names: readonly string[], scope: Scope): Running<Outcome> {
  const helper = helpers[call.routine];
  if (helper !== undefined) {
    const args = new Arguments(call.args);
    const outcome = helper(world, filter, args, scope);
    args.finish(call.routine);
    return outcome;
  }
  if (call.routine === 'FltRegisterFilter') {
    world.journal.refused = null;
    const status = yield* filter.register(overridesOf(call));
    if (refusedNow(world) === call.routine) return { kind: 'refused', results: [null], value: status };
    return returned(status, [filter.seat.handle.value]);
  }
  const routine = world.engine.routines[call.routine];
  if (routine === undefined) throw new NotationError(null, `${call.routine}: routine not provided.`);
  const binding = new Binding({ world, scope, filter: filter.seat, call, callback: filter.callback });
  const form = routineForms[call.routine] ?? [...asWritten(binding.left), ...names.map((): Parameter => (one) => one.out())];
  const args = form.map((parameter) => parameter(binding));
  binding.finish();
  world.journal.refused = null;
  const result = routine(...args);
  const value = isGenerator(result) ? yield* result : result;
  const results = binding.results.map((read) => read());
  const last: Record<string, unknown> = {};
  for (const finish of binding.afterwards) finish(last);
  world.last = last;
  if (refusedNow(world) === call.routine) return { kind: 'refused', results, value };
  return { kind: 'returned', value, results: results.length === 0 && names.length > 0 ? [value] : results };
}

