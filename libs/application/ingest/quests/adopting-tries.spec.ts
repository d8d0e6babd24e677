/** Rules 15 and 22: an adoption that another process meets half way, and further tries of its request. */
import { createMemoryJournal, faultyJournal, ingestRig, report, until, wrapJournal, type MemoryStore } from '#testing';
import { ID, idsOf, into, open, scene, WHY } from './testing-adoptions.js';
import { kinds, unfinished } from './testing-quests.js';

/** A process that cannot write to hosts. */
function withoutHosts(store: MemoryStore) {
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (stream.startsWith('host-') ? 'failed' : undefined),
  });
  const rig = ingestRig(journal);
  open(rig.views.labors, ['a']);
  return rig;
}

test('rule 22: the answer’s position is not before the adoption, where the quest is abandoned meanwhile', async () => {
  const { store, operator, host } = await scene('a');
  const other = withoutHosts(store);
  let abandoning: Promise<unknown> | undefined;
  const base = createMemoryJournal({ store });
  const { ingest, views } = ingestRig(
    wrapJournal(base, {
      append: async (writes) => {
        if (writes.some(({ stream }) => stream === 'host-a'))
          await (abandoning ??= other.ingest.abandonQuest(ID, WHY, operator));
        return base.append(writes);
      },
    }),
  );
  open(views.labors, ['a']);
  const answer = await ingest.commandLabor('a~0', into(1), operator);
  expect(await abandoning).toMatchObject({ ok: true, value: { isEnded: false } });
  const entries = await host('a');
  expect(kinds(entries)).toEqual(['EventLogged', 'LaborAdopted']);
  expect(answer).toEqual({ ok: true, value: { position: entries[1]!.position } });
}, 20_000);

test('rule 22: another try of an adoption that was accepted before the abandonment is not refused: it waits for the end', async () => {
  const { store, operator, ingest, host } = await scene('a');
  const caller = { ...operator, idempotencyKey: 'once' };
  const first = withoutHosts(store);
  const adopt = () => first.ingest.commandLabor('a~0', into(1), caller);
  expect(await adopt()).toMatchObject({ problem: { code: 'outcome-unknown' } });
  expect(await first.ingest.abandonQuest(ID, WHY, operator)).toMatchObject({ ok: true, value: { isEnded: false } });
  expect(await adopt()).toMatchObject({ problem: { code: 'outcome-unknown', retryAfterS: 1 } });
  const another = await first.ingest.commandLabor('a~0', into(1), operator);
  expect(another).toMatchObject({ problem: { code: 'quest-abandoned' } });
  ingest.start();
  await until('it is ended', () => unfinished(store).length === 0);
  await ingest.close();
  expect(await adopt()).toMatchObject({ ok: true });
  expect(kinds(await host('a'))).toEqual(['EventLogged', 'LaborAdopted', 'QuestLaborsEnded']);
}, 20_000);

test('another try continues what the first has accepted: no acceptance is added', async () => {
  const { store, operator, host, quest: stream } = await scene('a', 'b');
  let stopped = true;
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream: name }) => (stopped && name === 'host-b' ? 'failed' : undefined),
  });
  const { ingest, views } = ingestRig(journal);
  open(views.labors, ['a', 'b']);
  const adopt = () => ingest.commandLabors(idsOf(['a', 'b']), into(1), { ...operator, idempotencyKey: 'once' });
  for (let tries = 0; tries < 2; tries += 1)
    expect(await adopt()).toMatchObject({ problem: { code: 'outcome-unknown' } });
  stopped = false;
  expect(await adopt()).toMatchObject({ ok: true });
  const adoptions = kinds(await stream(1)).filter((kind) => kind.startsWith('QuestLabors'));
  expect(adoptions).toEqual(['QuestLaborsAccepted', 'QuestLaborsAdopted']);
  for (const name of ['a', 'b'])
    expect(kinds(await host(name)).filter((kind) => kind === 'LaborAdopted')).toHaveLength(1);
}, 20_000);

test('where too much waits for the journal, nothing is accepted', async () => {
  const { store, operator, quest: stream } = await scene('a');
  const base = createMemoryJournal({ store });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { ingest, views } = ingestRig(
    wrapJournal(base, {
      append: async (writes) => {
        if (writes.some((write) => write.stream === 'host-z')) await held;
        return base.append(writes);
      },
    }),
  );
  open(views.labors, ['a']);
  const before = await stream(1);
  const waiting = ingest.logEvents(
    Array.from({ length: 75_000 }, () => report('z')),
    operator,
  );
  await until('they wait', () => ingest.waiting().entries === 75_000);
  expect(await ingest.commandLabor('a~0', into(1), operator)).toMatchObject({ problem: { code: 'overloaded' } });
  expect(await stream(1)).toEqual(before);
  release();
  expect(await waiting).toMatchObject({ ok: true });
  expect(await ingest.commandLabor('a~0', into(1), operator)).toMatchObject({ ok: true });
}, 20_000);
