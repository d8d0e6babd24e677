/** A projector in a process of its own: folds the journal into the views and answers operators. */
import { APPS, startApp, whereData, type Main } from '#platform';
import { followJournal, prepareFeed, prepareProjector, projectorParts, publishChanges } from './follow.js';

const flags = {
  rebuild: { flag: '--rebuild', about: 'rebuilds the views from the journal, whatever they hold' },
} as const;

export const projectorMain: Main<keyof typeof flags> = {
  app: APPS.projector,
  about: 'A projector folds the journal into the views. Any number of them share the work.',
  command: 'npm run start:projector',
  flags,
  start: ({ flags: { rebuild }, settings, log, stores, print }) =>
    startApp({
      ...projectorParts(stores),
      settings,
      log,
      stores,
      consumes: true,
      prepare: async (app) => {
        await prepareFeed(app);
        await prepareProjector(app, { rebuild });
      },
      begin: (app, origin) => {
        print(`Hermes listens on ${origin} as a projector and ${whereData(settings)}. Ctrl-C stops it.`);
        print(`Read: ${origin}/api/docs, its part of the API in a browser`);
        followJournal(app);
        publishChanges(app, stores);
      },
    }),
};
