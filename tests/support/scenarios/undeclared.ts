/** TEMPORARY: engine routines without a row. */
import type { Engine } from '../../../src-main/engine/index.ts';
import { routineByName } from '../../../src-main/driver-api/routineTable.ts';
import { GUID } from '../../../src-main/driver-api/structures/valueClasses.ts';
export function undeclared(engine: Engine): Record<string, unknown> {
  const out: Record<string, unknown> = Object.fromEntries(Object.entries(engine.routines).filter(([n]) => !routineByName.has(n)));
  const g: [string, string][] = [['GUID_ECP_PREFETCH_OPEN', '{e1777b21-847e-4837-aa45-64161d280655}'], ['GUID_ECP_OPLOCK_KEY', '{48850596-3050-4be7-9863-fec350ce8d7f}'], ['GUID_ECP_NFS_OPEN', '{f326d30c-e5f8-4fe7-ab74-f5a3196d92db}'], ['GUID_ECP_SRV_OPEN', '{bebfaebc-aabf-489d-9d2c-e9e361102853}']];
  for (const [n, t] of g) out[n] = new GUID(t);
  out['IsEqualGUID'] = (a: unknown, b: unknown) => String(a) === String(b);
  out['IO_STATUS_BLOCK'] = class { Status = 0; Information = 0; };
  return out;
}
