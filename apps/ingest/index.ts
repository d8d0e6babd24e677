/** Ingest: the writing half of the API, as a feature module, and what runs beside its requests. */
export { IngestModule } from './ingest.module.js';
export { MovingModule } from './moving/moving.module.js';
export { ingestParts, prepareImports, prepareRelay, startEmbarking, startInbound, startRelay } from './run.js';
