/** The projector: a feature module for whoever composes an app of it, and how projection begins. */
export { followJournal, prepareProjector, PROJECTOR_GROUP } from './follow.js';
export { ProjectorModule } from './projector.module.js';
