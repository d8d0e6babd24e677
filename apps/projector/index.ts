/** The projector: a feature module for whoever composes an app of it, and how projection begins. */
export { followJournal, prepareProjector } from './follow.js';
export { ProjectorModule } from './projector.module.js';
