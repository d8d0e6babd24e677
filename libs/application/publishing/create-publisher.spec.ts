/** Changes published to a topic, over views that answer what each test says. */
import type { Position, Uuid } from '#contracts';
import { emptyCatalogue } from '#domain';
import { StoreUnavailable, wrapJournal } from '#ports';
import { createMemoryJournal, MemoryChangesTopic, until } from '#testing';
import { silentLog } from '../log.js';
import type { Change, Notice } from '../reading/changes/change.js';
import { laborView } from '../reading/labor-view.js';
import { at, laborOf, NOW, questOf } from '../reading/testing-documents.js';
import { FakeViews } from '../reading/testing-views.js';
import {
  CHANGES_STATE,
  createChangesPublisher,
  giveUpChanges,
  type ChangesPublisherParts,
} from './create-publisher.js';
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
  /** It has sent the labor to the topic while that was away. */
  const failed = async (publisher: ChangesPublisher): Promise<void> => {
    topic.isAway = true;
    change('web-1~0', at(12));
    await until('it is said', async () => publisher.withheld()?.includes('by plan') ?? false);
    topic.isAway = false;
  };
  const keys = (): readonly string[] => topic.messages.map(({ key }) => key);
  return { journal, views, topic, publish, change, failed, stored, keys };
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
  const { publish, failed, keys, stored } = world();
  const publisher = publish('one');
  await until('it follows', async () => (await stored()) !== null);
  await failed(publisher);
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

test('once its place was given up it begins with a message that says so, though the generation is the same', async () => {
  const { journal, publish, keys, stored } = world();
  const first = publish('one');
  await until('it follows', async () => (await stored()) !== null);
  await first.close();
  await giveUpChanges(journal);
  publish('two');
  await until('it came', async () => keys().length > 0);
  expect(keys()).toEqual(['reset']);
  await until('it is stored', async () => ((await stored()) as { place: string }).place === `7.${at(10)}`);
});

test('so it does where nothing was published: what the topic has may be of the time before the journal was put back', async () => {
  const { journal, publish, keys } = world();
  await giveUpChanges(journal);
  publish('one');
  await until('it came', async () => keys().length > 0);
  expect(keys()).toEqual(['reset']);
});

test('the place is given up under a process that publishes, too, and between two of its writes', async () => {
  const { journal, views, publish, change, keys, stored } = world();
  publish('one');
  await until('it follows', async () => (await stored()) !== null);
  let writes = 0;
  const { writeState } = journal;
  const contested = wrapJournal(journal, {
    writeState: async (name, value, version) => {
      writes += 1;
      if (writes === 1) await writeState.call(journal, name, JSON.stringify({ place: `7.${at(10)}` }), version);
      return writeState.call(journal, name, value, version);
    },
  });
  await giveUpChanges(contested);
  expect(writes).toBe(2);
  expect(await stored()).toEqual({ place: '' });
  // it stores its place when something comes
  change('web-1~0', at(12));
  views.advance(at(20));
  await until('it came', async () => keys().includes('reset'), { limitMs: 10_000 });
}, 30_000);

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

test('what was sent and not acknowledged has settled before anything else is sent, also by the one that comes after it', async () => {
  const { journal, topic, publish, change, failed, keys, stored } = world();
  let nowMs = 0;
  topic.settledMs = 30_000;
  const publisher = publish('one', { monotonicMs: () => nowMs });
  await until('it follows', async () => (await stored()) !== null);
  await failed(publisher);
  const renewed = async (): Promise<void> => {
    const { version = 0 } = (await journal.readState('lease-changes')) ?? {};
    nowMs += 2000;
    const isRenewed = async (): Promise<boolean> =>
      ((await journal.readState('lease-changes'))?.version ?? 0) > version;
    await until('it renews the lease', isRenewed);
  };
  for (let n = 0; n < 3; n += 1) await renewed();
  expect(keys()).toEqual([]);
  expect(publisher.withheld()).toContain('by plan');
  nowMs += 30_000;
  await until('it came', async () => keys().includes('web-1~0'));
  topic.isAway = true;
  change('web-1~0', at(13));
  await until('it is said again', async () => publisher.withheld() !== null);
  await publisher.close();
  // it runs out, and the process that takes it over waits
  expect((await journal.readState('lease-changes'))?.value).toBe('{"owner":"one"}');
});

test('where nothing is on its way any more it tries again, soon at first, and goes on at once', async () => {
  const { topic, publish, change, keys, stored } = world();
  topic.settledMs = 600_000;
  topic.saysSettled = true;
  let tries = 0;
  const { publish: send } = topic;
  topic.publish = (messages) => {
    tries += 1;
    return send.call(topic, messages);
  };
  const publisher = publish('one');
  await until('it follows', async () => (await stored()) !== null);
  topic.isAway = true;
  change('web-1~0', at(12));
  await until('it has tried again', async () => tries > 3);
  // it is said once a try has ended
  await until('it is said', async () => publisher.withheld() !== null);
  expect(publisher.withheld()).toBe('changes are not published: feed unavailable: by plan');
  topic.isAway = false;
  await until('it came', async () => keys().includes('web-1~0'));
  await until('nothing is said', async () => publisher.withheld() === null);
});

