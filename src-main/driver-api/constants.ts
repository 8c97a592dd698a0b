/** The constants drivers may name: everything of nt/values.generated.ts that belongs to the WDK, and a few small enumerations. */
import {
  accessMask, callbackDataFlags, contextRegistrationFlags, contextTypes, createDisposition, createOptions, createResult, fileAttributes, fileInformationClass, fileNameOptions, fileSystemType,
  fileNameParsedFlags, fileObjectFlags, filterUnloadFlags, flushTypes, fsctl, fsInformationClass, instanceSetupFlags, instanceTeardownReasons, ioCreateFlags, ioOperationFlags, irpFlags,
  irpMajor, irpMajorAliases, irpMinor, notifyFilter, ntstatus, operationRegistrationFlags, oplockCheckFlags, oplockFsctrlFlags, oplockInputFlags, oplockLevels, oplockOutputFlags, portAccess, postOperationFlags,
  postopCallbackStatus, preopCallbackStatus, registrationFlags, registrationVersions, reparseInformation, reparseTags, setContextOperation, shareAccess, slFlags,
} from '../nt/tables.generated.ts';
import { FLT_REGISTRATION_VERSION_0203 } from '../nt/values.generated.ts';
import { FLT_ALL_CONTEXTS, FLT_VARIABLE_SIZED_CONTEXTS, transactionNotifications } from '../engine/index.ts';
import { kernelConstants } from './kernelConstants.ts';

export interface DriverConstant {
  readonly name: string;
  readonly value: number | bigint | boolean | string | null;
  readonly meaning: string;
}

const tables = [
  ntstatus, irpFlags, callbackDataFlags, createOptions, createDisposition, createResult, accessMask, shareAccess, fileAttributes, fileInformationClass,
  fsInformationClass, slFlags, fileObjectFlags, registrationFlags, registrationVersions, operationRegistrationFlags, contextRegistrationFlags, contextTypes, instanceSetupFlags,
  instanceTeardownReasons, filterUnloadFlags, postOperationFlags, preopCallbackStatus, postopCallbackStatus, setContextOperation, fileNameOptions,
  fileNameParsedFlags, ioOperationFlags, flushTypes, portAccess, ioCreateFlags, reparseInformation, reparseTags, fileSystemType, oplockLevels, oplockInputFlags, oplockOutputFlags, oplockCheckFlags, oplockFsctrlFlags,
  notifyFilter, irpMajorAliases,
] as const;

function collect(): DriverConstant[] {
  const byName = new Map<string, DriverConstant>();
  const add = (name: string, value: DriverConstant['value'], meaning: string): void => {
    if (/^[A-Za-z_]\w*$/.test(name) && !byName.has(name)) byName.set(name, { name, value, meaning });
  };
  for (const row of irpMajor) add(row.name, row.value, row.meaning);
  add('FLT_VARIABLE_SIZED_CONTEXTS', FLT_VARIABLE_SIZED_CONTEXTS, 'Size in FLT_CONTEXT_REGISTRATION: contexts of any size');
  add('FLT_ALL_CONTEXTS', FLT_ALL_CONTEXTS, 'every FLT_*_CONTEXT bit');
  add('FLT_REGISTRATION_VERSION', FLT_REGISTRATION_VERSION_0203, 'Version in FLT_REGISTRATION: that of the headers');
  add('NULL_CONTEXT', null, 'no context');
  for (const [name, value, meaning] of transactionNotifications) add(name, value, meaning);
  add('IRP_MJ_OPERATION_END', 0x80, 'ends FLT_REGISTRATION.OperationRegistration');
  for (const row of irpMinor) add(row.name, row.value, row.meaning);
  for (const row of fsctl) add(row.name, row.value, row.meaning);
  for (const table of tables) for (const [name, value, meaning] of table) add(name, value, meaning);
  for (const [name, value] of Object.entries(kernelConstants)) add(name, value, '');
  return [...byName.values()];
}

export const driverConstants: readonly DriverConstant[] = collect();
