/** Operations: one command on many labors or hosts, which are fixed before the first of them is commanded. */
export * from './ids.js';
export * from './entries.js';
export * from './state.js';
export * from './decide.js';
export * from './evolve.js';
