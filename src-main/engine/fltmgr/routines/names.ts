/** File names: exact WDK names and argument order. The rules are in names/. */
import { STATUS_FLT_INVALID_NAME_REQUEST, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import { UNICODE_STRING } from '../../kernel/unicodeString.ts';
import { callbackDataOwner, FLT_CALLBACK_DATA } from '../callbackData.ts';
import { refusedStatus } from '../callChecks.ts';
import { AllocatedData } from '../ownIo/allocatedData.ts';
import type { Ref } from '../handles.ts';
import { instanceOf } from '../instance.ts';
import { optionsOf } from '../names/names.ts';
import { destinationName, tunneledName } from '../names/otherNames.ts';
import { parseName } from '../names/parseName.ts';
import { Operation } from '../operation.ts';
import { instanceArg, refArg, textArg, type Definition } from './definition.ts';

const operationBehind = (data: FLT_CALLBACK_DATA): Operation | null => {
  const owner = callbackDataOwner(data);
  if (owner instanceof Operation) return owner;
  return owner instanceof AllocatedData ? owner.operation : null;
};

/** An out-parameter that NAM-010 allows to be missing only with a status. */
const boxOf = (value: unknown): Ref<unknown> | null => (value === null || value === undefined ? null : refArg<unknown>(value));

/** A PUNICODE_STRING to be filled: the string itself or a box for one; NULL is skipped. */
function store(target: unknown, text: string): void {
  if (target === null || target === undefined) return;
  if (target instanceof UNICODE_STRING) target.Buffer = text;
  else refArg<unknown>(target).value = new UNICODE_STRING(text);
}

/** FileName and FileNameLength of a rename buffer: so many bytes of the text. */
function nameArg(name: unknown, bytes: unknown): string {
  const text = textArg(name) ?? '';
  return typeof bytes === 'number' && bytes >= 0 ? text.slice(0, bytes >>> 1) : text;
}

/** What a name provider writes: FltCheckAndGrowNameControl. */
const isNameControl = (value: unknown): boolean => typeof value === 'object' && value !== null && 'Name' in value;

export const nameRoutines: Record<string, Definition> = {
  FltGetFileNameInformation: {
    refused: refusedStatus,
    run: (core, [data, given, result]) => {
      const options = optionsOf(given);
      const box = boxOf(result);
      if (!(data instanceof FLT_CALLBACK_DATA) || options === undefined || box === null) return STATUS_INVALID_PARAMETER;
      return core.names.ofOperation(data, operationBehind(data), options, box);
    },
  },
  FltGetFileNameInformationUnsafe: {
    refused: refusedStatus,
    run: (core, [fileObject, instance, given, result]) => {
      const options = optionsOf(given);
      const box = boxOf(result);
      if (options === undefined || box === null) return STATUS_INVALID_PARAMETER;
      if (!(fileObject instanceof FILE_OBJECT)) return STATUS_FLT_INVALID_NAME_REQUEST;
      return core.names.ofFile(fileObject, instance === null || instance === undefined ? null : instanceArg(instance), options, box);
    },
  },
  FltGetDestinationFileNameInformation: {
    refused: refusedStatus,
    run: (core, [instance, fileObject, rootDirectory, fileName, fileNameLength, options, result]) => {
      const box = boxOf(result);
      if (box === null || instanceOf(instance) === undefined) return STATUS_INVALID_PARAMETER;
      return destinationName(core, instanceArg(instance), { fileObject, rootDirectory, fileName: nameArg(fileName, fileNameLength), options }, box);
    },
  },
  FltGetTunneledName: {
    refused: refusedStatus,
    run: (core, [data, information, result]) => tunneledName(core, data instanceof FLT_CALLBACK_DATA ? operationBehind(data) : null, information, refArg<unknown>(result)),
  },
  FltParseFileNameInformation: { refused: refusedStatus, run: (core, [information]) => core.names.parseGiven(information) },
  FltParseFileName: {
    refused: refusedStatus,
    run: (core, [name, extension, stream, finalComponent]) => {
      const parts = parseName(textArg(name) ?? '', '', false, core.is('NAM-042', 'extension'));
      store(extension, parts.extension);
      store(stream, parts.stream);
      store(finalComponent, parts.finalComponent);
      return STATUS_SUCCESS;
    },
  },
  FltReferenceFileNameInformation: { run: (core, [information]) => core.names.reference(information) },
  FltReleaseFileNameInformation: { run: (core, [information]) => core.names.release(information) },
  FltPurgeFileNameInformationCache: {
    refused: refusedStatus,
    run: (core, [instance, fileObject]) => {
      const provider = instanceArg(instance);
      if (typeof provider.filter.registration.GenerateFileNameCallback !== 'function') return STATUS_INVALID_PARAMETER;
      core.names.purge(provider, fileObject instanceof FILE_OBJECT ? fileObject : null);
      return STATUS_SUCCESS;
    },
  },
  FltIsDirectory: {
    refused: refusedStatus,
    run: (core, [fileObject, instance, result]) => {
      instanceArg(instance);
      const box = refArg<unknown>(result);
      const location = fileObject instanceof FILE_OBJECT ? (core.options.fileSystem?.locate(fileObject) ?? null) : null;
      if (location === null) return STATUS_INVALID_PARAMETER;
      box.value = location.directory;
      return STATUS_SUCCESS;
    },
  },
  FltGetFileNameFormat: { silent: true, run: (_core, [options]) => Number(options) & 0xff },
  FltGetFileNameQueryMethod: { silent: true, run: (_core, [options]) => Number(options) & 0xff00 },
  FltCheckAndGrowNameControl: { refused: refusedStatus, run: (_core, [control]) => (isNameControl(control) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER) },
};
