/** `npm run start:ingest`: an ingest alone, beside others of its kind. */
import { runApp } from '#platform';
import { ingestMain } from './start.js';

await runApp(ingestMain);
