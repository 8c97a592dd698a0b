import type { InjectionKey, Ref } from 'vue';

/** Height of the rows of long lists, in pixels; lists that do not say otherwise take it. */
export const rowHeightKey: InjectionKey<Readonly<Ref<number>>> = Symbol('row height');
export const usualRowHeight = 22;
