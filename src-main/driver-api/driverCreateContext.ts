/** IO_DRIVER_CREATE_CONTEXT: what a create of a driver's own gets beside its parameters. Source: IoInitializeDriverCreateContext, ntddk.h. */
export class IO_DRIVER_CREATE_CONTEXT {
  Size = 32;
  ExtraCreateParameter: unknown = null;
  DeviceObjectHint: unknown = null;
  TxnParameters: unknown = null;
}
