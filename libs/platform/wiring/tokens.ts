/** The names under which wired parts are injected: one explicit token per port, never a class or a string. */
export const SETTINGS = Symbol('settings');
export const LOG = Symbol('log');
export const CLOCK = Symbol('clock');
export const JOURNAL = Symbol('journal');
export const FEED = Symbol('feed');
export const VIEWS = Symbol('views');
/** The reading door of the views alone: what query gets, so that it cannot write. */
export const VIEWS_READER = Symbol('views-reader');
/** The catalogue as far as read, one per process. */
export const TIMELINE = Symbol('timeline');
