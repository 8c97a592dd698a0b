/** What an expression of the debugger may call because it changes nothing, by name. */

/** Methods, whatever they are called on: of texts, arrays, maps, numbers and kernel buffers. */
export const lookingMethods: ReadonlySet<string> = new Set([
  'at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'entries', 'every', 'filter', 'find', 'findIndex', 'findLast', 'flat', 'flatMap', 'forEach', 'get', 'has', 'includes', 'indexOf', 'join', 'keys', 'lastIndexOf', 'map',
  'padEnd', 'padStart', 'reduce', 'repeat', 'slice', 'some', 'split', 'startsWith', 'substring', 'toFixed', 'toLowerCase', 'toString', 'toUpperCase', 'trim', 'values', 'isKnown', 'u8', 'u16', 'u32', 'u64', 'wstr',
  'bytes', 'pointer', 'toReversed',
]);
/** They call what they are given: it has to stand there. */
export const callingMethods: ReadonlySet<string> = new Set(['every', 'filter', 'find', 'findIndex', 'findLast', 'flatMap', 'forEach', 'map', 'reduce', 'some']);
export const lookingFunctions: ReadonlySet<string> = new Set([
  'String', 'Number', 'BigInt', 'Boolean', 'NT_SUCCESS', 'NT_ERROR', 'NT_WARNING', 'NT_INFORMATION', 'FlagOn', 'BooleanFlagOn', 'FIELD_OFFSET', 'sizeof', 'view', 'FLT_IS_IRP_OPERATION', 'FLT_IS_FASTIO_OPERATION', 'FLT_IS_FS_FILTER_OPERATION',
  'IoGetTopLevelIrp', 'PsGetCurrentProcess', 'KeGetCurrentIrql',
]);
export const lookingObjects: ReadonlySet<string> = new Set(['Math', 'Object', 'Array', 'JSON', 'Number', 'String', 'BigInt']);
const changingMembers = new Set(['Math.random', 'Object.assign', 'Object.defineProperty', 'Object.defineProperties', 'Object.setPrototypeOf', 'Object.freeze', 'Object.seal', 'Object.preventExtensions']);

/** `Math.max`, `Object.keys` */
export const isLookingMember = (object: string, member: string): boolean => lookingObjects.has(object) && !changingMembers.has(`${object}.${member}`);
