/** Now in 100 ns ticks since 1601, as everything that is stored. */
export const nowTicks = (): bigint => BigInt(Date.now()) * 10_000n + 116_444_736_000_000_000n;
