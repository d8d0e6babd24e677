/** Ingest: the writing half of the API, as a feature module. */
export { IngestModule } from './ingest.module.js';
