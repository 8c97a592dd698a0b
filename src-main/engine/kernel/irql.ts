/** Interrupt request levels as far as a file system filter meets them. Source: filter-manager-core.md, page 1. */
export type Irql = 0 | 1 | 2;

export const PASSIVE_LEVEL = 0;
export const APC_LEVEL = 1;
export const DISPATCH_LEVEL = 2;

const names = ['PASSIVE_LEVEL', 'APC_LEVEL', 'DISPATCH_LEVEL'] as const;

/** `DISPATCH_LEVEL` for 2. */
export const irqlName = (irql: Irql): string => names[irql];
