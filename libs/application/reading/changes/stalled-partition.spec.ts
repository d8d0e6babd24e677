/** Followers while a partition is stalled, and while it catches up: bounded reads, and nothing sent again at every look. */
import { hostStream, partitionOf, type Position } from '#contracts';
import { emptyCatalogue, type HostName } from '#domain';
import { until } from '../../../testing/until.js';
import { createReading } from '../create-reading.js';
import { seenOf } from '../seen.js';
import { at, freshnessOf, laborOf, NOW, progressOf } from '../testing-documents.js';
import { FakeViews } from '../testing-views.js';
import type { Notice } from './change.js';
import { KnownDocuments } from './known-documents.js';
import { Looks } from './looks.js';

const STALLED = 2;
/** The first hosts of the stalled partition, and of another one. */
const SLOW = hostOf(STALLED);
const QUICK = hostOf(0);

function hostOf(partition: number): string {
  for (let n = 0; ; n += 1) if (partitionOf(hostStream(`web-${n}` as HostName), 4) === partition) return `web-${n}`;
}

class StalledViews extends FakeViews {
  /** The position of the n-th entry is n. */
  reach(quick: number, slow: number): void {
    const partitions = [0, 1, 2, 3].map((partition) => {
      const number = partition === STALLED ? slow : quick;
      return progressOf(partition, at(number), Date.parse(NOW), number);
    });
    this.freshnessNow = freshnessOf(partitions);
  }

  change(host: string, from: number, to: number): void {
    const ids = Array.from({ length: to - from }, (_, n) => from + n);
    const labors = ids.map((n) => ({ ...laborOf(`${host}~${n}`), position: at(n) }));
    this.laborsNow = [...this.laborsNow, ...labors.map((labor) => ({ labor, parked: false }))];
    const changed = labors.map(({ id, position }) => ({ id, position, seenAt: position }));
    this.changedNow = [...this.changedNow, ...changed];
  }

  /** Pages that were read, and the least place of one, since the last call. */
  read(): { readonly pages: number; readonly from: Position | undefined } {
    const asked = this.argumentsOf('changedLabors').map(([, from]) => (from as { readonly seenAt: Position }).seenAt);
    this.asked.length = 0;
    return { pages: asked.length, from: asked.reduce<Position | undefined>((a, b) => (a && a < b ? a : b), undefined) };
  }
}

function looking(views: StalledViews, looks = new Looks({ views })) {
  const look = async (): Promise<readonly string[]> => {
    const seen = seenOf(views.freshnessNow, () => 0);
    if (!seen.ok) throw new Error('no views');
    const ids: string[] = [];
    for await (const { changes } of looks.pages(seen.value, { catalogue: emptyCatalogue, now: NOW }))
      for (const change of changes) if (change.kind === 'labor') ids.push(change.labor.labor.id);
    return ids;
  };
  return { look, looks };
}

test('while a partition is stalled a look reads what is new, and sends nothing again', async () => {
  const stop = new AbortController();
  const views = new StalledViews(at(10));
  views.reach(10, 10);
  const reading = createReading({
    ...{ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1, stopping: stop.signal },
  });
  const ids: string[] = [];
  const take = ({ changes }: Notice): void => {
    for (const change of changes) if (change.kind === 'labor') ids.push(change.labor.labor.id);
  };
  const follower = { take, bring: () => Promise.resolve(true), end: () => undefined };
  await reading.follow({ question: {}, from: null, holder: 'a' }, follower);
  views.change(QUICK, 11, 3011);
  await until('they came', async () => ids.length === 3000);
  views.reach(20_000, 10);
  let { looks } = views;
  await until('the others are known to be ahead', async () => views.looks > looks + 1);
  views.read();
  ({ looks } = views);
  await until('more looks', async () => views.looks > looks + 1);
  // of labors without a place, and beyond the others' progress
  expect(views.read()).toMatchObject({ from: at(20_000) });
  views.change(QUICK, 20_001, 20_002);
  await until('what is new comes', async () => ids.length > 3000);
  expect(new Set(ids).size).toBe(ids.length);
  stop.abort();
});

