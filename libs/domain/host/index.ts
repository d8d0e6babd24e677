/** Everything of the host that others may use. */
export * from './ids.js';
export * from './entries.js';
export * from './commands.js';
export * from './state.js';
export { laborEntry } from './decide.js';
export { FOLD_VERSION, judge, type JudgeContext } from './judge.js';
export { keyHash } from './key-hash.js';
