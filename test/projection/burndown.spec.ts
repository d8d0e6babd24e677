/** Rule 20: the burndown of a quest, and when it was completed, are what the simple model had open in it, entry by entry. */
import fc from 'fast-check';
import { bucketsOf } from '#application';
import { BUCKETS_MS, encodeEntry, type Bucket, type Completion, type Position } from '#contracts';
import type { HostName, Instant, QuestId } from '#domain';
import { createMemoryJournal, histories, Model, Play, type History } from '#testing';
import {
  acceptQuest,
  allJudged,
  append,
  folded,
  follow,
  newViews,
  projectorOver,
  served,
  streamOf,
  tidyUp,
} from './rig.js';

afterEach(tidyUp);

/** What was open after each entry, in each quest, by type. */
interface Moment {
  readonly recordedAt: Instant;
  readonly position: Position;
  readonly open: readonly { readonly quest: QuestId; readonly type: string }[];
}

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
    const open = model.labors.flatMap(({ quest, type, state }) =>
      state === 'open' && quest !== null ? [{ quest, type }] : [],
    );
    moments.push({ recordedAt: entry.recordedAt, position: outcome.position, open });
  }
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await allJudged(views);
  return { moments, reader: views.reader, generation: await served(views), close: () => views.close() };
}

/** Of the entries up to `upTo`: by type, what was open in the quest before `end`. */
function openAt(moments: readonly Moment[], quest: QuestId, end: Instant): Record<string, number> {
  const last = moments.findLast(({ recordedAt }) => recordedAt < end);
  const counts: Record<string, number> = {};
  for (const each of last?.open ?? []) if (each.quest === quest) counts[each.type] = (counts[each.type] ?? 0) + 1;
  return counts;
}

/** Each entry after which nothing was open of the quest, though something was before, and the next after which something was. */
function completionsIn(moments: readonly Moment[], quest: QuestId): readonly Completion[] {
  const found: { completed: Completion['completed']; reopened: Completion['reopened'] }[] = [];
  let isOpen = false;
  for (const { position, recordedAt, open } of moments) {
    const wasOpen = isOpen;
    isOpen = open.some((each) => each.quest === quest);
    const last = found.at(-1);
    if (wasOpen && !isOpen) found.push({ completed: { position, recordedAt }, reopened: null });
    else if (!wasOpen && isOpen && last !== undefined) last.reopened = { position, recordedAt };
  }
  return found;
}

async function expectBurndowns(history: History, cut: number): Promise<void> {
  const { moments, reader, generation, close } = await played(history);
  const until = moments.slice(0, Math.ceil(moments.length * cut));
  const upTo = until.at(-1)?.position;
  if (upTo === undefined) return close();
  for (const quest of [1, 2, 3] as QuestId[]) {
    for (const bucket of Object.keys(BUCKETS_MS) as Bucket[]) {
      const shown = bucketsOf(await reader.burndown(generation, { quest, upTo, bucket }));
      for (const { to, open, steps } of shown) {
        const expected = openAt(until, quest, to);
        expect(Object.fromEntries(steps.map((step) => [step.type, step.open]))).toEqual(expected);
        expect(open).toBe(Object.values(expected).reduce((sum, each) => sum + each, 0));
      }
      const last = openAt(until, quest, '9999-12-31T00:00:00.000Z' as Instant);
      expect(Object.fromEntries((shown.at(-1)?.steps ?? []).map((step) => [step.type, step.open]))).toEqual(last);
      // nothing was ever open before the first, or in a quest without any
      const [first] = shown;
      expect(openAt(until, quest, first?.from ?? ('9999-12-31T00:00:00.000Z' as Instant))).toEqual({});
    }
    expect(await reader.completions(generation, { quest, upTo })).toEqual(completionsIn(until, quest));
  }
  await close();
}

test('rule 20: of random histories, to their end or cut off before it', async () => {
  await fc.assert(fc.asyncProperty(histories(60), fc.constantFrom(1, 1, 0.5), expectBurndowns), {
    numRuns: 40,
    endOnFailure: true,
  });
}, 240_000);

test('rules 14, 15 and 22: waived, reopened, adopted, left, followed and abandoned', async () => {
  const play = new Play('[1] a-required => host-ready', '[2] host-ready => host-done intermediate');
  for (let n = 0; n < 40; n += 1) play.attributes({ n });
  play.embark(1, 'a-required');
  const labor = play.open().at(-1)!;
  const wait = () => {
    for (let n = 0; n < 70; n += 1) play.attributes({ n });
  };
  for (const move of [
    () => play.waive(labor, 'ann', 'x'),
    () => play.reopen(labor, 'ann', 'x'),
    () => play.adopt(labor, 2, 'ann'),
    () => play.adopt(labor, null, 'ann'),
    () => play.adopt(labor, 1, 'ann'),
    () => play.event('host-ready'),
    () => play.adopt(play.open().at(-1)!, 3, 'ann'),
    () => play.endQuest(3, 'ann', 'x', 'QuestLaborsEnded'),
  ]) {
    wait();
    move();
  }
  await expectBurndowns(play.history, 1);
}, 60_000);

test('rule 22: what a quest’s own entries changed is kept, with what it was before', async () => {
  const journal = createMemoryJournal();
  const views = await newViews();
  const quest = 1 as QuestId;
  await acceptQuest(journal, quest, ['h' as HostName]);
  const amended = {
    kind: 'QuestAmended',
    description: 'y',
    by: 'ann',
    recordedAt: '2026-01-02T00:00:00.000Z',
  } as const;
  const position = await append(journal, { ...amended, recordedAt: amended.recordedAt as Instant }, quest);
  await folded(journal, views);
  const page = { sort: 'position', limit: 10, after: null, count: 10 } as const;
  const { items, total } = await views.reader.questEntries(await served(views), quest, page);
  expect([items.map(({ change }) => change.kind), total]).toEqual([
    ['drafted', 'hostsAccepted', 'hostsEmbarked', 'amended'],
    4,
  ]);
  expect(items.at(-1)).toEqual({
    ...{ quest, position, recordedAt: amended.recordedAt, by: 'ann', principal: null },
    change: { kind: 'amended', changes: [{ field: 'description', from: 'x', to: 'y' }] },
  });
});
