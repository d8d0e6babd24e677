/** The feed within one process, for standalone: `createInProcessFeed`. */
export { createInProcessFeed, type BufferedFeed, type InProcessFeedOptions } from './feed.js';
