/** The projector: a feature module for each app that includes it, and how projection begins. */
export { followJournal, prepareProjector, projectorParts, publishChanges } from './follow.js';
export { ProjectorModule } from './projector.module.js';
