/** The model file system. */
export { mapAccess } from './createParameters.ts';
export { isModelledControl } from './fsControl.ts';
export { notShown, settledHere, type Handle, type Link, type ModelFile, type ModelStream, type ShownBy } from './nodes.ts';
export { ModelFileSystem, type AdoptedOpen, type ModelFileSystemOptions } from './modelFileSystem.ts';
export { ModelVolume, type FileOptions, type ModelFileSystemName, type VolumeDescriptionOfModel, type VolumeFeatures } from './volume.ts';
export { ShownState, type Claim, type ShownKind } from './shownState.ts';
export type { PageIo, PageTransfer } from './pageCache.ts';
