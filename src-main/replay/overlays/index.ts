/** Edits of a run without code, as others use them. */
export { editableArguments } from './argumentEdits.ts';
export { overlayProblem as checkOverlay, type CheckedAgainst } from './checkOverlay.ts';
export { withOverlay } from './withOverlay.ts';
export { isOverlay } from './storedPlan.ts';
