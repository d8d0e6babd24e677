/** The topic of changes in memory is held to the law of all of them. */
import { changesTopicContract, MemoryChangesTopic } from './changes-topic.js';

changesTopicContract('memory', async () => {
  const topic = new MemoryChangesTopic();
  return { topic, read: async () => topic.messages, dispose: () => topic.close() };
});
