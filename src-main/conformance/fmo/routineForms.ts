/**
 * The parameters of every routine a vector may call, in the order of the WDK.
 *
 * Sources: filter-manager-objects.md, sections 1 to 9 (which routines), the DDI pages they cite (parameter order). What a vector
 * leaves out gets the value a careful driver would pass.
 */
import { FLT_RELATED_OBJECTS, instanceOf, LARGE_INTEGER, operationOf, UNICODE_STRING, type FILE_OBJECT, type FLT_CALLBACK_DATA, type Ref } from '../../engine/index.ts';
import { assertExists } from '../../base/assert.ts';
import { makeBuffer, textBuffer, textOfBuffer } from './buffers.ts';
import { computed, constant, filter, ignoredOut, input, lastOut, object, old, option, out, raw, text, type Binding, type Parameter } from './callForm.ts';
import { informationBuffer, informationLength, type Keys } from './information.ts';
import { NotationError } from './lineReader.ts';
import { plain } from './world.ts';
import type { KBUFFER } from '../../driver-api/kbuffer.ts';
import type { Value } from './vector.ts';
import { accessOf, dispositionOf, isTrue, majorNamed, needFlags, shareOf } from './words.ts';

const number = (value: Value): number => needFlags(value, 'number');
const numberOr = (keys: readonly string[], otherwise: number): Parameter => input(keys, number, () => otherwise);
const optionNumber = (keys: readonly string[], otherwise: number): Parameter => option(keys, number, () => otherwise);
const nothing = (): null => null;

const instance = input(['instance', 'inst'], object);
const instanceOrNull = input(['instance', 'inst'], object, nothing);
const volume = input(['volume', 'vol'], object);
const fileObject = input(['fileObject', 'fo', 'file'], object);
const context = input(['context', 'ctx'], object);
const name = input(['name'], text, nothing);
const setOperation = input(['operation'], number);

/** `O`, the name of an operation or of a callback data record. */
const data = input(['data'], (value, binding) => {
  const found = binding.evaluate(value);
  const pending = value.kind === 'word' ? binding.world.pending.named(value.value) : undefined;
  return found ?? pending?.operation?.data ?? null;
});

const currentInstance = computed(({ site, world }) => world.engine.activation?.instance?.handle ?? site.filter.handle.value);

/** FLT_RELATED_OBJECTS of an instance and a file object. */
const relatedObjects: Parameter = (binding) => {
  const handle = instance(binding);
  const file = fileObject(binding) as FILE_OBJECT | null;
  const found = instanceOf(handle);
  return new FLT_RELATED_OBJECTS(assertExists(binding.site.filter.handle.value), found?.volume.handle ?? null, (handle ?? null) as never, file);
};

const contextSet = (): Record<string, unknown> => ({ VolumeContext: null, InstanceContext: null, FileContext: null, StreamContext: null, StreamHandleContext: null, TransactionContext: null });

const relatedContexts = (extended: boolean): Parameter => (binding) => {
  const set = extended ? { ...contextSet(), SectionContext: null } : contextSet();
  binding.results.push(() => set);
  return set;
};

// -- objects and buffers of I/O

function objectAttributes(path: Value, attributes: number, root: unknown = null): Record<string, unknown> {
  return { Length: 48, RootDirectory: root, ObjectName: new UNICODE_STRING(path.kind === 'string' ? path.value : path.text), Attributes: attributes, SecurityDescriptor: null, SecurityQualityOfService: null };
}

const openAttributes: Parameter = (binding) => {
  const path = binding.keyed(['path']) ?? binding.nextPositional();
  if (path?.kind !== 'string') throw new NotationError(null, `${binding.site.call.routine}: the path is missing.`);
  const root = binding.keyed(['root']);
  const named = root === null ? binding.world.fullPath(path.value) : path.value;
  const wanted = binding.keyed(['attributes']);
  return objectAttributes({ kind: 'string', value: named, text: named }, wanted === null ? 0x240 : number(wanted), root === null ? null : binding.evaluate(root));
};

