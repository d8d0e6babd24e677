/** For the specs of the past (R11): random histories beside random streams of quests, and views of a journal or of what it was up to a place. */
import fc from 'fast-check';
import type { DomainEntry } from '#contracts';
import type { HostName, Instant, LaborId, QuestEntry, QuestId, TypeName } from '#domain';
import type { Journal, Views } from '#ports';
import { createMemoryJournal, type History } from '#testing';
import { allJudged, append, folded, newViews, settle } from './rig.js';

export const QUESTS = [1, 2, 3] as QuestId[];
const TARGETS = ['2026-01-01T00:00:20.000Z', '2026-03-01T00:00:00.000Z', null] as (Instant | null)[];

type QuestMove =
  'draft' | 'accept' | 'embark' | 'amend' | 'adopt' | 'adopted' | 'remove' | 'removed' | 'abandon' | 'end';
export interface Moved {
  readonly quest: QuestId;
  readonly move: QuestMove;
  readonly number: number;
  /** After how much of the history. */
  readonly when: number;
}

/** From 0 to 1, each as likely as another. */
export const thousandths = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000);

export const moved: fc.Arbitrary<Moved> = fc.record({
  quest: fc.constantFrom(...QUESTS),
  move: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<QuestMove>('draft', 'accept', 'embark', 'amend') },
    fc.constantFrom<QuestMove>('adopt', 'adopted', 'remove', 'removed'),
    { weight: 1, arbitrary: fc.constantFrom<QuestMove>('abandon', 'end') },
  ),
  number: fc.nat({ max: 3 }),
  when: thousandths,
});

/** What a quest's stream says: also such entries as deciding would have refused. */
function entryOf({ quest, move, number }: Moved): QuestEntry {
  const signed = { by: number === 0 ? null : 'ann', recordedAt: '2026-01-01T00:00:00.000Z' as Instant };
  const id = `00000000-0000-4000-8000-00000000000${number}`;
  const host = `host-${number}` as HostName;
  switch (move) {
    case 'draft': {
      const what = {
        type: (number === 3 ? 'b-required' : 'a-required') as TypeName,
        creator: signed.by,
        references: [],
      };
      const target = TARGETS[number % 3] ?? null;
      return { kind: 'QuestDrafted', quest, ...what, description: `d${number}`, target, ...signed };
    }
    case 'accept':
      return { kind: 'QuestHostsAccepted', batch: id, hosts: number, ...signed };
    case 'embark':
      return { kind: 'QuestHostsEmbarked', batch: id, ...signed };
    case 'amend':
      return { kind: 'QuestAmended', target: TARGETS[number % 3] ?? null, creator: `c${number}`, ...signed };
    case 'adopt':
      return { kind: 'QuestLaborsAccepted', adoption: id, request: id, labors: [`${host}~0` as LaborId], ...signed };
    case 'adopted':
      return { kind: 'QuestLaborsAdopted', adoption: id, ...signed };
    case 'remove':
      return {
        kind: 'QuestRemovalAccepted',
        removal: id,
        request: id,
        reason: null,
        hosts: [host],
        named: 1,
        ...signed,
      };
    case 'removed':
      return { kind: 'QuestHostsRemoved', removal: id, ...signed };
    case 'abandon':
      return { kind: 'QuestAbandoned', reason: 'no', ...signed };
    case 'end':
      return { kind: 'QuestHostsEnded', ...signed };
  }
}

/** Each quest is accepted early as a rule. `stamped`: the n-th entry as it is written. */
export async function written(
  { steps }: History,
  moves: readonly Moved[],
  stamped: (entry: DomainEntry, n: number) => DomainEntry = (entry) => entry,
): Promise<Journal> {
  const journal = createMemoryJournal();
  let n = 0;
  const write = (entry: DomainEntry, quest?: QuestId) => append(journal, stamped(entry, n++), quest);
  const begun = QUESTS.flatMap((quest, index) =>
    (['draft', 'accept', 'embark'] as const).map((move) => ({ quest, move, number: index, when: 0.1 * index })),
  );
  const left = [...begun, ...moves].sort((one, other) => one.when - other.when);
  for (const [index, { entry }] of steps.entries()) {
    while (left[0] !== undefined && left[0].when * steps.length <= index) {
      const next = left.shift();
      if (next !== undefined) await write(entryOf(next), next.quest);
    }
    await write(entry);
  }
  for (const next of left) await write(entryOf(next), next.quest);
  return journal;
}

export async function viewsOf(journal: Journal): Promise<Views> {
  const views = await newViews();
  await folded(journal, views);
  await allJudged(views);
  await settle(views);
  return views;
}
