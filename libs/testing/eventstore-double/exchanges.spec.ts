/**
 * The double gives the answers that a real EventStoreDB 24.2 gave to the same script of calls, run top to bottom by the
 * real client. Positions are compared by their order only; streams begin with `@`, which stands for a prefix; ids are names.
 */
import { readFileSync } from 'node:fs';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { temporaryFolder } from '../temporary-folder.js';
import { EventStoreDouble } from './double.js';
import { Player, type Exchange } from './testing-exchanges.js';

const path = temporaryFolder();
let double: EventStoreDouble;
let client: KurrentDBClient;

const exchanges = readFileSync(new URL('testdata/exchanges.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Exchange);

beforeEach(async () => {
  double = new EventStoreDouble({ folder: path('store') });
  await double.start();
  client = KurrentDBClient.connectionString(double.url);
});

afterEach(async () => {
  await client.dispose();
  await double.kill();
});

test('every recorded exchange is answered as the real server did', async () => {
  expect(exchanges).toHaveLength(69);
  const player = new Player(client, 'some-');
  for (const exchange of exchanges) await player.play(exchange);
  expect(player.results()).toEqual(exchanges.map(({ result }) => result));
});
