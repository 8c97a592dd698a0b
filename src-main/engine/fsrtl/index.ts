/** What file systems share: oplocks, byte-range locks, share access, name patterns, tunneling, change notification. */
export { FileLock, type ByteRangeLock, type LockOwner } from './fileLock.ts';
export { extendFileObject, fileObjectExtension, fileSystemOpen, isTransacted, oplockKeysEqual, setFileSystemOpen, type FileObjectExtension } from './fileObjectExtension.ts';
export { hasWildcards, isNameInExpression } from './nameExpression.ts';
export { DirectoryNotify, fileAction, notifyRecordBytes, type DirectoryChange, type NotifyAnswer, type NotifyRecord, type NotifyRequest } from './notify.ts';
export {
  Oplock, oplockOutputBytes, type CheckOptions, type IsAssumed, type LegacyAcknowledgement, type OplockAnswer, type OplockBreaker, type OplockOutcome, type OplockOutput,
  type OplockRequest, type OplockRequestFacts, type OplockWaiter,
} from './oplock.ts';
export { isExclusive, legacyRequestLevel, levelBits, levelFromBits, oplockEffects, type OplockEffect, type OplockLevel, type OplockOperation } from './oplockRules.ts';
export { ShareAccess, shareTerms, type ShareTerms } from './shareAccess.ts';
export { TunnelCache, tunnelLifetime, type TunneledName } from './tunnelCache.ts';
export { upcase } from './upcase.ts';
