/** Reads are in the shares of who asks: each question that a read puts to the views is asked for the holder of its place. */
import type { ViewsReader } from '#ports';
import { createReading } from './create-reading.js';
import type { FreshnessDemand, Place, Reading } from './reading.js';
import {
  at,
  catalogueOf,
  eventOf,
  hostName,
  hostOf,
  laborOf,
  NOW,
  PARKED,
  questId,
  questOf,
} from './testing-documents.js';
import { FakeViews } from './testing-views.js';

/** What is looked up once for all who read. */
const SHARED = new Set(['freshness', 'catalogue']);
const PAGE = { limit: 9, after: null, count: false } as const;
const place: Place = { holder: 'token a', leave: () => undefined, comeBack: () => Promise.resolve() };
/** The barriers are asked, too. */
const demand: FreshnessDemand = { minPosition: at(10), place };

const READS: Readonly<
  Record<Exclude<keyof Reading, CatalogueReads | 'stats'>, (reading: Reading) => Promise<unknown>>
> = {
  hosts: (reading) => reading.hosts({ host: [hostName('web-1')] }, { ...PAGE, sort: 'host' }, demand),
  host: (reading) => reading.host('web-1', demand),
  events: (reading) => reading.events({ host: [hostName('web-1')] }, { ...PAGE, sort: 'position' }, demand),
  event: (reading) => reading.event('web-1~9', demand),
  labors: (reading) => reading.labors({ host: [hostName('web-1')] }, { ...PAGE, sort: '-openedAt' }, demand),
  labor: (reading) => reading.labor('web-1~9', demand),
  why: (reading) => reading.why('web-1~0', demand),
  quests: (reading) => reading.quests({}, { ...PAGE, sort: '-id' }, demand),
  quest: (reading) => reading.quest(questId(4), demand),
  questLabors: (reading) => reading.questLabors(questId(4), {}, { ...PAGE, sort: '-openedAt' }, demand),
  questHosts: (reading) => reading.questHosts(questId(4), { ...PAGE, sort: 'host' }, demand),
};
type CatalogueReads = 'eventTypes' | 'eventType' | 'fates' | 'fate';

test.each(Object.entries(READS))('every question of %s is asked for the holder', async (_, read) => {
  const asked: (readonly [holder: string | null, method: string])[] = [];
  const views = new FakeViews(at(10));
  views.catalogueNow = catalogueOf(['a'], []);
  views.hostDocuments = [hostOf('web-1', PARKED)];
  views.eventsNow = [eventOf('web-1~0')];
  views.laborsNow = [{ labor: laborOf('web-1~0'), parked: true }];
  views.questsNow = [questOf(4, 'open')];
  const reading = createReading({
    views: watched(views, null, asked),
    clock: { nowMs: () => Date.parse(NOW) },
    maxWaitS: 1,
  });
  await read(reading);
  const questions = asked.filter(([, method]) => !SHARED.has(method));
  expect(questions.length).toBeGreaterThan(1);
  expect(questions.filter(([holder]) => holder !== 'token a')).toEqual([]);
});

/** The views, of which each question is noted with the holder that it was asked for. */
function watched(views: FakeViews, holder: string | null, asked: (readonly [string | null, string])[]): ViewsReader {
  return new Proxy<ViewsReader>(views, {
    get: (_, method: keyof ViewsReader) => {
      if (method === 'for') return (its: string) => watched(views, its, asked);
      asked.push([holder, method]);
      return views[method].bind(views) as unknown;
    },
  });
}
