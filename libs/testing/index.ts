/** What specs and benchmarks build on: contract suites, faulty stores, generators, the simple model. Never part of a running Hermes. */
export * from './feed/index.js';
export * from './journal/index.js';
export { asyncApiDocument, asyncApiExamples, type AsyncApiDocument, type AsyncApiExample } from './asyncapi.js';
export { intercept } from './intercept.js';
export { freePort } from './free-port.js';
export { temporaryFolder } from './temporary-folder.js';
export { eventually, until, type UntilOptions } from './until.js';
export * from './model/index.js';
export * from './projection/index.js';
export * from './ingest/index.js';
export * from './views/index.js';
export * from './servers/index.js';
export * from './eventstore-double/index.js';
