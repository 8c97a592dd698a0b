/** `*PsProcessType` and its relatives: what ObReferenceObjectByHandle is told to expect. */
export interface OBJECT_TYPE {
  readonly id: string;
  /** Kind of handle, as HandleTable knows it. */
  readonly kind: string;
}

const type = (name: string, kind: string): OBJECT_TYPE => Object.freeze({ id: name, kind });

export const objectTypes = {
  PsProcessType: type('PsProcessType', 'Process'), PsThreadType: type('PsThreadType', 'Thread'), IoFileObjectType: type('IoFileObjectType', 'File'), ExEventObjectType: type('ExEventObjectType', 'Event'),
  ExSemaphoreObjectType: type('ExSemaphoreObjectType', 'Semaphore'), SeTokenObjectType: type('SeTokenObjectType', 'Token'), TmTransactionObjectType: type('TmTransactionObjectType', 'Transaction'),
  CmKeyObjectType: type('CmKeyObjectType', 'Key'),
} as const;
