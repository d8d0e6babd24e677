/** Reads are in the shares of who asks: each question that a read puts to the views is asked for the holder of its place. */
import type { ViewsReader } from '#ports';
import type { FreshnessDemand, Place, Reading } from './reading.js';
import { at, BEFORE, hostName, questId } from './testing-documents.js';
import { readingOf, viewsOfHost, type FakeViews } from './testing-views.js';

/** What is looked up once for all who read. */
const SHARED = new Set(['freshness', 'catalogue', 'names']);
const PAGE = { limit: 9, after: null, count: false } as const;
const place: Place = { holder: 'token a', leave: () => undefined, comeBack: () => Promise.resolve() };
/** The barriers are asked, too. */
const present: FreshnessDemand = { minPosition: at(10), place };
const past: FreshnessDemand = { asOf: { instant: BEFORE }, place };

const READS: Readonly<
  Record<
    Exclude<keyof Reading, CatalogueReads | Counts>,
    (reading: Reading, demand: FreshnessDemand) => Promise<unknown>
  >
> = {
  hosts: (reading, demand) => reading.hosts({ host: [hostName('web-1')] }, { ...PAGE, sort: 'host' }, demand),
  host: (reading, demand) => reading.host('web-1', demand),
  events: (reading, demand) => reading.events({ host: [hostName('web-1')] }, { ...PAGE, sort: 'position' }, demand),
  event: (reading, demand) => reading.event('web-1~9', demand),
  fateGraph: (reading, demand) => reading.fateGraph(questId(4), demand),
  labors: (reading, demand) => reading.labors({ host: [hostName('web-1')] }, { ...PAGE, sort: '-openedAt' }, demand),
  labor: (reading, demand) => reading.labor('web-1~9', demand),
  why: (reading, demand) => reading.why('web-1~0', demand),
  quests: (reading, demand) => reading.quests({}, { ...PAGE, sort: '-id' }, demand),
  quest: (reading, demand) => reading.quest(questId(4), demand),
  questLabors: (reading, demand) => reading.questLabors(questId(4), {}, { ...PAGE, sort: '-openedAt' }, demand),
  questHosts: (reading, demand) => reading.questHosts(questId(4), {}, { ...PAGE, sort: 'host' }, demand),
  questHistory: (reading, demand) => reading.questHistory(questId(4), { ...PAGE, sort: 'position' }, demand),
  questTimes: (reading, demand) => reading.questTimes(questId(4), demand),
  burndown: (reading, demand) => reading.burndown(questId(4), {}, { ...PAGE, sort: 'from' }, demand),
};
type Counts = 'stats' | 'pastStats';
type CatalogueReads = 'eventTypes' | 'eventType' | 'fates' | 'fate' | 'catalogue' | 'nameRules';

async function askedFor(
  read: (reading: Reading, demand: FreshnessDemand) => Promise<unknown>,
  demand: FreshnessDemand,
) {
  const asked: (readonly [holder: string | null, method: string])[] = [];
  await read(readingOf(watched(viewsOfHost(), null, asked)), demand);
  return asked.filter(([, method]) => !SHARED.has(method));
}

test.each(Object.entries(READS))('every question of %s is asked for the holder', async (_, read) => {
  for (const demand of [present, past]) {
    const questions = await askedFor(read, demand);
    expect(questions.length).toBeGreaterThan(1);
    expect(questions.filter(([holder]) => holder !== 'token a')).toEqual([]);
  }
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