test('who resumes gets what the partitions changed that are ahead of another one, whether others follow or nobody', async () => {
  const stop = new AbortController();
  const views = new StalledViews(at(10));
  const reading = createReading({
    ...{ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1, stopping: stop.signal },
  });
  const resume = async (): Promise<string[]> => {
    const ids: string[] = [];
    const take = ({ changes }: Notice): void => {
      for (const change of changes) if (change.kind === 'labor') ids.push(change.labor.labor.id);
    };
    const bring = (notice: Notice): Promise<boolean> => Promise.resolve((take(notice), true));
    await reading.follow({ question: {}, from: `7.${at(10)}`, holder: 'a' }, { take, bring, end: () => undefined });
    return ids;
  };
  views.reach(20, 10);
  views.change(QUICK, 15, 16);
  const alone = await resume();
  await until('it came', async () => alone.length > 0);
  // so far ahead that looks begin beyond it
  views.reach(20_000, 10);
  const { looks } = views;
  await until('it is known to be far behind', async () => views.looks > looks + 2);
  const beside = await resume();
  await until('it came again', async () => beside.length > 0);
  expect([alone, beside]).toEqual([[`${QUICK}~15`], [`${QUICK}~15`]]);
  stop.abort();
});

test('what a partition changes that catches up is sent once it has moved, each look reading a step', async () => {
  const views = new StalledViews(at(10));
  views.reach(10, 10);
  const { look, looks } = looking(views);
  views.change(QUICK, 11, 20_011);
  const isNew = await look();
  expect(isNew).toHaveLength(20_000);
  views.reach(30_000, 10);
  await look();
  expect(await look()).toEqual([]);
  expect(looks.reached).toBe(at(10));
  views.change(SLOW, 11, 6011);
  expect(await look()).toEqual([]);
  views.reach(30_000, 5011);
  views.read();
  const found: string[] = [];
  let most = 0;
  for (let n = 0; looks.reached < at(5011); n += 1) {
    if (n > 100) throw new Error('it does not end');
    found.push(...(await look()));
    most = Math.max(most, views.read().pages);
  }
  // with the last, at the place itself: the partition perhaps stalls there again
  expect(found).toHaveLength(5001);
  expect(new Set(found).size).toBe(5001);
  expect(most).toBeLessThan(15);
  // what it has changed since, when it is level
  views.reach(30_001, 30_001);
  for (let n = 0; looks.reached < at(30_001); n += 1) {
    if (n > 100) throw new Error('it does not end');
    found.push(...(await look()));
  }
  expect(new Set(found).size).toBe(6000);
  expect(found.every((id) => id.startsWith(SLOW))).toBe(true);
  views.read();
  await look();
  expect(views.read().from).toBe(at(30_001));
});

test('with other partitions all of them begin where all was read', async () => {
  const views = new StalledViews(at(10));
  views.reach(100, 50);
  const { look, looks } = looking(views);
  await look();
  views.change(SLOW, 50, 60);
  views.freshnessNow = freshnessOf(
    [0, 1, 2, 3, 4, 5].map((partition) => progressOf(partition, at(70))),
    { partitions: 6 },
  );
  expect(await look()).toHaveLength(10);
  expect(looks.reached).toBe(at(50));
  await look();
  expect(looks.reached).toBe(at(70));
});

test('what cannot be remembered is not sent again before some progress has moved', async () => {
  const views = new StalledViews(at(10));
  views.reach(10, 10);
  const { look } = looking(views, new Looks({ views }, new KnownDocuments(5)));
  views.change(QUICK, 11, 21);
  expect(await look()).toHaveLength(10);
  expect(await look()).toEqual([]);
  views.change(SLOW, 21, 22);
  expect(await look()).toEqual([]);
  views.reach(20, 10);
  expect(await look()).toContain(`${SLOW}~21`);
  views.reach(21, 21);
  await look();
  expect(await look()).toEqual([]);
});