const ioStatus: Parameter = (binding) => {
  const block = { Status: 0, Information: 0 };
  binding.afterwards.push((last) => {
    last['info'] ??= Number(block.Information);
  });
  return block;
};

const create = (outs: readonly Parameter[], tail: readonly Parameter[]): readonly Parameter[] => [
  filter, instanceOrNull, ...outs, option(['access'], accessOf, () => 0x1), openAttributes, ioStatus, option(['allocation'], (value) => new LARGE_INTEGER(BigInt(number(value)))),
  option(['fileattributes'], number, () => 0x80), option(['share'], shareOf, () => 7), option(['disp'], dispositionOf, () => 1), optionNumber(['opts'], 0), constant(null), constant(0),
  optionNumber(['flags'], 0), ...tail,
];

/** Creates take their arguments in another order than vectors write them: instance, then path. */
const byteOffset = input(['offset', 'byteOffset'], (value) => (value.text === 'NULL' ? null : new LARGE_INTEGER(BigInt(number(value)))), nothing);

const transferLength = input(['length'], (value, binding) => {
  binding.shared.set('length', number(value));
  return number(value);
}, (binding) => {
  binding.shared.set('length', 512);
  return 512;
});

const transferBuffer: Parameter = (binding) => makeBuffer('nonpaged', Number(binding.shared.get('length') ?? 512));

/** With `callback=` the request is asynchronous and ends in the filter's `io` callback. */
const completionRoutine = option(['callback', 'async', 'io'], (value, { site }) => (value.text === 'NULL' || value.text === 'FALSE' ? null : site.callback('io')));

const transfer = (ex: boolean): readonly Parameter[] => [
  instance, fileObject, byteOffset, transferLength, transferBuffer, optionNumber(['flags'], 0), lastOut('info'), completionRoutine, option(['context', 'cookie'], raw),
  ...(ex ? [optionNumber(['lockKey'], 0), constant(null)] : []),
];

const keysOf = (binding: Binding): Keys => (...keys) => binding.keyed(keys);

/** FileInformation, Length and FileInformationClass come from one class name. */
const informationClass = input(['class'], (value, binding) => {
  binding.shared.set('class', value.value);
  return number(value);
});

/** The class stands before what depends on it in the vector, and behind it in the routine. */
function withClass(order: readonly ('buffer' | 'length' | 'class')[], setting: boolean): Parameter[] {
  const settle = (binding: Binding): { buffer: KBUFFER; length: number; value: unknown } => {
    const known = binding.shared.get('information') as { buffer: KBUFFER; length: number; value: unknown } | undefined;
    if (known !== undefined) return known;
    const value = informationClass(binding);
    const className = String(binding.shared.get('class'));
    const wanted = binding.keyed(['length']);
    const buffer = setting ? informationBuffer(className, keysOf(binding), binding.world) : makeBuffer('nonpaged', wanted === null ? informationLength(className) : number(wanted));
    const made = { buffer, length: buffer.length, value };
    binding.shared.set('information', made);
    return made;
  };
  return order.map((part): Parameter => (binding) => (part === 'buffer' ? settle(binding).buffer : part === 'length' ? settle(binding).length : settle(binding).value));
}

const inputBuffer: Parameter = (binding) => {
  const given = binding.keyed(['in', 'input']);
  if (given === null || given.text === 'NULL') return null;
  return given.kind === 'string' ? textBuffer('nonpaged', given.value) : makeBuffer('nonpaged', number(given));
};

const lengthOf = (buffer: unknown): number => (buffer === null ? 0 : (buffer as KBUFFER).length);

