/** What specs need of ingest: one over any journal, a clock that is moved by hand, views that know what the spec gives them. */
export { ingestRig, report, type IngestRig } from './rig.js';
export { mortalJournal, type MortalJournal } from './mortal-journal.js';
export { exportOf, importOf, moverOver, type Mover } from './moves.js';
