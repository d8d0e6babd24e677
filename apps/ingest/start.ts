/** An ingest in a process of its own: takes writes, relays the journal, embarks quests. */
import { APPS, startApp, whereData, type Main } from '#platform';
import { ingestParts, prepareImports, prepareRelay, startEmbarking, startInbound, startRelay } from './run.js';

const flags = {
  rebuild: {
    flag: '--rebuild',
    about: 'gives up what was relayed of a journal that was replaced or set back: its place, and what the feed holds',
  },
} as const;

export const ingestMain: Main<keyof typeof flags> = {
  app: APPS.ingest,
  about: 'An ingest takes all that is written, appends it to the journal, and relays the journal to the projectors.',
  command: 'npm run start:ingest',
  flags,
  start: ({ flags: { rebuild }, settings, log, stores, print }) =>
    startApp({
      ...ingestParts(stores),
      settings,
      log,
      stores,
      prepare: async (app) => {
        await prepareImports(app);
        await prepareRelay(app, { forget: rebuild });
      },
      begin: (app, origin) => {
        print(`Hermes listens on ${origin} as an ingest and ${whereData(settings)}. Ctrl-C stops it.`);
        print(`Read: ${origin}/api/docs, its part of the API in a browser`);
        startEmbarking(app);
        startRelay(app);
        startInbound(app, stores);
      },
    }),
};