const controlParameters: readonly Parameter[] = [
  instance, fileObject, input(['code'], number),
  (binding) => {
    const buffer = inputBuffer(binding);
    binding.shared.set('in', buffer);
    return buffer;
  },
  (binding) => lengthOf(binding.shared.get('in')),
  (binding) => {
    const size = binding.keyed(['out', 'output']);
    const buffer = size === null || number(size) === 0 ? null : makeBuffer('nonpaged', number(size));
    binding.shared.set('out', buffer);
    return buffer;
  },
  (binding) => lengthOf(binding.shared.get('out')), lastOut('info'),
];

// -- ports

const portAttributes: Parameter = (binding) => {
  const path = binding.keyed(['name']) ?? binding.nextPositional();
  if (path === null) throw new NotationError(null, 'FltCreateCommunicationPort: the name of the port is missing.');
  const attributes = binding.keyed(['attributes']);
  return { ...objectAttributes(path, attributes === null ? 0x240 : number(attributes)), SecurityDescriptor: binding.world.last['securityDescriptor'] ?? null };
};

const portCallback = (event: string): Parameter => option([event], (value, { site }) => (value.text === 'NULL' || value.text === 'no' ? null : site.callback(event)), ({ site }) => site.callback(event));

/** Address of the filter's variable with the client port; a program's connection stands for it. */
const clientPort = input(['port', 'client'], (value, binding): Ref<unknown> => {
  const found = binding.evaluate(value);
  if (typeof found === 'object' && found !== null && 'clientPort' in found) return found.clientPort as Ref<unknown>;
  return { value: found };
});

const replyBuffer = input(['reply'], (value, binding) => {
  const buffer = value.text === 'NULL' ? null : makeBuffer('nonpaged', number(value));
  const length: Ref<unknown> | null = buffer === null ? null : { value: buffer.length };
  binding.shared.set('replyLength', length);
  if (buffer !== null && length !== null) {
    binding.afterwards.push((last) => {
      last['length'] = Number(length.value);
      last['reply'] = textOfBuffer(buffer, Number(length.value));
    });
  }
  return buffer;
}, nothing);

const message: Parameter = input(['message'], (value, binding) => {
  const buffer = value.kind === 'string' ? textBuffer('nonpaged', value.value) : makeBuffer('nonpaged', number(value));
  binding.shared.set('message', buffer);
  return buffer;
});

const timeout = input(['timeout'], (value) => (value.text === 'NULL' ? null : new LARGE_INTEGER(BigInt(number(value)))), nothing);

// -- lists

/** A caller's array: its entries are the named results; a list that is too small gives the needed number. */
const list = (parts: readonly ('list' | 'size' | 'count')[]): Parameter[] => {
  const array: Parameter = (binding) => {
    const size = binding.keyed(['size', 'max']) ?? binding.nextPositional((value) => value.kind === 'number');
    const room = size === null ? 16 : number(size);
    const entries: unknown[] = new Array<unknown>(room).fill(null);
    const count: Ref<unknown> = { value: 0 };
    binding.shared.set('list', { room, count });
    binding.results.push(...Array.from({ length: 16 }, (_, at) => () => (room === 0 || Number(count.value) > room ? count.value : (entries[at] ?? null))));
    binding.afterwards.push((last) => {
      last['count'] = Number(count.value);
    });
    return room === 0 ? null : entries;
  };
  const shared = (binding: Binding): { room: number; count: Ref<unknown> } => binding.shared.get('list') as { room: number; count: Ref<unknown> };
  return parts.map((part): Parameter => (part === 'list' ? array : (binding) => (part === 'size' ? shared(binding).room : shared(binding).count)));
};

const text255: Parameter = (binding) => {
  const size = binding.keyed(['size', 'length']);
  if (size?.text === 'NULL') return null;
  const string = new UNICODE_STRING('', size === null ? 512 : number(size));
  binding.results.push(() => string);
  return string;
};

const propertiesBuffer: Parameter = (binding) => {
  const properties: Record<string, unknown> = {};
  binding.results.push(() => properties);
  return properties;
};

