/** Rule 22: which hosts a removal means: those of its first try where it is sent again; rule 23: those that the quest knows by the names given. */
import { questStream } from '#contracts';
import { newHost, type HostName, type QuestId } from '#domain';
import { StoreUnavailable } from '#ports';
import { createMemoryJournal, ingestRig, wrapJournal, type MemoryStore } from '#testing';
import { added, defined, kinds, quest, requireMembers, those } from './testing-quests.js';

const ID = 1 as QuestId;

/** Hosts that a query asks for: it selects all that the views have. */
const SELECTED = {
  hosts: { query: { is: 'any', of: [{ is: 'retired' }, { is: 'not', of: { is: 'retired' } }] }, beside: [] },
  by: null,
  reason: null,
} as const;

async function scene(...hosts: readonly string[]) {
  const rig = await defined();
  await rig.ingest.embarkQuest(quest(hosts), rig.operator);
  return { ...rig, key: { ...rig.operator, idempotencyKey: 'once' } };
}

/** An ingest that does its work and cannot keep its answer. */
function forgetfulOver(store: MemoryStore) {
  const base = createMemoryJournal({ store });
  return ingestRig(
    wrapJournal(base, {
      writeState: async (...call) => {
        if (call[1].includes('answered')) throw new StoreUnavailable('journal', 'by plan');
        return base.writeState(...call);
      },
    }),
  );
}

test('rule 22: a removal that is sent again leaves in what was added since; another one takes it out', async () => {
  const { ingest, operator, key, store } = await scene('a', 'b');
  const forgetful = forgetfulOver(store);
  const removed = { ok: true, value: { hosts: 1, notIn: [], isRemoved: true } };
  expect(await forgetful.ingest.removeQuestHosts(ID, those('a'), key)).toMatchObject(removed);
  await ingest.addQuestHosts(ID, added('a'), operator);
  expect(await ingest.removeQuestHosts(ID, those('a'), key)).toMatchObject(removed);
  expect(requireMembers(store, ID)).toEqual(['b', 'a']);
  expect(await ingest.removeQuestHosts(ID, those('a'), operator)).toMatchObject(removed);
  expect(requireMembers(store, ID)).toEqual(['b']);
});

test('rule 22: a removal by a query takes out no more when it is sent again than its first try did', async () => {
  const { ingest, operator, key, store, show, views } = await scene('a', 'b', 'c');
  const forgetful = forgetfulOver(store);
  await forgetful.show('a');
  expect(await forgetful.ingest.removeQuestHosts(ID, SELECTED, key)).toMatchObject({ value: { hosts: 1 } });
  // what is selected by then is another host, and the first one is in again
  await ingest.addQuestHosts(ID, added('a'), operator);
  await show('b');
  expect([...views.states.keys()]).toEqual(['b']);
  expect(await ingest.removeQuestHosts(ID, SELECTED, key)).toMatchObject({ value: { hosts: 1, notIn: [] } });
  expect(requireMembers(store, ID)).toEqual(['b', 'c', 'a']);
  expect(await ingest.removeQuestHosts(ID, SELECTED, operator)).toMatchObject({ value: { hosts: 1 } });
  expect(requireMembers(store, ID)).toEqual(['c', 'a']);
});

test('rule 22: nor does one by names, of hosts that were not in when it first came', async () => {
  const { ingest, operator, key, store } = await scene('a', 'b');
  const forgetful = forgetfulOver(store);
  const answer = { ok: true, value: { hosts: 1, notIn: ['z'], isRemoved: true } };
  expect(await forgetful.ingest.removeQuestHosts(ID, those('a', 'z'), key)).toMatchObject(answer);
  await ingest.addQuestHosts(ID, added('z'), operator);
  expect(await ingest.removeQuestHosts(ID, those('a', 'z'), key)).toMatchObject(answer);
  expect(requireMembers(store, ID)).toEqual(['b', 'z']);
});

test('rule 22: of a removal by a query of which a write was lost, another try takes out the rest', async () => {
  const all = Array.from({ length: 9000 }, (_, nth) => `${nth}`.padStart(250, 'x'));
  const { ingest, operator, store, views } = await defined();
  await ingest.embarkQuest(quest([...all, 'stays']), operator);
  const key = { ...operator, idempotencyKey: 'once' };
  const base = createMemoryJournal({ store });
  let writes = 0;
  const failing = ingestRig(
    wrapJournal(base, {
      append: async (each) => {
        const isRemoval = each.some(({ entries }) => entries[0]?.type === 'QuestRemovalAccepted');
        if (isRemoval && (writes += 1) > 1) throw new StoreUnavailable('journal', 'by plan');
        return base.append(each);
      },
    }),
  );
  const some = all.map((name) => [name as HostName, newHost] as const);
  for (const [name, state] of some) for (const each of [views, failing.views]) each.states.set(name, state);
  expect(await failing.ingest.removeQuestHosts(ID, SELECTED, key)).toMatchObject({ ok: false });
  const accepted = () =>
    (store.streams.get(questStream(ID)) ?? []).filter(({ type }) => type === 'QuestRemovalAccepted');
  const first = accepted().length;
  expect(await ingest.removeQuestHosts(ID, SELECTED, key)).toMatchObject({ value: { hosts: all.length, notIn: [] } });
  expect(first).toBeGreaterThan(0);
  expect(accepted().length).toBeGreaterThan(first);
  expect(accepted().map(({ json }) => json.includes('"last":true'))).toEqual(
    accepted().map((_, nth, { length }) => nth === length - 1),
  );
}, 60_000);

test('rule 23: a host that joined under a name which is an alias of another by now leaves by it; a query means the host that it selects', async () => {
  const { ingest, operator, host, show, views } = await scene('old', 'web', 'b', 'gone');
  const left = async (...names: readonly string[]) =>
    (await Promise.all(names.map(host))).map((entries) => kinds(entries).includes('QuestLeft'));
  for (const name of ['old', 'gone'] as const) {
    await show(name);
    await ingest.commandHost(name, { kind: 'HostRetired', by: null, reason: 'replaced' }, operator);
    await show(name);
  }
  const order = (host: string, name: string) => ({ host: host as HostName, names: added(name) });
  expect(await ingest.aliasHost(order('new', 'old'), null, operator)).toMatchObject({ ok: true });
  expect(await ingest.aliasHost(order('web', 'gone'), null, operator)).toMatchObject({ ok: true });
  expect(await ingest.foreseeQuestHostsRemoval(ID, added('old'), operator)).toMatchObject({
    value: { hosts: 1, notIn: [] },
  });
  expect(await ingest.removeQuestHosts(ID, those('old'), operator)).toMatchObject({ value: { hosts: 1, notIn: [] } });
  expect(await left('old', 'web', 'b', 'gone')).toEqual([true, false, false, false]);
  expect(await ingest.removeQuestHosts(ID, those('old', 'new'), operator)).toMatchObject({
    value: { hosts: 0, notIn: ['new'] },
  });
  views.states.delete('old' as HostName);
  expect(await ingest.removeQuestHosts(ID, SELECTED, operator)).toMatchObject({ value: { hosts: 1, notIn: [] } });
  expect(await left('old', 'web', 'b', 'gone')).toEqual([true, false, false, true]);
});
