/** The same contract on the server of the lane; each test has a prefix of its own, so that nothing needs to be removed. */
import { randomBytes } from 'node:crypto';
import { journalContract, laneServer } from '#testing';
import { openJournal } from './open.js';
import { PATIENT } from './testing-double.js';
import { Rounds } from './testing-rounds.js';

const url = laneServer('HERMES_TEST_EVENTSTORE');

journalContract('EventStoreDB', async () => {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const rounds = new Rounds();
  const open = () => openJournal({ url, prefix }, PATIENT, rounds.observe);
  const journal = await open();
  const opened = [journal];
  return {
    journal,
    reopen: async () => {
      const again = await open();
      opened.push(again);
      return again;
    },
    roundTrips: () => rounds.count,
    dispose: async () => {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
});