// -- routines that hold operations

const oplock = input(['oplock'], raw);
const waitRoutine = option(['wait'], (value, { site }) => (value.text === 'NULL' ? null : site.callback('wait')));
const oplockCheck = (flags: boolean): readonly Parameter[] => [oplock, data, ...(flags ? [numberOr(['flags'], 0)] : []), option(['context', 'cookie'], raw), waitRoutine, constant(null)];
const workRoutine: Parameter = ({ site }) => site.callback('work');
const queueType = numberOr(['queue'], 1);

/** Root directory and target text of the rename or link that an operation asks for. */
function destinationOf(of: FLT_CALLBACK_DATA): { root: unknown; target: string } {
  const view = of.Iopb.Parameters as unknown as Record<string, Record<string, unknown>>;
  const buffer = view['SetFileInformation']?.['InfoBuffer'] as KBUFFER;
  const length = buffer.u32(16);
  return { root: buffer.u64(8) === 0n ? null : buffer.pointer(8), target: buffer.wstr(20, length) };
}

/** `(O, options)`: file object, root and target from the operation; or the whole list. */
const destination: readonly Parameter[] = [
  (binding) => {
    const first = binding.keyed(['data', 'instance']) ?? binding.nextPositional();
    const found = first === null ? null : binding.evaluate(first);
    const of = found !== null && typeof found === 'object' && 'Iopb' in found ? (found as FLT_CALLBACK_DATA) : null;
    binding.shared.set('data', of);
    return of === null ? found : (operationOf(of) === null ? of.Iopb.TargetInstance : currentInstance(binding));
  },
  (binding) => (binding.shared.get('data') as FLT_CALLBACK_DATA | null)?.Iopb.TargetFileObject ?? fileObject(binding),
  (binding) => {
    const of = binding.shared.get('data') as FLT_CALLBACK_DATA | null;
    const { root, target } = of === null ? { root: input(['root'], object, nothing)(binding), target: String(plain(input(['target'], raw)(binding))) } : destinationOf(of);
    binding.shared.set('target', target);
    return root;
  },
  (binding) => binding.shared.get('target'),
  (binding) => String(binding.shared.get('target')).length * 2,
  input(['options'], number), out,
];

const streamContext = (get: boolean): readonly Parameter[] => (get ? [instance, fileObject, out] : [instance, fileObject, setOperation, context, old]);
const enlistment: readonly Parameter[] = [instance, input(['transaction'], object), input(['context'], object, nothing)];
const ecpType = input(['type'], (value) => value.value);
const ecpList = input(['list'], object);

/** The callbacks of a cancel-safe queue: entries in order, no lock of its own, a cancelled operation ends as such. */
const queueEntries = (binding: Binding): FLT_CALLBACK_DATA[] => {
  const known = binding.shared.get('entries') as FLT_CALLBACK_DATA[] | undefined;
  if (known !== undefined) return known;
  const entries: FLT_CALLBACK_DATA[] = [];
  binding.shared.set('entries', entries);
  return entries;
};

const firstInFirstOut: readonly Parameter[] = [
  (binding) => (_queue: unknown, entry: FLT_CALLBACK_DATA) => {
    queueEntries(binding).push(entry);
    return 0;
  },
  (binding) => (_queue: unknown, entry: FLT_CALLBACK_DATA) => {
    queueEntries(binding).splice(queueEntries(binding).indexOf(entry), 1);
  },
  (binding) => (_queue: unknown, after: FLT_CALLBACK_DATA | null) => queueEntries(binding)[after === null ? 0 : queueEntries(binding).indexOf(after) + 1] ?? null,
  constant(() => undefined),
  constant(() => undefined),
  ({ site }) => site.callback('cancel'),
];

