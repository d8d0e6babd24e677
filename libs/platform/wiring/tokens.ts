/** The names under which wired parts are injected: one explicit token per port, never a class or a string. */
export const SETTINGS = Symbol('settings');
export const LOG = Symbol('log');
export const CLOCK = Symbol('clock');
export const JOURNAL = Symbol('journal');
export const FEED = Symbol('feed');
export const VIEWS = Symbol('views');
/** The reader interface of the views: query gets nothing else, so that it cannot write. */
export const VIEWS_READER = Symbol('views-reader');
/** `StoresBeside`, for a thread that works with the same stores; undefined where no thread is run. */
export const BESIDE = Symbol('beside');
/** This process, as leases know it: a UUID. */
export const OWNER = Symbol('owner');
/** The catalogue as far as read, one per process. */
export const TIMELINE = Symbol('timeline');
/** The signal that aborts when the process begins to stop. */
export const STOPPING = Symbol('stopping');
/** The use cases; each made by the app that serves it, so that an app alone makes only its own. */
/** `RunningIngest` of #application; controllers ask it as `Ingest`. */
export const INGEST = Symbol('ingest');
/** `Imports` of #application: whether the journal is one, and whether it is complete. */
export const IMPORTS = Symbol('imports');
/** `EntriesVersion` of #application: which entries may be written. */
export const ENTRIES = Symbol('entries');
/** `Moving` of #application. */
export const MOVING = Symbol('moving');
/** `RunningInbound` of #application: only where events are taken from a topic. */
export const INBOUND = Symbol('inbound');
/** The inbound port. */
export const INBOUND_TOPIC = Symbol('inbound-topic');
/** `ChangesPublisher` of #application: only where changes are published to a topic. */
export const PUBLISHER = Symbol('publisher');
/** The port of that topic. */
export const CHANGES_TOPIC = Symbol('changes-topic');
/** `Reading` of #application. */
export const READING = Symbol('reading');
/** `Projector` of #application. */
export const PROJECTOR = Symbol('projector');
/** `Relay` of #application. */
export const RELAY = Symbol('relay');
/** `Operating` of #application. */
export const OPERATING = Symbol('operating');
/** `WhatIfs` of #application. */
export const WHAT_IFS = Symbol('what-ifs');
/** `Verifying` of #application. */
export const VERIFYING = Symbol('verifying');
/** `Rebuilds` of #application. */
export const REBUILDS = Symbol('rebuilds');
