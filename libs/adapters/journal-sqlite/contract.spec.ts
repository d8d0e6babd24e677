/** The journal in an SQLite file is held to the contract of every journal. */
import { DatabaseSync } from '@photostructure/sqlite';
import { countingJournal, intercept, journalContract, temporaryFolder } from '#testing';
import { openSqliteJournal } from './index.js';
import { openJournal } from './open.js';

const path = temporaryFolder();

journalContract('SQLite', async () => {
  const file = path('journal.sqlite');
  const database = new DatabaseSync(file);
  let commits = 0;
  intercept(database, 'exec', (exec, sql) => {
    if (sql === 'COMMIT') commits += 1;
    exec(sql);
  });
  const first = countingJournal(openJournal({ file }, database));
  const opened: { close(): Promise<void> }[] = [first];
  return {
    journal: first,
    reopen: async () => {
      const again = await openSqliteJournal({ file });
      opened.push(again);
      return again;
    },
    roundTrips: () => {
      const { read, readAll, head, entryAt, readState } = first.calls;
      return commits + read + readAll + head + entryAt + readState;
    },
    dispose: async () => {
      await Promise.all(opened.map((journal) => journal.close()));
    },
  };
});
