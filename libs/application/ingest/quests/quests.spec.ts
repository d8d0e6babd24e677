/** Quests: numbered, accepted durably, each host its event exactly once (rules 17, 19, 22). */
import { decodeHostEntry, decodeQuestEntry, questStream } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { createMemoryJournal, ingestRig, until } from '#testing';
import type { QuestRequest } from '../ingest.js';
import { defined, kinds, names, quest, requireOnce, unfinished } from './testing-quests.js';

test('rule 17: a small quest is embarked before the answer; its events carry the quest', async () => {
  const { ingest, operator, quest: stream, host, store } = await defined();
  const answer = await ingest.embarkQuest(quest(['a', 'b', 'a'], { creator: 'cy' }), operator);
  const entries = await stream(1);
  expect(kinds(entries)).toEqual(['QuestDrafted', 'QuestHostsListed', 'QuestHostsAccepted', 'QuestHostsEmbarked']);
  expect(answer).toEqual({ ok: true, value: { id: 1, hosts: 2, state: 'open', position: entries.at(-1)!.position } });
  expect(decodeHostEntry((await host('a'))[0]!)).toMatchObject({
    entry: { type: 'disk-full', category: 'disk', state: 'full', quest: 1, by: 'cy', key: null },
  });
  requireOnce(store, 1, ['a', 'b']);
  expect(unfinished(store)).toEqual([]);
  expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({ value: { id: 2 } });
});

test('rule 17: what is wrong is refused, all at once, and nothing is journalled', async () => {
  const { ingest, operator, reporter, journal } = await defined();
  const { position } = await journal.head();
  const past = quest([], { type: 'disk-cleaned', target: '2001-01-01T00:00:00.000Z' as QuestRequest['target'] });
  const refused = await ingest.embarkQuest(past, operator);
  expect(refused).toMatchObject({ ok: false, problem: { code: 'validation-failed' } });
  expect(!refused.ok && refused.problem.errors!.map(({ path }) => path).sort()).toEqual(['hosts', 'target', 'type']);
  const restricted = quest(['a'], { type: 'power-cut' });
  expect(await ingest.embarkQuest(restricted, reporter)).toMatchObject({ problem: { code: 'event-type-restricted' } });
  expect((await journal.head()).position).toBe(position);
  expect(await ingest.embarkQuest(restricted, operator)).toMatchObject({ ok: true });
});

test('a number whose stream is in use is passed over, and nothing of it is embarked', async () => {
  const { ingest, operator, journal, store } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const draft = store.streams.get(questStream(1 as QuestId))![0]!;
  await journal.append([{ stream: questStream(2 as QuestId), expected: 'none', entries: [draft] }]);
  expect(await ingest.embarkQuest(quest(['b']), operator)).toMatchObject({ ok: true, value: { id: 3 } });
  expect(store.streams.get(questStream(2 as QuestId))).toHaveLength(1);
  expect(unfinished(store)).toEqual([]);
});

test('rule 19: a large quest is answered when it is accepted, and goes on in the background at once', async () => {
  const { ingest, operator, quest: stream, store } = await defined();
  ingest.start();
  const hosts = names(4500);
  const answer = await ingest.embarkQuest(quest(hosts), operator);
  expect(answer).toMatchObject({ ok: true, value: { hosts: 4500, state: 'embarking' } });
  await until('all is embarked', () => unfinished(store).length === 0);
  expect(kinds(await stream(1)).filter((kind) => kind !== 'QuestHostsListed')).toEqual([
    'QuestDrafted',
    'QuestHostsAccepted',
    'QuestHostsEmbarked',
  ]);
  requireOnce(store, 1, hosts);
  expect(ingest.notReady()).toBeNull();
  await ingest.close();
});

test('hosts are listed in chunks that one write can hold, whatever the names', async () => {
  const { ingest, operator, store, journal } = await defined();
  const hosts = Array.from({ length: 9000 }, (_, nth) => `${nth}`.padStart(250, 'x'));
  expect(await ingest.embarkQuest(quest(hosts), operator)).toMatchObject({ ok: true, value: { hosts: 9000 } });
  const listed = store.streams.get(questStream(1 as QuestId))!.flatMap((stored) => {
    const decoded = decodeQuestEntry(stored);
    expect(stored.json.length).toBeLessThan(journal.maxAppendBytes / 2);
    return decoded.ok && decoded.entry.kind === 'QuestHostsListed' ? [decoded.entry.hosts] : [];
  });
  expect(Math.max(...listed.map(({ length }) => length))).toBeLessThanOrEqual(2000);
  expect(listed.flat()).toEqual(hosts);
});

