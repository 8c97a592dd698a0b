/** Operations from here on are no recorded ones but those that drivers generate: they are in no list. The event log numbers them so (src-main/replay/eventPage.ts). */
export const generatedFrom = 0x8000_0000;
