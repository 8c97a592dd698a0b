/**
 * fltkernel.d.ts: what an editor knows of a driver's world.
 *
 * Made from the routine table and the constants of nt/, so that names, argument order, statuses and hover texts have one origin.
 * Compiles with `lib: ES2024`, strict, without the DOM.
 */
import { assertExists } from '../base/assert.ts';
import { blockingRoutines } from '../engine/index.ts';
import { ecpGuids, fltParameters, postopCallbackStatus, preopCallbackStatus } from '../nt/tables.generated.ts';
import type { FltParametersField, FltParametersRow } from '../nt/tableRows.ts';
import { driverConstants, type DriverConstant } from './constants.ts';
import { fixedDeclarations } from './fixedDeclarations.ts';
import { ioDeclarations } from './ioDeclarations.ts';
import type { RoutineParameter, RoutineRow } from './routineRow.ts';
import { objectTypes } from './objectTypes.ts';
import { routineTable } from './routineTable.ts';
import { blockingServiceRoutines, serviceConstants, serviceObjectDeclarations, serviceRows, sharedRoutines } from './service/serviceRows.ts';
import { structures } from './structures/index.ts';
import { scalarTypes } from './structures/memberTypes.ts';
import { membersText } from './structures/struct.ts';

const numbers = new Set(['ULONG', 'USHORT', 'UCHAR', 'LONG', 'ULONG_PTR', 'SIZE_T', 'ACCESS_MASK', 'FILE_INFORMATION_CLASS', 'FS_INFORMATION_CLASS', 'DIRECTORY_NOTIFY_INFORMATION_CLASS', 'SECURITY_INFORMATION']);

/** The TypeScript type of a parameter block's field. */
function fieldType(field: FltParametersField): string {
  if (numbers.has(field.type)) return 'number';
  if (field.type === 'BOOLEAN') return 'boolean | number';
  if (field.type === 'LARGE_INTEGER') return 'LARGE_INTEGER';
  if (field.role === 'buffer') return 'KBUFFER | null';
  if (field.type === 'PMDL') return 'PMDL | null';
  if (field.type === 'PFILE_OBJECT') return 'PFILE_OBJECT | null';
  if (field.type === 'PUNICODE_STRING') return 'UNICODE_STRING | null';
  return 'any';
}

const oneLine = (text: string): string => text.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim();

