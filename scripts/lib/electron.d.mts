export function findElectron(): string | undefined;
export function ensureElectron(): Promise<{ readonly path: string; readonly reason?: undefined } | { readonly path?: undefined; readonly reason: string }>;
