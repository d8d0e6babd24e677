/** R12: where an import of a journal begins, what was let in before it writes nothing any more. */
import type { EventReport, InventoryLine, Problem } from '#contracts';
import type { HostName } from '#domain';
import { createMemoryJournal, ingestRig, report, until } from '#testing';

const IMPORT: Problem = { code: 'import-unfinished', detail: 'an import has not come to its end' };

async function rigWith() {
  let problem = undefined as Problem | undefined;
  let asked = 0;
  const journal = createMemoryJournal();
  const refusal = () => ((asked -= 1) < 0 ? problem : undefined);
  const rig = ingestRig(journal, undefined, undefined, { refusal });
  await rig.define();
  return {
    ...{ ...rig, journal },
    /** `letIn`: the number of requests that are let in before. */
    refuse: (letIn = 0) => {
      asked = letIn;
      problem = IMPORT;
    },
  };
}

test('a stream of events that is open ends with the problem, and what comes then is not written', async () => {
  const { ingest, reporter, refuse, host } = await rigWith();
  async function* batches(): AsyncGenerator<readonly EventReport[]> {
    yield [report('h1', { key: 'k1' })];
    await until('it is stored', async () => (await host('h1')).length === 1, { everyMs: 1 });
    refuse();
    yield [report('h1', { key: 'k2' })];
    yield [report('h2', { key: 'k2' })];
  }
  const logged = await ingest.logEventStream(batches(), reporter);
  expect(logged).toMatchObject({ accepted: 1, problem: IMPORT });
  expect(await host('h1')).toHaveLength(1);
  expect(await host('h2')).toHaveLength(0);
  await ingest.close();
});

test('an inventory that is being read ends with the problem, and takes no host off', async () => {
  const { ingest, operator, refuse, host, show } = await rigWith();
  const line = (name: string, number: number): InventoryLine => ({
    line: number,
    host: name as HostName,
    set: {},
    clear: [],
    aliases: [],
  });
  async function* whole(): AsyncGenerator<readonly InventoryLine[]> {
    yield [line('h1', 1), line('h2', 2)];
  }
  expect(await ingest.importHosts(whole(), operator)).toMatchObject({ changed: 2 });
  await show('h1', 'h2');
  async function* broken(): AsyncGenerator<readonly InventoryLine[]> {
    yield [line('h1', 1)];
    refuse();
    yield [line('h3', 2)];
  }
  const imported = await ingest.importHosts(broken(), operator);
  expect(imported).toMatchObject({ problem: IMPORT });
  expect(imported.gone).toBeUndefined();
  expect(await host('h2')).toHaveLength(1);
  expect(await host('h3')).toHaveLength(0);
  await ingest.close();
});

test('a command that was let in before asks again where it appends', async () => {
  const { ingest, operator, reporter, refuse, host, journal } = await rigWith();
  const { position } = await journal.head();
  refuse(1);
  expect(await ingest.logEvents([report('h1', { key: 'k1' })], reporter)).toMatchObject({
    ...{ ok: false, problem: { code: 'store-unavailable', detail: expect.stringContaining(IMPORT.detail) as string } },
  });
  expect(await host('h1')).toHaveLength(0);
  refuse(1);
  const type = { category: 'a', state: 'b', description: null, restricted: false };
  expect(await ingest.defineEventTypes([type], operator)).toMatchObject({ ok: false });
  expect((await journal.head()).position).toBe(position);
  await ingest.close();
});
