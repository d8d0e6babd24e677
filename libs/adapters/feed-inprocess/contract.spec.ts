/** The feed within a process is held to the contract of every feed; small buffers, so that they fill. */
import { feedContract } from '#testing';
import { createInProcessFeed } from './index.js';

feedContract('in process', async () => {
  const feed = createInProcessFeed({
    bufferMessages: 20,
    batchMessages: 8,
    bufferCharacters: 10_000,
    firstPauseMs: 1,
    longestPauseMs: 10,
  });
  return { feed, overfill: 50, dispose: () => feed.close() };
});
