/**
 * Environment variable with the folder of a bundle whose processes and workers a program that runs from its sources starts.
 *
 * One file that is read as it is starts several times faster than hundreds that Node strips of their types first, and tests start
 * hundreds of processes.
 */
export const bundleFolderVariable = 'FLTREPLAY_BUNDLE';
