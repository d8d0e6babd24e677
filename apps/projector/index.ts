/** The projector's feature module, for whoever composes an app of it. */
export { ProjectorModule } from './projector.module.js';
