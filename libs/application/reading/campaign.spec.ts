/** How the fleet's work stands: looked up now and then, however often it is asked for. */
import type { EventDocument } from '#contracts';
import { CAMPAIGN_KEPT_MS } from './campaign.js';
import { createReading } from './create-reading.js';
import { at, NOW, totalsOf, typeOf } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

function world() {
  const views = new FakeViews(at(10));
  let nowMs = Date.parse(NOW);
  const reading = createReading({ views, clock: { nowMs: () => nowMs }, maxWaitS: 1 });
  return { views, reading, pass: (ms: number) => (nowMs += ms) };
}

test('totals, overdue quests and the newest event, kept for ten seconds', async () => {
  const { views, reading, pass } = world();
  const openByType = [{ type: typeOf('x-a'), open: 2, oldest: NOW }];
  views.totalsNow = () => Promise.resolve(totalsOf({ openByType }));
  views.eventsNow = [{ recordedAt: NOW } as EventDocument];
  const { quests } = totalsOf();
  expect(await reading.campaign()).toEqual({ openByType, quests, overdue: 77, newestEvent: NOW });
  expect(views.argumentsOf('quests')).toMatchObject([[7, { overdue: { is: true, now: NOW } }, { limit: 1 }]]);
  pass(CAMPAIGN_KEPT_MS - 1);
  await Promise.all([reading.campaign(), reading.campaign()]);
  expect(views.argumentsOf('events')).toHaveLength(1);
  pass(1);
  await Promise.all([reading.campaign(), reading.campaign()]);
  expect(views.argumentsOf('events')).toHaveLength(2);
  pass(-60_000);
  await reading.campaign();
  expect(views.argumentsOf('events')).toHaveLength(3);
});

test('a failure is not kept', async () => {
  const { views, reading } = world();
  views.totalsNow = () => Promise.reject(new Error('away'));
  await expect(reading.campaign()).rejects.toThrow('away');
  views.totalsNow = () => Promise.resolve(totalsOf());
  await expect(reading.campaign()).resolves.toMatchObject({ openByType: [] });
});