/** WDK name to parameters. */
export const routineForms: Readonly<Record<string, readonly Parameter[]>> = {
  // life cycle; FltRegisterFilter is called by the scripted filter itself
  FltStartFiltering: [filter],
  FltUnregisterFilter: [filter],
  FltLoadFilter: [input(['name'], text)],
  FltUnloadFilter: [input(['name'], text)],
  FltAttachVolume: [filter, volume, name, out],
  FltAttachVolumeAtAltitude: [filter, volume, input(['altitude'], text), name, out],
  FltDetachVolume: [filter, volume, name],
  FltCompareInstanceAltitudes: [instance, instance],
  FltObjectReference: [input(['object'], object)],
  FltObjectDereference: [input(['object'], object)],

  // looking things up
  FltEnumerateInstances: [input(['volume'], object, nothing), input(['filter'], object, nothing), ...list(['list', 'size', 'count'])],
  FltEnumerateVolumes: [filter, ...list(['list', 'size', 'count'])],
  FltEnumerateFilters: list(['list', 'size', 'count']),
  FltGetUpperInstance: [instance, out],
  FltGetLowerInstance: [instance, out],
  FltGetTopInstance: [volume, out],
  FltGetBottomInstance: [volume, out],
  FltGetVolumeInstanceFromName: [filter, volume, name, out],
  FltGetVolumeFromName: [filter, input(['name'], (value, { world }) => new UNICODE_STRING(value.kind === 'word' && world.volumes.has(value.value) ? world.volume(value.value).device : value.value as string)), out],
  FltGetVolumeFromInstance: [instance, out],
  FltGetVolumeFromFileObject: [filter, fileObject, out],
  FltGetVolumeFromDeviceObject: [filter, input(['device'], object), out],
  FltGetFilterFromInstance: [instance, out],
  FltGetFilterFromName: [input(['name'], text), out],
  FltGetVolumeName: [volume, text255, lastOut('needed')],
  FltGetVolumeGuidName: [volume, text255, lastOut('needed')],
  FltGetVolumeProperties: [volume, propertiesBuffer, numberOr(['length'], 1024), lastOut('info')],
  FltGetVolumeInformation: [volume, numberOr(['class'], 0), propertiesBuffer, numberOr(['length'], 1024), lastOut('info')],
  FltGetInstanceInformation: [instance, numberOr(['class'], 0), propertiesBuffer, numberOr(['length'], 1024), lastOut('info')],
  FltGetFilterInformation: [filter, numberOr(['class'], 0), propertiesBuffer, numberOr(['length'], 1024), lastOut('info')],
  FltGetFileSystemType: [input(['object'], object), out],
  FltIsVolumeWritable: [input(['object'], object), out],
  FltIsVolumeSnapshot: [input(['object'], object), out],
  FltGetDiskDeviceObject: [volume, out],
  FltGetDeviceObject: [volume, out],

  // contexts
  FltAllocateContext: [filter, input(['type'], number), input(['size'], number), numberOr(['pool'], 1), out],
  FltSetVolumeContext: [volume, setOperation, context, old],
  FltSetInstanceContext: [instance, setOperation, context, old],
  FltSetFileContext: streamContext(false),
  FltSetStreamContext: streamContext(false),
  FltSetStreamHandleContext: streamContext(false),
  FltSetTransactionContext: [instance, input(['transaction'], object), setOperation, context, old],
  FltGetVolumeContext: [filter, volume, out],
  FltGetInstanceContext: [instance, out],
  FltGetFileContext: streamContext(true),
  FltGetStreamContext: streamContext(true),
  FltGetStreamHandleContext: streamContext(true),
  FltGetSectionContext: streamContext(true),
  FltGetTransactionContext: [instance, input(['transaction'], object), out],
  FltDeleteVolumeContext: [filter, volume, old],
  FltDeleteInstanceContext: [instance, old],
  FltDeleteFileContext: [instance, fileObject, old],
  FltDeleteStreamContext: [instance, fileObject, old],
  FltDeleteStreamHandleContext: [instance, fileObject, old],
  FltDeleteTransactionContext: [instance, input(['transaction'], object), old],
  FltDeleteContext: [context],
  FltReferenceContext: [context],
  FltReleaseContext: [context],
  FltGetContexts: [relatedObjects, input(['types'], number), relatedContexts(false)],
  FltGetContextsEx: [relatedObjects, input(['types'], number), optionNumber(['size'], 56), relatedContexts(true)],
  FltReleaseContexts: [input(['contexts'], object)],
  FltReleaseContextsEx: [optionNumber(['size'], 56), input(['contexts'], object)],
  FltSupportsStreamContexts: [fileObject],
  FltSupportsStreamHandleContexts: [fileObject],
  FltSupportsFileContexts: [fileObject],
  FltSupportsFileContextsEx: [fileObject, instanceOrNull],
  FltRegisterForDataScan: [instance],
  FltCreateSectionForDataScan: [
    instance, fileObject, context, option(['access'], accessOf, () => 4), constant(null), constant(null), optionNumber(['protection'], 2), optionNumber(['allocation'], 0x8000000),
    optionNumber(['flags'], 0), out, out, ignoredOut,
  ],
  FltCloseSectionForDataScan: [context],
  FltEnlistInTransaction: [...enlistment, numberOr(['mask'], 0x1e)],
  FltRollbackEnlistment: enlistment,
  FltCommitComplete: enlistment,
  FltPrepareComplete: enlistment,
  FltPrePrepareComplete: enlistment,
  FltRollbackComplete: enlistment,

  // names
  FltGetFileNameInformation: [data, input(['options'], number), out],
  FltGetFileNameInformationUnsafe: [fileObject, instanceOrNull, input(['options'], number), out],
  FltGetDestinationFileNameInformation: destination,
  FltGetTunneledName: [data, input(['name', 'info'], object), out],
  FltParseFileNameInformation: [input(['info', 'name'], object)],
  FltParseFileName: [input(['name'], text), out, out, out],
  FltReferenceFileNameInformation: [input(['info', 'name'], object)],
  FltReleaseFileNameInformation: [input(['info', 'name'], object)],
  FltPurgeFileNameInformationCache: [instance, input(['fileObject', 'fo'], object, nothing)],
  FltIsDirectory: [fileObject, instance, out],
  FltCheckAndGrowNameControl: [input(['control'], object), input(['size'], number)],

  // generated I/O
  FltCreateFile: create([out], []),
  FltCreateFileEx: create([out, out], []),
  FltCreateFileEx2: create([out, out], [option(['context', 'ecp'], object)]),
  FltOpenVolume: [instance, out, out],
  FltClose: [input(['handle'], raw)],
  FltReadFile: transfer(false),
  FltReadFileEx: transfer(true),
  FltWriteFile: transfer(false),
  FltWriteFileEx: transfer(true),
  FltQueryInformationFile: [instance, fileObject, ...withClass(['buffer', 'length', 'class'], false), lastOut('info')],
  FltSetInformationFile: [instance, fileObject, ...withClass(['buffer', 'length', 'class'], true)],
  FltQueryVolumeInformation: [instance, ioStatus, ...withClass(['buffer', 'length', 'class'], false)],
  FltSetVolumeInformation: [instance, ioStatus, ...withClass(['buffer', 'length', 'class'], true)],
  FltQueryVolumeInformationFile: [instance, fileObject, ...withClass(['buffer', 'length', 'class'], false), lastOut('info')],
  FltQueryDirectoryFile: [
    instance, fileObject, ...withClass(['buffer', 'length', 'class'], false), option(['single'], isTrue, () => false), option(['pattern', 'name'], text), option(['restart'], isTrue, () => false), lastOut('info'),
  ],
  FltQueryEaFile: [
    instance, fileObject, (binding) => makeBuffer('nonpaged', Number(numberOr(['length'], 1024)(binding))), constant(1024), option(['single'], isTrue, () => false), constant(null), constant(0),
    constant(null), option(['restart'], isTrue, () => true), lastOut('info'),
  ],
  FltSetEaFile: [instance, fileObject, () => makeBuffer('nonpaged', 64), numberOr(['length'], 64)],
  FltQuerySecurityObject: [instance, fileObject, numberOr(['information'], 1), () => makeBuffer('nonpaged', 1024), numberOr(['length'], 1024), lastOut('info')],
  FltSetSecurityObject: [instance, fileObject, numberOr(['information'], 4), () => makeBuffer('nonpaged', 64)],
  FltFsControlFile: controlParameters,
  FltDeviceIoControlFile: controlParameters,
  FltFlushBuffers: [instance, fileObject],
  FltFlushBuffers2: [instance, fileObject, numberOr(['type'], 0), option(['data'], raw)],
  FltTagFile: [instance, fileObject, input(['tag'], number), option(['guid'], (value) => value.value), () => makeBuffer('nonpaged', 16), numberOr(['length'], 16)],
  FltTagFileEx: [
    instance, fileObject, input(['tag'], number), option(['guid'], (value) => value.value), () => makeBuffer('nonpaged', 16), optionNumber(['length'], 16), numberOr(['existing'], 0),
    option(['existingguid'], (value) => value.value), optionNumber(['flags'], 0),
  ],
  FltUntagFile: [instance, fileObject, input(['tag'], number), option(['guid'], (value) => value.value)],
  FltAllocateCallbackData: [instance, input(['fileObject', 'fo'], object, nothing), out],
  FltAllocateCallbackDataEx: [instance, input(['fileObject', 'fo'], object, nothing), numberOr(['flags'], 0), out],
  FltFreeCallbackData: [data],
  FltReuseCallbackData: [data],
  FltPerformSynchronousIo: [data],
  FltPerformAsynchronousIo: [data, ({ site }) => site.callback('io'), option(['context', 'cookie'], raw)],
  FltCancelIo: [data],
  FltReissueSynchronousIo: [instance, data],
  FltCancelFileOpen: [instance, fileObject],
  FltDecodeParameters: [data, out, out, out, out],

  // extra create parameters
  FltGetEcpListFromCallbackData: [filter, data, out],
  FltSetEcpListIntoCallbackData: [filter, data, ecpList],
  FltAllocateExtraCreateParameterList: [filter, numberOr(['flags'], 0), out],
  FltFreeExtraCreateParameterList: [filter, ecpList],
  FltAllocateExtraCreateParameter: [filter, ecpType, numberOr(['size'], 8), optionNumber(['flags'], 0), constant(null), constant('ecpT'), out],
  FltFreeExtraCreateParameter: [filter, input(['ecp'], object)],
  FltInsertExtraCreateParameter: [filter, ecpList, input(['ecp'], object)],
  FltFindExtraCreateParameter: [filter, ecpList, ecpType, out, out],
  FltRemoveExtraCreateParameter: [filter, ecpList, ecpType, out, out],
  FltGetNextExtraCreateParameter: [filter, ecpList, input(['after'], object, nothing), ignoredOut, out, out],
  FltAcknowledgeEcp: [filter, input(['ecp'], object)],
  FltIsEcpAcknowledged: [filter, input(['ecp'], object)],
  FltIsEcpFromUserMode: [filter, input(['ecp'], object)],

  // ports
  FltBuildDefaultSecurityDescriptor: [out, numberOr(['access'], 0x1f0001)],
  FltFreeSecurityDescriptor: [input(['descriptor'], object)],
  FltCreateCommunicationPort: [filter, out, portAttributes, option(['cookie'], raw), portCallback('connect'), portCallback('disconnect'), portCallback('message'), numberOr(['max'], 1)],
  FltCloseCommunicationPort: [input(['port'], object)],
  FltCloseClientPort: [filter, clientPort],
  FltSendMessage: [filter, clientPort, message, (binding) => lengthOf(binding.shared.get('message')), replyBuffer, (binding) => binding.shared.get('replyLength') ?? null, timeout],

  // oplocks
  FltInitializeOplock: [oplock],
  FltUninitializeOplock: [oplock],
  FltOplockFsctrl: [oplock, data, numberOr(['count', 'openCount'], 1)],
  FltOplockFsctrlEx: [oplock, data, numberOr(['count', 'openCount'], 1), numberOr(['flags'], 0)],
  FltCheckOplock: oplockCheck(false),
  FltCheckOplockEx: oplockCheck(true),
  FltOplockBreakH: oplockCheck(true),
  FltOplockBreakToNone: oplockCheck(false),
  FltOplockBreakToNoneEx: oplockCheck(true),
  FltCurrentOplock: [oplock],
  FltCurrentOplockH: [oplock],
  FltCurrentBatchOplock: [oplock],
  FltOplockIsFastIoPossible: [oplock],
  FltOplockIsSharedRequest: [data],
  FltOplockKeysEqual: [fileObject, fileObject],

  // operations that a filter holds; callback data
  FltCompletePendedPreOperation: [data, input(['status'], number), input(['context'], raw, nothing)],
  FltCompletePendedPostOperation: [data],
  FltAllocateDeferredIoWorkItem: [],
  FltFreeDeferredIoWorkItem: [input(['item'], object)],
  FltQueueDeferredIoWorkItem: [input(['item'], object), data, workRoutine, queueType, option(['context', 'cookie'], raw)],
  FltAllocateGenericWorkItem: [],
  FltFreeGenericWorkItem: [input(['item'], object)],
  FltQueueGenericWorkItem: [input(['item'], object), input(['object'], object), workRoutine, queueType, option(['context', 'cookie'], raw)],
  FltDoCompletionProcessingWhenSafe: [
    data, ({ world }) => world.engine.activation?.fltObjects ?? null, ({ world }) => world.engine.activation?.completionContext ?? null, ({ world }) => world.engine.activation?.flags ?? 0,
    ({ site }) => site.callback('safe'), out,
  ],
  FltSetCancelCompletion: [data, ({ site }) => site.callback('cancel')],
  FltClearCancelCompletion: [data],
  FltIsIoCanceled: [data],
  FltIsOperationSynchronous: [data],
  FltSetCallbackDataDirty: [data],
  FltClearCallbackDataDirty: [data],
  FltIsCallbackDataDirty: [data],
  FltRequestOperationStatusCallback: [data, ({ site }) => site.callback('status'), option(['context', 'cookie'], raw)],
  FltLockUserBuffer: [data],
  FltGetSwappedBufferMdlAddress: [data],
  FltRetainSwappedBufferMdlAddress: [data],
  FltGetRequestorProcess: [data],
  FltGetRequestorProcessId: [data],
  FltGetIrpName: [input(['major'], (value) => (value.kind === 'number' ? value.value : majorNamed(value.value as string)))],
  FltCbdqInitialize: [instance, input(['queue'], object), ...firstInFirstOut],
  FltCbdqInsertIo: [input(['queue'], object), data, input(['context'], raw, nothing), constant(null)],
  FltCbdqRemoveIo: [input(['queue'], object), input(['context'], raw)],
  FltCbdqRemoveNextIo: [input(['queue'], object), input(['context'], raw, nothing)],
  FltCbdqDisable: [input(['queue'], object)],
  FltCbdqEnable: [input(['queue'], object)],

  // the object manager and the I/O manager
  ObReferenceObject: [input(['object', 'fo'], object)],
  ObDereferenceObject: [input(['object', 'fo'], object)],
  IoReplaceFileObjectName: [fileObject, input(['name'], (value, { world }) => world.fullPath(value.value as string)), (binding) => 2 * String(binding.shared.get('name') ?? '').length],
};