function comment(lines: readonly string[], indent: string): string {
  if (lines.length === 0) return '';
  if (lines.length === 1) return `${indent}/** ${oneLine(lines[0] ?? '')} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${oneLine(line)}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

function fieldLines(row: FltParametersRow, indent: string): string {
  return row.fields.map((field) => {
    const unit = field.role === 'length' ? `${field.meaning} (bytes)` : field.meaning;
    return `${comment(unit === '' ? [] : [unit], indent)}${indent}${field.name}: ${fieldType(field)};\n`;
  }).join('');
}

/** FLT_PARAMETERS with one typed view for each member; members with sub-structures are nested as in C. */
function parametersText(): string {
  const groups = new Map<string, FltParametersRow[]>();
  for (const row of fltParameters) {
    const [outer = row.member] = row.member.split('.');
    groups.set(outer, [...(groups.get(outer) ?? []), row]);
  }
  let text = '/** The parameters of an operation: one storage, many views. Reading the member of another operation gives its raw slots, as in C. */\ninterface FLT_PARAMETERS {\n';
  for (const [outer, rows] of groups) {
    const [first] = rows;
    if (first === undefined) continue;
    if (rows.length === 1 && first.member === outer) {
      text += `${comment([`${first.majors.join(', ')}: ${first.when}`], '  ')}  readonly ${outer}: {\n${fieldLines(first, '    ')}  };\n`;
      continue;
    }
    text += `  readonly ${outer}: {\n`;
    for (const row of rows) text += `${comment([`${row.majors.join(', ')}: ${row.when}`], '    ')}    readonly ${row.member.slice(outer.length + 1)}: {\n${fieldLines(row, '      ')}    };\n`;
    text += '  };\n';
  }
  return `${text}}\n`;
}

const hex = (value: number): string => (value > 0xffff ? `0x${value.toString(16).toUpperCase().padStart(8, '0')}` : String(value));

function constantText({ name, value, meaning }: DriverConstant): string {
  const literal = typeof value === 'number' ? hex(value) : typeof value === 'bigint' ? `${value}n` : typeof value === 'string' ? JSON.stringify(value) : String(value);
  return `${comment(meaning === '' ? [] : [meaning], '')}declare const ${name}: ${literal};\n`;
}

/** Optional arguments at the end may be left out; one in front of a required argument can only be NULL. */
function parameterText(parameter: RoutineParameter, at: number, all: readonly RoutineParameter[]): string {
  if (parameter.rest === true) return `...${parameter.name}: ${parameter.type}[]`;
  const omissible = all.slice(at).every((one) => one.optional);
  if (parameter.optional) return `${parameter.name}${omissible ? '?' : ''}: ${parameter.type} | null`;
  return `${parameter.name}: ${parameter.type}`;
}

const limits = { any: 'any IRQL', DISPATCH: 'IRQL <= DISPATCH_LEVEL', APC: 'IRQL <= APC_LEVEL', PASSIVE: 'IRQL = PASSIVE_LEVEL' } as const;

/** The documentation of a routine as lines of text: in the declarations, and wherever else it is shown. */
export function routineDocumentation(row: RoutineRow): string[] {
  const parameters = row.parameters.filter((one) => one.meaning !== '').map((one) => `@param ${one.name} ${one.direction === 'in' ? '' : `[${one.direction}] `}${one.meaning}`);
  const statuses = row.statuses.map(([status, condition]) => `- \`${status}\`: ${condition}`);
  return [row.meaning, ...(blockingRoutines.has(row.name) ? [blocking] : []), '', ...statuses, ...(statuses.length > 0 ? [''] : []), `${limits[row.irql]}. Source: ${row.source}.`, ...parameters];
}

const blocking = 'Can block: in a generator function it is called with `yield*`; in a plain function other threads run meanwhile.';

/** What a service script's editor knows: fltservice.d.ts, made from the service table and what scripts share with drivers. */
export function serviceDeclarationsText(): string {
  const shared = routineTable.filter((row) => sharedRoutines.has(row.name));
  return [
    '// What a service script can name: the program at the other end of a driver\'s communication ports. Generated; names and argument order are those of fltUser.h.\n',
    declarationsNamed(fixedDeclarations, sharedTypes), structureText(), serviceObjectDeclarations, ...serviceRows.map(serviceRoutineText), ...shared.map(routineText), ...serviceConstants.map(constantText),
  ].join('\n');
}

/** Types that drivers and service scripts share. */
const sharedTypes = [
  'NTSTATUS', 'PVOID', 'Ref', 'LARGE_INTEGER', 'UNICODE_STRING', 'HANDLE', 'POBJECT_TYPE', 'GUID', 'LUID', 'TIME_FIELDS', 'UCHAR', 'USHORT', 'ULONG', 'LONG', 'SIZE_T', 'ULONG_PTR', 'BOOLEAN', 'LONGLONG', 'ULONGLONG',
  'MemberType', 'WideMemberType', 'ByteMemberType', 'StructType', 'StructMember', 'StructMembers', 'StructValue', 'StructView', 'KBUFFER', 'console',
];

/** Declarations of a text, with their comments: each begins in the first column and ends before the next or an empty line. */
function declarationsNamed(text: string, names: readonly string[]): string {
  return names.map((name) => {
    const found = new RegExp(`(?:^/\\*\\*(?:(?!\\*/)[^])*\\*/\\n)?^(?:declare )?(?:type|class|interface|const) ${name}\\b[^]*?(?=\\n(?:\\n|/\\*\\*|declare |interface |$(?![^])))`, 'm').exec(text);
    return `${assertExists(found, `no declaration of ${name}`)[0]}\n`;
  }).join('');
}

