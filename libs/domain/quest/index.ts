/** Everything of the quest that others may use. */
export * from './ids.js';
export * from './entries.js';
export * from './commands.js';
export * from './state.js';
export {
  decideAbandon,
  decideAddHosts,
  decideAdopt,
  decideAmend,
  decideClaim,
  decideEmbark,
  decideRemoveHosts,
  draftQuest,
  MAX_QUEST_HOSTS,
  type EmbarkDecision,
} from './decide.js';
export { evolveQuest } from './evolve.js';
export { questHosts, type AcceptedBatch, type QuestHosts } from './batches.js';
