/** Ports: the interfaces to the stores; their comments are the law. Implemented in adapters, called by application. */
export * from './changes-topic.js';
export * from './feed.js';
export * from './feed-place.js';
export * from './inbound.js';
export * from './journal.js';
export * from './journal-rules.js';
export * from './unavailable.js';
export * from './views/index.js';
export * from './wrap-journal.js';
