/** What specs need of a feed: the port's contract suite, and a wrapper that loses, repeats and reorders. */
export { feedContract, type FeedHarness } from './contract/index.js';
export { Gate, inTime, Listener } from './contract/harness.js';
export { entryMessage, namesOf, run as entryMessages, runs as entryMessagesOfAll } from './contract/messages.js';
export { FeedStream, missingOf } from './feed-stream.js';
export { shuffledFeed, type ShuffledFeed, type ShuffledFeedOptions } from './shuffled-feed.js';
export { changeMessage, changesTopicContract, MemoryChangesTopic, type ChangesTopicHarness } from './changes-topic.js';
