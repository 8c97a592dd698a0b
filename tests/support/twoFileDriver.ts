/** A driver of two files: what it does with a read stands in names.ts, beside guard.ts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readFilterSource } from './readFilter.ts';

/** Lines of names.ts. */
export const namesLines = { prints: 5, breaksRule: 8 } as const;
/** The line of guard.ts that calls names.ts. */
export const callLine = 11;

export const guardSource = `import { tell } from './names.ts';\n${readFilterSource('tell(Data);\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;')}`;

/** Asks for a name at DISPATCH_LEVEL, which FV-090 forbids. */
export const namesSource = (word = 'reads'): string => `/** What is said of reads. */

/** In a file of its own. */
export function tell(Data: PFLT_CALLBACK_DATA): void {
  DbgPrint("${word} %u", Data.Iopb.Parameters.Read.Length);
  const old = ref<KIRQL>();
  KeRaiseIrql(DISPATCH_LEVEL, old);
  FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, ref<PFLT_FILE_NAME_INFORMATION>());
  KeLowerIrql(old.value);
}
`;

/** Writes both; the path of the entry. */
export function writeTwoFileDriver(folder: string, names = namesSource()): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'guard.ts'), guardSource);
  writeFileSync(path.join(folder, 'guard.json'), JSON.stringify({ service: 'guard', altitude: '265000' }));
  writeFileSync(path.join(folder, 'names.ts'), names);
  return path.join(folder, 'guard.ts');
}
