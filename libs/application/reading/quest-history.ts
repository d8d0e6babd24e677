/** What happened to a quest (rules 20 and 22): the entries of its own stream, and when it was completed and reopened between them. */
import { done, positionInKey, type Completion, type Page, type PageRequest, type QuestEntryDocument } from '#contracts';
import { hostsJudged } from './host-barrier.js';
import { findQuest } from './quest-reads.js';
import type { ReadContext } from './read-context.js';
import type { QuestHistoryItem, QuestHistorySort, Reading } from './reading.js';

export function questHistoryReads(context: ReadContext): Pick<Reading, 'questHistory'> {
  return {
    questHistory: (id, page, demand) =>
      context.answer(
        demand,
        async ({ generation, position: upTo }, views) => {
          const quest = await findQuest(views, generation, id, context.now());
          if (!quest.ok) return quest;
          const own = await views.questEntries(generation, id, page);
          const completions = await views.completions(generation, { quest: id, upTo });
          return done(merged(own, completions.flatMap(itemsOf), page));
        },
        (views) => hostsJudged(views, { quests: [id] }),
      ),
  };
}

/** A page of both, in their order. Where the entries go on behind their page, what lies behind its last is left for the next one. */
function merged(
  own: Page<QuestEntryDocument>,
  others: readonly QuestHistoryItem[],
  { sort, limit, after, count }: PageRequest<QuestHistorySort>,
): Page<QuestHistoryItem> {
  const isBefore = (one: bigint, other: bigint): boolean => (sort === 'position' ? one < other : one > other);
  const from = after && positionInKey(after[0]);
  const end = own.next && positionInKey(own.next[0]);
  const between = others.filter(
    ({ position }) => (from === null || isBefore(from, position)) && (end === null || !isBefore(end, position)),
  );
  const all = [...own.items, ...between].sort((one, other) => (isBefore(one.position, other.position) ? -1 : 1));
  const items = all.slice(0, limit);
  const last = all.length > limit || own.next !== null ? items.at(-1) : undefined;
  return {
    items,
    next: last === undefined ? null : [last.position.toString()],
    ...(count === false ? {} : { ...totalOf(own, others.length) }),
  };
}

function totalOf({ total = 0, atLeast }: Page<unknown>, others: number): Pick<Page<unknown>, 'total' | 'atLeast'> {
  return { total: total + others, ...(atLeast === true ? { atLeast } : {}) };
}

const NOBODY = { by: null, principal: null } as const;

function itemsOf({ completed, reopened }: Completion): readonly QuestHistoryItem[] {
  const { position, recordedAt } = completed;
  return [
    { position, recordedAt, ...NOBODY, change: { kind: 'completed' } },
    ...(reopened === null
      ? []
      : [
          {
            ...{ position: reopened.position, recordedAt: reopened.recordedAt, ...NOBODY },
            change: { kind: 'reopened' as const },
          },
        ]),
  ];
}
