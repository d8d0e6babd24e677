/** A client in TypeScript, made from the API document of a running Hermes, which it then uses. */
import { clientWorks } from './client.js';

clientWorks({
  language: 'TypeScript',
  name: 'typescript',
  program: 'client.mts',
  made: ['hermes.ts', 'hermes.js', 'client.mjs'],
});
