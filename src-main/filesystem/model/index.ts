/** The model file system. */
export { ModelFileSystem, type ModelFileSystemOptions } from './modelFileSystem.ts';
export { ModelVolume, type FileOptions, type ModelFileSystemName, type VolumeDescriptionOfModel, type VolumeFeatures } from './volume.ts';
