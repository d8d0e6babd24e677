/** A query in a process of its own: answers reads from the views, with rights to nothing else. */
import { APPS, readingProviders, startApp, whereData, type Main } from '#platform';
import { QueryModule } from './query.module.js';
import { expectViews } from './served-views.js';

export const queryMain: Main<never> = {
  app: APPS.query,
  about: 'A query answers reads from the views, and can write nothing.',
  command: 'npm run start:query',
  flags: {},
  start: ({ settings, log, stores, print }) =>
    startApp({
      modules: [QueryModule],
      useCases: readingProviders,
      settings,
      log,
      stores,
      prepare: async (app) => {
        expectViews(app);
      },
      begin: (_app, origin) => {
        print(`Hermes listens on ${origin} as a query and ${whereData(settings)}. Ctrl-C stops it.`);
        print(`Read: ${origin}/api/docs, its part of the API in a browser`);
      },
    }),
};
