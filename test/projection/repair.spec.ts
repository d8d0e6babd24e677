/** R7: a host is repaired in place where that loses nothing: a parked one stays parked, and one that is behind or not there yet is left alone. */
import { CatalogueTimeline, createVerifying, silentLog } from '#application';
import type { StoredEntry } from '#contracts';
import type { HostName } from '#domain';
import { wrapJournal, type Journal, type Views } from '#ports';
import { canonicalViews, createMemoryJournal, Play, temporaryFolder } from '#testing';
import {
  acceptQuest,
  append,
  appendHistory,
  cleanFold,
  clock,
  folded,
  newViews,
  served,
  settle,
  tidyUp,
} from './rig.js';
import { plant } from './testing-verifying.js';

afterEach(tidyUp);
const path = temporaryFolder();

const HOST = 'web-1' as HostName;
const QUEST = 1 as never;

function verifyingOver(journal: Journal, views: Views) {
  const timeline = new CatalogueTimeline(journal);
  return createVerifying({ journal, views, timeline, clock, log: silentLog, folder: path('verify') });
}

async function documentOf(views: Views) {
  return (await views.writer.load(await served(views), { hosts: [HOST] })).hosts[0]!;
}

/** A labor, an entry that nobody can read until it is mended, and what completes the labor. */
async function poisoned(): Promise<{ readonly plain: Journal; readonly journal: Journal; mend(): void }> {
  const play = new Play('x-required => x-done');
  play.embark(1, 'x-required', { host: HOST });
  play.event('x-required', { host: HOST, note: 'poison' });
  play.event('x-done', { host: HOST });
  const plain = createMemoryJournal();
  await acceptQuest(plain, QUEST, [HOST]);
  await appendHistory(plain, play.history);
  let isMended = false;
  const spoil = (entry: StoredEntry): StoredEntry =>
    !isMended && entry.json.includes('poison') ? { ...entry, version: 999 } : entry;
  const journal = wrapJournal(plain, {
    read: async (reads) => (await plain.read(reads)).map((page) => page.map(spoil)),
    readAll: async (after, limit) => (await plain.readAll(after, limit)).map(spoil),
  });
  return { plain, journal, mend: () => void (isMended = true) };
}

test('a parked host is mended as far as it is judged, and stays parked; its release judges the rest', async () => {
  const { plain, journal, mend } = await poisoned();
  const views = await newViews();
  const projector = await folded(journal, views);
  await settle(views);
  const verifying = verifyingOver(journal, views);
  const { parked } = await documentOf(views);
  expect(parked).toMatchObject({ state: 'parked', revision: 1 });
  expect(await verifying.repair(HOST)).toMatchObject({ value: { differences: 0, repaired: true } });
  await plant.labor(views, `${HOST}~0`);
  expect(await verifying.repair(HOST)).toMatchObject({ value: { differences: 1, repaired: true } });
  expect((await documentOf(views)).parked).toEqual(parked);
  mend();
  expect(await projector.operating.release(HOST)).toMatchObject({ ok: true });
  await settle(views);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(plain));
  await verifying.close();
});

test('a host that is behind, or that the views do not have yet, is not repaired: its events come to the list with its entries', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  play.event('x-required', { host: HOST });
  await appendHistory(journal, play.history);
  const views = await newViews();
  await folded(journal, views);
  await settle(views);
  const verifying = verifyingOver(journal, views);
  const generation = await served(views);
  const document = await documentOf(views);
  const behind = { state: 'behind', position: document.position, since: document.updatedAt } as const;
  await views.writer.apply(generation, { hosts: [{ ...document, behind }] });
  expect(await verifying.repair(HOST)).toMatchObject({ problem: { code: 'conflict' } });
  expect((await documentOf(views)).behind).toEqual(behind);
  const late = new Play('x-required => x-done');
  late.event('x-required', { host: 'late' as HostName });
  const other = createMemoryJournal();
  await appendHistory(other, play.history);
  for (const step of late.history.steps) if (step.kind === 'host') await append(other, step.entry);
  const before = verifyingOver(other, views);
  expect(await before.repair('late')).toMatchObject({ problem: { code: 'not-caught-up' } });
  expect((await views.writer.load(generation, { hosts: ['late' as HostName] })).hosts).toEqual([]);
  await before.close();
  await verifying.close();
});
