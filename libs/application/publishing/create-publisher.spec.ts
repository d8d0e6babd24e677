/** Changes published to a topic, over views that answer what each test says. */
import type { Position } from '#contracts';
import { createMemoryJournal, MemoryChangesTopic, until } from '#testing';
import { silentLog } from '../log.js';
import { at, laborOf, NOW, questOf } from '../reading/testing-documents.js';
import { FakeViews } from '../reading/testing-views.js';
import { CHANGES_STATE, createChangesPublisher, type ChangesPublisherParts } from './create-publisher.js';
import { MOST_WAITING, Outlet } from './outlet.js';
import type { ChangesPublisher } from './publisher.js';

const running: ChangesPublisher[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});

function world() {
  const journal = createMemoryJournal();
  const views = new FakeViews(at(10));
  const topic = new MemoryChangesTopic();
  const publish = (owner: string, parts: Partial<ChangesPublisherParts> = {}): ChangesPublisher => {
    const common = { journal, views, topic, clock: { nowMs: () => Date.parse(NOW) }, log: silentLog };
    const publisher = createChangesPublisher({ ...common, owner, ...parts });
    running.push(publisher);
    publisher.start();
    return publisher;
  };
  const change = (id: string, position: Position): void => {
    const labor = { ...laborOf(id), position };
    views.laborsNow = [...views.laborsNow.filter((row) => row.labor.id !== labor.id), { labor, parked: false }];
    const others = views.changedNow.filter((each) => each.id !== labor.id);
    views.changedNow = [...others, { id: labor.id, position, seenAt: position }];
  };
  const stored = async (): Promise<unknown> => JSON.parse((await journal.readState(CHANGES_STATE))?.value ?? 'null');
  const keys = (): readonly string[] => topic.messages.map(({ key }) => key);
  return { journal, views, topic, publish, change, stored, keys };
}

test('each labor and quest that changes is published under its own key, as the API shows it', async () => {
  const { views, topic, publish, change, stored } = world();
  publish('one');
  await until('it follows', async () => ((await stored()) as { place?: string } | null)?.place === `7.${at(10)}`);
  change('web-1~0', at(12));
  views.changedQuestsNow = [{ quest: questOf(4, 'open'), seenAt: at(13) }];
  await until('both', async () => topic.messages.length === 2);
  const labor = topic.messages.find(({ kind }) => kind === 'labor');
  expect(labor).toMatchObject({ key: 'web-1~0', position: at(12) });
  expect(JSON.parse(labor?.json ?? '')).toMatchObject({
    position: String(at(12)),
    labor: { id: 'web-1~0', host: 'web-1', state: 'open', opened: { by: null } },
  });
  expect(topic.messages.find(({ kind }) => kind === 'quest')?.key).toBe('4');
});

test('one that starts again publishes what has changed since the place that is stored, and no more', async () => {
  const { views, publish, change, keys, stored } = world();
  const first = publish('one');
  await until('it follows', async () => (await stored()) !== null);
  change('web-1~0', at(12));
  await until('it came', async () => keys().includes('web-1~0'));
  views.advance(at(20));
  await until('its place', async () => ((await stored()) as { place: string }).place === `7.${at(20)}`, {
    limitMs: 20_000,
  });
  await first.close();
  change('web-2~0', at(30));
  views.advance(at(40));
  publish('two');
  await until('it came', async () => keys().includes('web-2~0'));
  expect(keys()).toEqual(['web-1~0', 'web-2~0']);
}, 30_000);

test('what the topic does not take is published once it does, and is said meanwhile', async () => {
  const { topic, publish, change, keys, stored } = world();
  const publisher = publish('one');
  await until('it follows', async () => (await stored()) !== null);
  topic.isAway = true;
  change('web-1~0', at(12));
  await until('it is said', async () => publisher.withheld()?.includes('by plan') ?? false);
  topic.isAway = false;
  await until('it came', async () => keys().includes('web-1~0'));
  await until('nothing is said', async () => publisher.withheld() === null);
});

test('another generation begins with a message that says so', async () => {
  const { views, topic, publish, keys, stored } = world();
  publish('one');
  await until('it follows', async () => (await stored()) !== null);
  views.advance(at(11), 8);
  await until('it came', async () => keys().includes('reset'));
  expect(topic.messages).toMatchObject([{ kind: 'reset', key: 'reset', position: at(11) }]);
  await until('it is stored', async () => ((await stored()) as { place: string }).place === `8.${at(11)}`);
});

test('of two one publishes; the other goes on where the first stops, or once what it sent has settled', async () => {
  const { journal, topic, publish, change, keys, stored } = world();
  const first = publish('one');
  await until('it follows', async () => (await stored()) !== null);
  publish('two');
  change('web-1~0', at(12));
  await until('it came', async () => keys().length > 0);
  await first.close();
  change('web-2~0', at(13));
  await until('the other goes on', async () => keys().includes('web-2~0'));
  await Promise.all(running.splice(0).map((each) => each.close()));
  // one that has died holds the lease
  const lease = await journal.readState('lease-changes');
  await journal.writeState('lease-changes', JSON.stringify({ owner: 'dead' }), lease?.version ?? 0);
  let nowMs = 0;
  topic.settledMs = 30_000;
  publish('three', { monotonicMs: () => nowMs });
  change('web-3~0', at(14));
  let version = -1;
  await until('it has the lease', async () => {
    nowMs += 2000;
    const state = await journal.readState('lease-changes');
    version = state?.version ?? 0;
    return state?.value.includes('three') ?? false;
  });
  nowMs += 20_000;
  await until('it renews the lease', async () => ((await journal.readState('lease-changes'))?.version ?? 0) > version);
  expect(keys()).not.toContain('web-3~0');
  nowMs += 20_000;
  await until('it came', async () => keys().includes('web-3~0'));
}, 30_000);

test('an outlet in which too much waits is over, and holds nobody', async () => {
  const outlet = new Outlet();
  const [change] = [{ kind: 'quest' } as never];
  const notice = { reset: false, changes: Array.from({ length: MOST_WAITING }, () => change), place: null };
  outlet.take(notice);
  expect(outlet.isOver).toBe(false);
  const brought = outlet.bring({ ...notice, changes: [] });
  expect((await outlet.next(1000)).length).toBe(2);
  expect(await brought).toBe(true);
  outlet.take(notice);
  const refused = outlet.bring({ ...notice, changes: [change] });
  expect(await refused).toBe(false);
  expect(outlet.isOver).toBe(true);
  expect(await outlet.next(1000)).toEqual([]);
});
