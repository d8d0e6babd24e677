/** What specs need of views: the port's contract suite, and documents to fill them with. */
export { viewsContract, type ViewsHarness } from './contract/index.js';
export {
  at as positionAt,
  closed as closedLabor,
  pastLabor,
  eventDoc,
  hostDoc,
  instant as instantAt,
  laborDoc,
  lastEventDoc,
  partDoc,
  questRecord,
  recountOf,
  tally as tallyOf,
} from './contract/documents.js';
export { allPages, NEW_GENERATION, newGeneration } from './contract/harness.js';
