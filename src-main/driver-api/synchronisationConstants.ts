/** Enumerations of the waiting routines. Source: wdm.h. */
export const synchronisationConstants = {
  STATUS_WAIT_0: 0, STATUS_WAIT_1: 1, STATUS_WAIT_2: 2, STATUS_WAIT_3: 3, STATUS_ABANDONED: 0x80,
  NotificationEvent: 0, SynchronizationEvent: 1, NotificationTimer: 0, SynchronizationTimer: 1, WaitAll: 0, WaitAny: 1,
  Executive: 0, FreePage: 1, PageIn: 2, PoolAllocation: 3, DelayExecution: 4, Suspended: 5, UserRequest: 6,
  THREAD_ALL_ACCESS: 0x1fffff, THREAD_WAIT_OBJECTS: 3, MAXIMUM_WAIT_OBJECTS: 64, LowImportance: 0, MediumImportance: 1, HighImportance: 2,
  EX_TIMER_HIGH_RESOLUTION: 4, EX_TIMER_NO_WAKE: 8,
} as const;
