/** `npm run start:query`: a query alone, beside others of its kind. */
import { runApp } from '#platform';
import { queryMain } from './start.js';

await runApp(queryMain);
