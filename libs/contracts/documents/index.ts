/**
 * The documents of the views: what projection writes and reading serves. Positions are bigints here and decimal text on
 * the wire; everything else is plain JSON. All but events belong to a generation (P7).
 */
export * from './entry-times.js';
export * from './events.js';
export * from './generations.js';
export * from './hosts.js';
export * from './host-past.js';
export * from './labors.js';
export * from './labor-as-of.js';
export * from './labor-past.js';
export * from './part-past.js';
export * from './labor-term.js';
export * from './quest-entries.js';
export * from './quests.js';

/** Version of these documents' layout; views of another version are rebuilt (P7). */
export const DOCUMENTS_VERSION = 13;
/** Version of the list of events and of the times of entries beside it, which outlive generations. */
export const EVENTS_VERSION = 5;
