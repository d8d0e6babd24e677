/** Views beside the thread that has them open: the contract of views, and what is written to the list of events is written there alone. */
import { MessageChannel } from 'node:worker_threads';
import { connect } from '#adapters/sqlite';
import { intercept, temporaryFolder, viewsContract } from '#testing';
import { encode } from '../loading/encoding.js';
import { openViews } from '../open.js';
import { MOST_CACHE_BYTES } from '../prepare.js';
import { openViewsBeside } from './open-beside.js';
import { serveViews } from './serve.js';
import { openServedLoad } from './testing-load.js';
import { ThreadedViews } from './threaded-views.js';

const path = temporaryFolder();

/** The thread that has the views open. */
async function owner(file: string, committed: () => void): Promise<ThreadedViews> {
  const { port1, port2 } = new MessageChannel();
  const ended = new Promise((resolve) => port2.once('close', resolve));
  const watch = () => ({ committed, close: () => Promise.resolve() });
  void serveViews(port1, () => openViews(file, { watch })).finally(() => {
    port1.close();
  });
  const views = new ThreadedViews(port2, ended, openServedLoad);
  await views.opened;
  return views;
}

viewsContract('sqlite, beside', async () => {
  const file = path('views.sqlite');
  let commits = 0;
  const committed = (): void => {
    commits += 1;
  };
  const counted = (each: string) => {
    const database = connect('views', each);
    intercept(database, 'exec', (exec, sql) => {
      if (sql === 'COMMIT') committed();
      exec(sql);
    });
    return database;
  };
  const opened: { close(): Promise<void> }[] = [];
  const open = async () => {
    // after what was open before
    for (const each of opened.splice(0).reverse()) await each.close();
    const own = await owner(file, committed);
    const options = { port: own.beside(), file, cacheBytes: MOST_CACHE_BYTES };
    const views = await openViewsBeside(options, { openLoad: openServedLoad, connect: counted });
    opened.push(own, views);
    return views;
  };
  return {
    views: await open(),
    reopen: open,
    roundTrips: () => commits,
    encode,
    dispose: async () => {
      for (const each of opened.splice(0).reverse()) await each.close();
    },
  };
});
