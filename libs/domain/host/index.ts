/** Everything of the host that others may use. */
export * from './ids.js';
export * from './entries.js';
export * from './state.js';
export { attributesAfter, type AttributesAfter } from './attributes.js';
export { hostEntry, laborEntry, type HostCommand, type InventoryCommand, type LaborCommand } from './decide.js';
export { inventoriesAfter } from './inventories.js';
export { moved, type Moving } from './moved.js';
export { reopened, type Reopening } from './waived.js';
export { advancingTypes, nextEvent, type NextEvent } from './next.js';
export { FOLD_VERSION, judge, type JudgeContext } from './judge.js';
