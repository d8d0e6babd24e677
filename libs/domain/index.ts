/** The domain: pure rules about events, labors and quests. No I/O, no clock, no randomness. */
export * from './names.js';
export * from './refusal.js';
export * from './catalogue/index.js';
export * from './host/index.js';
export * from './host-names/index.js';
export * from './quest/index.js';
export * from './operation/index.js';
