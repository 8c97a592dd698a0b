export function packOnStandIn(): Promise<{ readonly archive: readonly string[]; readonly unpacked: readonly string[]; readonly resources: readonly string[] }>;
