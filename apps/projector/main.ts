/** `npm run start:projector`: a projector alone, beside others of its kind. */
import { runApp } from '#platform';
import { projectorMain } from './start.js';

await runApp(projectorMain);