test('what may still come is waited for from when it was sent, and that is said', async () => {
  const { topic, publish, failed, keys, stored } = world();
  let nowMs = 0;
  topic.settledMs = 30_000;
  const { publish: send } = topic;
  topic.publish = (messages) => {
    nowMs += 10_000;
    return send.call(topic, messages);
  };
  const publisher = publish('one', { monotonicMs: () => nowMs });
  await until('it follows', async () => (await stored()) !== null);
  await failed(publisher);
  const begunMs = nowMs - 10_000;
  expect(publisher.withheld()).toMatch(/by plan; messages that it sent .* may still come, .* in 20 s$/);
  nowMs = begunMs + 29_000;
  expect(publisher.withheld()).toMatch(/ in 1 s$/);
  expect(keys()).toEqual([]);
  nowMs = begunMs + 30_000;
  await until('it came', async () => keys().includes('web-1~0'));
});

test('that changes cannot be read is said as long as it is so', async () => {
  const { journal, views, publish, change, keys } = world();
  await journal.writeState(CHANGES_STATE, JSON.stringify({ place: `7.${at(5)}` }), 0);
  change('web-1~0', at(8));
  const { changedQuests } = views;
  views.changedQuests = () => Promise.reject(new StoreUnavailable('views', 'by plan'));
  const publisher = publish('one');
  await until('it is said', async () => publisher.withheld() !== null);
  const said: (string | null)[] = [];
  const { looks } = views;
  await until('it has tried again', async () => {
    said.push(publisher.withheld());
    return views.looks > looks + 3;
  });
  expect(new Set(said)).toEqual(new Set(['changes are not published: the views could not be read']));
  views.changedQuests = changedQuests;
  await until('it came', async () => keys().includes('web-1~0'));
  await until('nothing is said', async () => publisher.withheld() === null);
});

function noticeOf(labors: readonly (readonly [id: string, position: number])[], place: Notice['place'] = null): Notice {
  const changes = labors.map(([id, position]): Change => {
    const labor = laborView({ ...laborOf(id), position: at(position) }, false, emptyCatalogue);
    return { kind: 'labor', position: at(position), labor };
  });
  return { reset: false, changes, place };
}

const JOURNAL = '5e1ffb5c-2f0d-4a9e-8a55-6d7d4a1f0c22' as Uuid;

test('an outlet in which too much waits is over, and holds nobody', async () => {
  const outlet = new Outlet(JOURNAL);
  const notice = noticeOf(Array.from({ length: MOST_WAITING }, (_, n) => [`web-1~${n}`, 12]));
  outlet.take(notice);
  expect(outlet.why).toBe(null);
  const brought = outlet.bring(noticeOf([]));
  expect((await outlet.next(1000)).length).toBe(2);
  expect(await brought).toBe(true);
  outlet.take(notice);
  expect(await outlet.bring(noticeOf([['web-2~0', 13]]))).toBe(false);
  expect(outlet.why).toBe('overflow');
  expect(await outlet.next(1000)).toEqual([]);
});

test('the queue is bounded in bytes, too; what is brought up comes in pieces that fit', async () => {
  const labors = Array.from({ length: 400 }, (_, n): readonly [string, number] => [`web-1~${n}`, 12]);
  const bytes = 100_000;
  const taking = new Outlet(JOURNAL, bytes);
  taking.take(noticeOf(labors));
  expect(taking.why).toBe('overflow');
  const bringing = new Outlet(JOURNAL);
  const brought = bringing.bring(noticeOf(labors, { generation: 7, position: at(12) }));
  const lots = [...(await bringing.next(1000))];
  expect(lots[0]?.messages.length).toBeLessThan(100);
  while (lots.at(-1)?.place?.position !== at(12)) lots.push(...(await bringing.next(1000)));
  expect(await brought).toBe(true);
  expect(lots.flatMap(({ messages }) => messages)).toHaveLength(400);
});

test('what is brought up is left out where what came beside is as new', async () => {
  const outlet = new Outlet(JOURNAL);
  outlet.take(noticeOf([['web-1~0', 20]]));
  await outlet.bring(
    noticeOf([
      ['web-1~0', 15],
      ['web-2~0', 15],
    ]),
  );
  await outlet.bring(noticeOf([['web-1~0', 21]]));
  const messages = (await outlet.next(1000)).flatMap((lot) => lot.messages);
  const found = messages.map(({ key, position }) => [key, position]);
  expect(found).toEqual([
    ['web-1~0', at(20)],
    ['web-2~0', at(15)],
    ['web-1~0', at(21)],
  ]);
});
