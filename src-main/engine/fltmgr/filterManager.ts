import type { Engine, EngineOptions } from '../index.ts';
export const FilterManager = class { constructor(_options: EngineOptions) { throw new Error('the engine is not there yet'); } } as unknown as new (options: EngineOptions) => Engine;
