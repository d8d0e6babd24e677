/** Everything of the quest that others may use. */
export * from './ids.js';
export * from './entries.js';
export * from './commands.js';
export * from './state.js';
