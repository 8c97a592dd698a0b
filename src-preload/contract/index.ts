/** The one declaration that every process shares. */
export type * from './branchRequests.ts';
export type * from './branchValues.ts';
export type * from './breakpointRequests.ts';
export * from './breakpointValues.ts';
export * from './channel.ts';
export * from './codec.ts';
export type * from './compareRequests.ts';
export type * from './compareValues.ts';
export type * from './debugRequests.ts';
export * from './electronBridge.ts';
export type * from './exploreRequests.ts';
export type * from './exploreValues.ts';
export type * from './inspectRequests.ts';
export type * from './inspectValues.ts';
export type * from './requests.ts';
export * from './runSettings.ts';
export type * from './traceValues.ts';
export type * from './values.ts';
