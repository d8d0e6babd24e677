/** The use cases of Hermes: what the apps call. No Nest, no driver. */
export { systemClock, type Clock } from './clock.js';
export { silentLog, type Log } from './log.js';
