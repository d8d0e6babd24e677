/** The journal on EventStoreDB is held to the contract of every journal, here on the double: positions are huge and sparse. */
import { jest } from '@jest/globals';
import { journalContract, startEventStoreDouble, temporaryFolder } from '#testing';
import { openJournal } from './open.js';
import { PATIENT } from './testing-double.js';
import { Rounds } from './testing-rounds.js';

const path = temporaryFolder();
jest.setTimeout(60_000);

journalContract('EventStoreDB double', async () => {
  const double = await startEventStoreDouble({ folder: path('store'), firstPosition: 2n ** 62n });
  const rounds = new Rounds();
  const open = () => openJournal({ url: double.url, prefix: 'hermes' }, PATIENT, rounds.observe);
  const journal = await open();
  const opened = [journal];
  return {
    journal,
    reopen: async () => {
      await double.restart();
      const again = await open();
      opened.push(again);
      return again;
    },
    roundTrips: () => rounds.count,
    dispose: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await double.kill();
    },
  };
});
