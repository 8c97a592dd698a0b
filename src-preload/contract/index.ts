/** The one declaration that every process shares. */
export * from './channel.ts';
export * from './codec.ts';
export * from './electronBridge.ts';
export type * from './requests.ts';
export * from './runSettings.ts';
export type * from './traceValues.ts';
export type * from './values.ts';
