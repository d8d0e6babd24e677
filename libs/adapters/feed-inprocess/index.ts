/** The feed within one process, for standalone: `createInProcessFeed`. */
export { createInProcessFeed, type InProcessFeedOptions } from './feed.js';