test('rule 22: hosts that are in get no second event; a quest that was never accepted is unknown', async () => {
  const { ingest, operator, reporter, store, quest: stream } = await defined();
  await ingest.embarkQuest(quest(['a', 'b']), operator);
  const added = await ingest.addQuestHosts(1 as QuestId, ['b', 'c', 'c'] as HostName[], reporter);
  expect(added).toMatchObject({ ok: true, value: { id: 1, hosts: 1, state: 'open' } });
  requireOnce(store, 1, ['a', 'b', 'c']);
  const length = (await stream(1)).length;
  expect(await ingest.addQuestHosts(1 as QuestId, ['c'] as HostName[], reporter)).toMatchObject({
    value: { hosts: 0 },
  });
  expect(await stream(1)).toHaveLength(length);
  expect(await ingest.addQuestHosts(7 as QuestId, ['c'] as HostName[], reporter)).toMatchObject({
    problem: { code: 'quest-unknown' },
  });
});

test('rule 22: where no fate starts the type any more, hosts join without a labor, and the answer says so', async () => {
  const { ingest, operator, reporter, store } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  expect(await ingest.addQuestHosts(1 as QuestId, ['b'] as HostName[], reporter)).not.toHaveProperty('value.without');
  await ingest.moveFate('1', 'retire', operator);
  expect(await ingest.addQuestHosts(1 as QuestId, ['a', 'c', 'd'] as HostName[], reporter)).toMatchObject({
    value: { hosts: 2, state: 'open', without: 2 },
  });
  requireOnce(store, 1, ['a', 'b', 'c', 'd']);
  expect(await ingest.addQuestHosts(1 as QuestId, ['c'] as HostName[], reporter)).not.toHaveProperty('value.without');
  await ingest.moveEventType('disk-full', 'retire', operator);
  expect(await ingest.addQuestHosts(1 as QuestId, ['e'] as HostName[], reporter)).toMatchObject({
    problem: { code: 'event-type-retired' },
  });
  requireOnce(store, 1, ['a', 'b', 'c', 'd']);
});

test('rule 22: additions at once, from two processes, give each host one event', async () => {
  const { ingest, operator, store } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const other = ingestRig(createMemoryJournal({ store }));
  const groups = Array.from({ length: 12 }, (_, nth) =>
    names(4, 'n').map((name, index) => `${name}-${(nth + index) % 6}`),
  );
  const answers = await Promise.all(
    groups.map((hosts, nth) =>
      (nth % 2 === 0 ? ingest : other.ingest).addQuestHosts(1 as QuestId, hosts as HostName[], operator),
    ),
  );
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  requireOnce(store, 1, ['a', ...new Set(groups.flat())]);
});

test('rule 22: amending writes what differs, once, and answers a position that shows it', async () => {
  const { ingest, operator, quest: stream } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const amended = await ingest.amendQuest(1 as QuestId, { description: 'second words' }, operator);
  const entries = await stream(1);
  expect(amended).toMatchObject({
    value: { position: entries.at(-1)!.position, quest: { description: 'second words' } },
  });
  expect(kinds(entries).at(-1)).toBe('QuestAmended');
  expect(await ingest.amendQuest(1 as QuestId, { description: 'second words' }, operator)).toEqual(amended);
  expect(await stream(1)).toHaveLength(entries.length);
  const past = { target: '2001-01-01T00:00:00.000Z' as QuestRequest['target'] };
  expect(await ingest.amendQuest(1 as QuestId, past, operator)).toMatchObject({
    problem: { code: 'target-not-in-future' },
  });
  expect(await ingest.amendQuest(2 as QuestId, {}, operator)).toMatchObject({ problem: { code: 'quest-unknown' } });
});

test('round trips: a thousand hosts inline are a few calls', async () => {
  const { ingest, operator, journal } = await defined();
  journal.resetCalls();
  await ingest.embarkQuest(quest(names(1000)), operator);
  const { append, read, readState, writeState } = journal.calls;
  expect({ append, read: read <= 4, readState, writeState }).toEqual({
    append: 3,
    read: true,
    readState: 2,
    writeState: 2,
  });
});