function serviceRoutineText(row: RoutineRow): string {
  const blocks = blockingServiceRoutines.has(row.name);
  const [meaning = '', ...others] = routineDocumentation(row);
  const lines = [meaning, ...(blocks ? ['Waits: called with `yield*`.'] : []), ...others.map((line) => line.replace('IRQL = PASSIVE_LEVEL. ', ''))];
  return `${comment(lines, '')}declare function ${row.name}(${row.parameters.map(parameterText).join(', ')}): ${blocks ? `Generator<unknown, ${row.returns}, void>` : row.returns};\n`;
}

function routineText(row: RoutineRow): string {
  return `${comment(routineDocumentation(row), '')}declare function ${row.name}${row.generics ?? ''}(${row.parameters.map(parameterText).join(', ')}): ${blockingRoutines.has(row.name) ? `Blocks<${row.returns}>` : row.returns};\n`;
}

/** Types of members, and the structures that come ready: an interface for its views and a constant for `view`. */
function structureText(): string {
  const scalars = Object.entries(scalarTypes).map(([name, type]) => {
    const kind = name === 'WCHAR' ? 'WideMemberType' : type.name === 'UCHAR' || type.name === 'CHAR' ? `ByteMemberType<${name === 'CHAR' ? 'string' : 'KBUFFER'}>` : `MemberType<${type.declaration}>`;
    return `declare const ${name}: ${kind};\n`;
  });
  const ready = Object.values(structures).map((type) => `/** ${type.size} bytes. */\ninterface ${type.name} ${membersText(type.fields)}\ndeclare const ${type.name}: StructType<${type.name}>;\n`);
  const types = Object.keys(objectTypes).map((name) => `declare const ${name}: POBJECT_TYPE;\n`);
  const ecps = ecpGuids.map(([name, guid]) => `/** ${guid} */\ndeclare const ${name}: GUID;\n`);
  return [...scalars, ...ready, ...types, ...ecps].join('');
}

const union = (rows: readonly (readonly [string, number, string])[]): string => rows.map(([name]) => `typeof ${name}`).join(' | ');

/** What folds together in an editor. */
const region = (title: string, text: string): string => `//#region ${title}\n\n${text}\n//#endregion\n`;

/** Routines by area, in the order in which the table begins them. */
function routinesText(rows: readonly RoutineRow[]): string {
  const areas = Map.groupBy(rows, (row) => row.area);
  return [...areas].map(([area, members]) => region(area, members.map(routineText).join('\n'))).join('\n');
}

/** The whole file. `engineRoutines` leaves out what the engine does not provide. */
export function declarationsText(engineRoutines?: readonly string[]): string {
  const provided = engineRoutines === undefined ? null : new Set(engineRoutines);
  const routines = routineTable.filter((row) => row.binding === 'own' || provided === null || provided.has(row.name));
  return [
    '// The Windows driver API as FltReplay provides it to minifilters. Generated; names and argument order are those of fltKernel.h, ntifs.h and wdm.h.\n',
    region('Values and objects', fixedDeclarations),
    region('Ports, queues, own I/O', ioDeclarations),
    `/** What a pre callback returns. Nothing returned, or another number, is an error. */\ndeclare type FLT_PREOP_CALLBACK_STATUS = ${union(preopCallbackStatus)};\n`,
    `/** What a post callback returns. */\ndeclare type FLT_POSTOP_CALLBACK_STATUS = ${union(postopCallbackStatus)};\n`,
    region('Parameters of operations', parametersText()),
    region('Structures and their members', structureText()),
    routinesText(routines),
    region('Constants', driverConstants.map(constantText).join('')),
  ].join('\n');
}
