/** What specs need of a journal: one in memory, wrappers that count and break, and the port's contract suite. */
export { journalContract, type JournalHarness } from './contract/index.js';
export { entry as newEntry, write as streamWrite } from './contract/harness.js';
export { countingJournal, type CountingJournal, type JournalCalls } from './counting-journal.js';
export {
  scriptedFaults,
  seededFaults,
  seededRandom,
  type FaultPlan,
  type ReadFault,
  type WriteFault,
} from './faults.js';
export { faultyJournal, type FaultyJournal } from './faulty-journal.js';
export { createMemoryJournal, MemoryStore, type MemoryJournalOptions } from './memory-journal.js';
export { wrapJournal } from '#ports';
