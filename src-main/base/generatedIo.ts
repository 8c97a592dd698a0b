/** Operations from here on are no recorded ones but those that drivers generate: the event log numbers them so, and they are in no list. */
export const generatedFrom = 0x8000_0000;
