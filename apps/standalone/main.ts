/** `npm start`: ingest, projector and query in one process, over embedded stores or remote ones. */
import { runApp } from '#platform';
import { standaloneMain } from './standalone.js';

await runApp(standaloneMain);
