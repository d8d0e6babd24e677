/** Contracts: what crosses a wire or a disk, as plain types and codecs. */
export * from './cloudevents.js';
export * from './cloudevents-http.js';
export * from './codec/index.js';
export * from './cursor.js';
export * from './documents.js';
export * from './entries.js';
export * from './errors.js';
export * from './event-limits.js';
export * from './event-parser.js';
export * from './event-report.js';
export * from './filters.js';
export * from './instants.js';
export * from './position.js';
export * from './streams.js';
export * from './trace.js';
export * from './uuids.js';
