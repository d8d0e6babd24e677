/** Rule 25 through the whole projection: what a redacted event said is shown nowhere, however its redaction comes. */
import type { EventId, HostName, LaborId } from '#domain';
import type { Views } from '#ports';
import { canonicalText, canonicalViews, createMemoryJournal, modelOf, Play } from '#testing';
import {
  allJudged,
  append,
  appendHistory,
  cleanFold,
  folded,
  follow,
  hearHead,
  newViews,
  projectorOver,
  served,
  stop,
  tidyUp,
} from './rig.js';

afterEach(tidyUp);

const SECRET = 'the secret is 1234';
const SAID = { by: SECRET, note: SECRET, attributes: { [SECRET]: SECRET }, data: { [SECRET]: [SECRET] } };

/** A chain of two labors: the second event closes the first and opens the other. */
function chain(): Play {
  const play = new Play('a-required => a-ready', 'a-ready => a-done intermediate');
  play.event('a-required', SAID);
  play.event('a-ready', SAID);
  return play;
}

async function shown(views: Views): Promise<string> {
  return canonicalText(await canonicalViews(views.reader, await served(views)));
}

test('rule 25: each redaction takes away what the event said in the list and on the labors that it opened and closed', async () => {
  const journal = createMemoryJournal();
  const play = chain();
  const { length } = play.history.steps;
  await appendHistory(journal, play.history);
  const views = await newViews();
  const projector = await folded(journal, views);
  expect((await shown(views)).split(SECRET)).toHaveLength(1 + 6 * 2 + 2 * 3);
  const redact = async (event: string) => {
    play.redact(event, 'ann', 'a password');
    await append(journal, play.history.steps.at(-1)!.entry);
    await hearHead(projector, journal);
  };
  await redact('h~1');
  const generation = await served(views);
  expect((await views.reader.labor(generation, 'h~0' as LaborId))?.labor).toMatchObject({
    opened: { note: SECRET, redacted: false },
    closed: { event: 'h~1', by: null, note: null, redacted: true },
  });
  expect((await views.reader.labor(generation, 'h~1.1' as LaborId))?.labor).toMatchObject({
    opened: { event: 'h~1', by: null, note: null, redacted: true },
  });
  expect(await views.reader.event('h~0' as EventId)).toMatchObject(SAID);
  await redact('h~0');
  expect(await shown(views)).not.toContain(SECRET);
  // and it stays away from what comes later
  const later = play.history.steps.length;
  play.event('a-done');
  play.command('h~0', { kind: 'LaborNoted', by: 'bob', text: 'seen' });
  for (const { entry } of play.history.steps.slice(later)) await append(journal, entry);
  await hearHead(projector, journal);
  expect(await shown(views)).not.toContain(SECRET);
  expect(play.history.steps.length).toBe(length + 4);
  const { events, labors } = await canonicalViews(views.reader, generation);
  const model = modelOf(play.history);
  expect(events).toEqual(model.events);
  expect(labors).toEqual(model.labors.map((labor) => ({ ...labor, parked: false })));
});

test('rule 25, P7: a rebuild brings nothing back, and a fold that sees all in one batch never shows it', async () => {
  const journal = createMemoryJournal();
  const play = chain();
  for (const event of ['h~0', 'h~1']) play.redact(event, 'ann', 'a password');
  await appendHistory(journal, play.history);
  const views = await newViews();
  const first = await folded(journal, views);
  const before = await shown(views);
  expect(before).not.toContain(SECRET);
  await stop(first);
  const generation = await served(views);
  const again = projectorOver(journal, views);
  await again.prepare({ rebuild: true });
  await follow(again);
  expect(await served(views)).not.toBe(generation);
  expect(await shown(views)).toBe(before);
});

test('rule 25, P9: many redactions of one host, of events with many labors among them, are brought on apart', async () => {
  const journal = createMemoryJournal();
  const play = new Play('a-required => a-done', 'a-done => b-done intermediate', 'b-done => a-required intermediate');
  for (let n = 0; n < 90; n += 1) play.event('a-required', SAID);
  play.event('a-done', SAID);
  play.event('b-done', SAID);
  const last = play.fold.states.get('h' as HostName)?.revision ?? 0;
  for (let revision = 0; revision <= last; revision += 1) play.redact(`h~${revision}`, 'ann', 'all of it');
  await appendHistory(journal, play.history);
  const views = await newViews();
  await folded(journal, views);
  await allJudged(views);
  const { events, labors } = await canonicalViews(views.reader, await served(views));
  const model = modelOf(play.history);
  expect(events).toEqual(model.events);
  const byId = (items: readonly unknown[]) => new Map(items.map((item) => [(item as { id: string }).id, item]));
  expect(byId(labors)).toEqual(byId(model.labors.map((labor) => ({ ...labor, parked: false }))));
  expect(canonicalText({ ...(await cleanFold(journal)), hosts: [] })).not.toContain(SECRET);
}, 60_000);
