/** Callback data that filters allocate; kept here for those who know it by this place. */
export { AllocatedData } from './ownIo/allocatedData.ts';
