/** The use cases of Hermes: what the apps call. No Nest, no driver. */
export { systemClock, type Clock } from './clock.js';
export { silentLog, type Log } from './log.js';
export { CatalogueTimeline, CatalogueUnreadable, type CatalogueAt } from './catalogue/timeline.js';
export * from './ingest/ingest.js';
export * from './operating/operating.js';
export type { Projector } from './projection/projector.js';
export * from './reading/reading.js';
export type { Relay } from './relay/relay.js';
export { StartRefused } from './start-refused.js';
