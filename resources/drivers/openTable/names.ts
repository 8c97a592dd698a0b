/* Names of files. */

/* Normalized, so that a file has one name however it was opened; null where the Filter Manager cannot say. */
export function nameOf(Data: PFLT_CALLBACK_DATA): string | null {
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo))) return null;
  const name = nameInfo.value.Name.Buffer;
  FltReleaseFileNameInformation(nameInfo.value);
  return name;
}
