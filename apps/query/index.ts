/** Query: the reading half of the API, as a feature module. */
export { QueryModule } from './query.module.js';
