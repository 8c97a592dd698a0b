/** POOL_FLAG_* and POOL_TYPE of wdm.h. */
export const poolConstants = {
  POOL_FLAG_USE_QUOTA: 0x1n, POOL_FLAG_UNINITIALIZED: 0x2n, POOL_FLAG_SESSION: 0x4n, POOL_FLAG_CACHE_ALIGNED: 0x8n, POOL_FLAG_RAISE_ON_FAILURE: 0x20n, POOL_FLAG_NON_PAGED: 0x40n,
  POOL_FLAG_NON_PAGED_EXECUTE: 0x80n, POOL_FLAG_PAGED: 0x100n,
  NonPagedPool: 0, PagedPool: 1, NonPagedPoolCacheAligned: 4, PagedPoolCacheAligned: 5, NonPagedPoolNx: 512, NonPagedPoolNxCacheAligned: 516, POOL_RAISE_IF_ALLOCATION_FAILURE: 16,
} as const;
