/** The use cases of Hermes: what the apps call. No Nest, no driver. */
export { systemClock, type Clock } from './clock.js';
export { silentLog, type Log } from './log.js';
export { noMeters, type Meters } from './meters.js';
export { CatalogueTimeline, CatalogueUnreadable, type CatalogueAt } from './catalogue/timeline.js';
export { createIngest, type IngestParts, type RunningIngest } from './ingest/create-ingest.js';
export * from './ingest/ingest.js';
export * from './operating/operating.js';
export { pauseMs, sleep, type Pauses } from './pauses.js';
export { createProjector, type ProjectorParts } from './projection/create-projector.js';
export { retireGenerations } from './projection/retire-generations.js';
export type { JoinGroup, Membership, Projector, RunOptions } from './projection/projector.js';
export * from './reading/reading.js';
export { createReading, type ReadingParts, type RunningReading } from './reading/create-reading.js';
export type { Relay } from './relay/relay.js';
export { createRelay, type RelayParts } from './relay/create-relay.js';
export { StartRefused } from './start-refused.js';
