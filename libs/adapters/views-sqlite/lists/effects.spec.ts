/** What many events of one host did: the host, whose document has all that is open on it, is read once. */
import type { HostName } from '#domain';
import { eventDoc, hostDoc, intercept, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { openViews } from '../open.js';
import { Connections } from '../testing-connections.js';

/** A prepared statement. */
interface Reads {
  get(...values: unknown[]): unknown;
}

const path = temporaryFolder();

test('hosts are read once, however many of the events are theirs', async () => {
  const file = path('views.sqlite');
  const connections = new Connections(file);
  const views = await openViews(file, { connect: connections.connect });
  const generation = await newGeneration(views);
  const hosts = ['a', 'b'] as HostName[];
  const events = hosts.flatMap((host, of) => Array.from({ length: 30 }, (_, n) => eventDoc({ host, n: 2 * n + of })));
  await views.writer.apply(generation, {
    events,
    labors: hosts.map((host, of) => laborDoc({ host, n: 4 + of })),
    hosts: hosts.map((host) => hostDoc({ host, open: 3 })),
  });
  let reads = 0;
  intercept(connections.generation(generation), 'prepare', (prepare, sql) => {
    const statement = prepare(sql);
    const gets: Reads = statement;
    if (sql.includes(' FROM hosts ')) intercept(gets, 'get', (get, ...values) => ((reads += 1), get(...values)));
    return statement;
  });
  const effects = await views.reader.effects(
    generation,
    events.map(({ id }) => id),
  );
  expect(reads).toBe(hosts.length);
  expect(effects.map(({ event, applied }) => [event, applied])).toEqual(
    events.map(({ id, host }) => [id, hostDoc({ host, open: 3 }).state.revision]),
  );
  expect(effects.filter(({ opened }) => opened.length > 0)).toHaveLength(hosts.length);
  await views.close();
});
