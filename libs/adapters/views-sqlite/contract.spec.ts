/** The views' contract over files of SQLite. */
import { DatabaseSync } from '@photostructure/sqlite';
import { intercept, temporaryFolder, viewsContract } from '#testing';
import { openSqliteViews } from './index.js';
import { encode } from './loading/encoding.js';
import { openViews } from './open.js';

const path = temporaryFolder();

viewsContract('sqlite', async () => {
  const file = path('views.sqlite');
  let commits = 0;
  const views = await openViews(file, {
    connect: (each) => {
      const database = new DatabaseSync(each);
      intercept(database, 'exec', (exec, sql) => {
        if (sql === 'COMMIT') commits += 1;
        exec(sql);
      });
      return database;
    },
  });
  return {
    views,
    reopen: () => openSqliteViews({ file }),
    roundTrips: () => commits,
    encode,
    dispose: () => views.close(),
  };
});
