/**
 * R11: a labor as of a place of the journal is what the simple model had after the entry there, whatever came after. But for two
 * things: what was redacted since is redacted, and of what its document has forgotten it says so.
 */
import fc from 'fast-check';
import { canonicalLabor } from '#application';
import { encodeEntry, hasForgottenAt, laborAsOf, type LaborDocument, type PastKind, type Position } from '#contracts';
import type { EventId } from '#domain';
import type { Views } from '#ports';
import { createMemoryJournal, histories, Model, Play, type History, type PlainLabor } from '#testing';
import { allJudged, follow, newViews, projectorOver, served, streamOf, tidyUp } from './rig.js';

afterEach(tidyUp);

/** The model's labors after the entry at the position. */
interface Moment {
  readonly position: Position;
  readonly labors: readonly PlainLabor[];
}

/** The whole history in the views, and what the model had after each of its steps. */
async function played(history: History) {
  const journal = createMemoryJournal();
  const model = new Model();
  const moments: Moment[] = [];
  for (const step of history.steps) {
    const { entry } = step;
    const entries = [encodeEntry(entry, crypto.randomUUID(), { principal: entry.principal ?? null })];
    const [outcome] = await journal.append([{ stream: streamOf(entry), expected: 'any', entries }]);
    if (outcome?.kind !== 'appended') throw new Error('not appended');
    model.apply(step);
    moments.push({ position: outcome.position, labors: model.labors.map((labor) => ({ ...labor })) });
  }
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await allJudged(views);
  const generation = await served(views);
  return { moments, documents: await documentsIn(views, generation), idAt: await eventsIn(views) };
}

async function documentsIn({ reader }: Views, generation: number): Promise<readonly LaborDocument[]> {
  const found: LaborDocument[] = [];
  for (let after: readonly string[] | null = null; ;) {
    const page = await reader.labors(generation, {}, { sort: 'openedAt', limit: 1000, after, count: false });
    found.push(...page.items.map(({ labor }) => labor));
    if (page.next === null) return found;
    after = page.next;
  }
}

async function eventsIn({ reader }: Views): Promise<ReadonlyMap<Position, EventId>> {
  const found = new Map<Position, EventId>();
  for (let after: readonly string[] | null = null; ;) {
    const page = await reader.events({}, { sort: 'position', limit: 1000, after, count: false });
    for (const { position, id } of page.items) found.set(position, id);
    if (page.next === null) return found;
    after = page.next;
  }
}

type Redactable = { readonly event: string | null; readonly redacted: boolean };

/** Rule 25: with what was redacted since. */
function redactedSince(was: PlainLabor, { opened, closed }: LaborDocument): PlainLabor {
  const silenced = <T extends Redactable>(moment: T, now: Redactable | null): T =>
    now?.redacted === true && now.event === moment.event ? { ...moment, by: null, note: null, redacted: true } : moment;
  return { ...was, opened: silenced(was.opened, opened), closed: was.closed && silenced(was.closed, closed) };
}

const KINDS: readonly PastKind[] = ['reopenings', 'moves', 'acks', 'assignments', 'notes'];

/** With no more of its past than `known` keeps, and the rest counted as forgotten. */
function cutTo(was: PlainLabor, known: PlainLabor, mayForgetRepeats: boolean): PlainLabor {
  const { past, absorbed } = was;
  const repeats = mayForgetRepeats ? absorbed.slice(absorbed.length - known.absorbed.length) : absorbed;
  if (past === null) return { ...was, absorbed: repeats };
  const cut = { ...past, forgotten: { ...past.forgotten } };
  for (const kind of KINDS) {
    const older = past[kind].length - (known.past?.[kind].length ?? 0);
    Object.assign(cut, { [kind]: past[kind].slice(older) });
    Object.assign(cut.forgotten, { [kind]: past.forgotten[kind] + older });
  }
  return { ...was, past: cut, absorbed: repeats };
}

/** How many of the labors are not known exactly. */
function expectLabors(
  { position, labors }: Moment,
  documents: readonly LaborDocument[],
  idAt: ReadonlyMap<Position, EventId>,
): number {
  const byId = new Map(documents.map((document) => [document.id, document]));
  let inexact = 0;
  const there = documents.filter((document) => laborAsOf(document, position) !== undefined);
  expect(there.map(({ id }) => id).sort()).toEqual(labors.map(({ id }) => id).sort());
  for (const labor of labors) {
    const document = byId.get(labor.id)!;
    if (hasForgottenAt(document, position)) {
      inexact += 1;
      continue;
    }
    const known = canonicalLabor(
      laborAsOf(document, position)!,
      () => ({}),
      (place) => ({ event: idAt.get(place) }),
    ) as unknown as PlainLabor;
    const mayForget = document.occurrences - 1 > document.absorbed.length;
    expect(known).toEqual(cutTo(redactedSince(labor, document), known, mayForget));
  }
  return inexact;
}

test('R11: of random histories, after each of their entries', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60), fc.infiniteStream(fc.nat()), async (history, chosen) => {
      const { moments, documents, idAt } = await played(history);
      const some = [...chosen.take(12)].map((number) => moments[number % Math.max(1, moments.length)]);
      for (const moment of some) if (moment !== undefined) expectLabors(moment, documents, idAt);
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 240_000);

test('R11: what is forgotten is said, and what is kept is exact', async () => {
  const play = new Play('[1] a-required => host-ready absorb', '[2] host-ready => host-done intermediate');
  play.embark(1, 'a-required');
  const labor = play.open().at(-1)!;
  for (let n = 0; n < 115; n += 1) {
    play.event('a-required');
    play.ack(labor, 'ann', `${n}`);
    play.assign(labor, n % 2 === 0 ? 'bob' : null);
    play.command(labor, { kind: 'LaborNoted', text: `${n}`, by: 'ann' });
    play.adopt(labor, n % 3 === 0 ? null : 1 + (n % 3), 'ann');
    play.waive(labor, 'ann', `${n}`);
    play.reopen(labor, 'ann', `${n}`);
  }
  play.event('host-ready');
  const { moments, documents, idAt } = await played(play.history);
  const inexact = moments.map((moment) => expectLabors(moment, documents, idAt));
  // but for notes, of which as many more are kept as are shown, each kind has forgotten more than a tenth of its past
  const first = inexact.indexOf(0, inexact.indexOf(1));
  expect(first).toBeGreaterThan(moments.length / 10);
  expect(inexact.slice(first)).toEqual(Array.from({ length: moments.length - first }, () => 0));
}, 120_000);
