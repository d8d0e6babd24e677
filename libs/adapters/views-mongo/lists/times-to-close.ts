/** How long completed labors were open: of each type the newest, from an index alone; of a quest all. */
import { eachInTurns, MAX_TIMED, TimesSum, type TimesToClose } from '#contracts';
import type { QuestId } from '#domain';
import type { Connection } from '../connection.js';
import type { StoredLabor } from '../labor-documents.js';
import { findAll, type Query } from '../find.js';

/** At most this many of a quest's are read with one question. */
const AT_ONCE = 1000;
/** What the index has of them. */
const TIMED = { _id: 0, type: 1, 'opened.at': 1, 'closed.at': 1 } as const;
const COMPLETED = { closedAt: { $gte: '' } };

type Timed = Pick<StoredLabor, 'type' | 'openedKey'> & {
  readonly opened: Pick<StoredLabor['opened'], 'at'>;
  readonly closed: Pick<NonNullable<StoredLabor['closed']>, 'at'>;
};

/**
 * From the greatest type to the least, and of each from its newest: the index read backwards, so that one exchange has all of
 * many types that have few. The type at a page's end is read again with the next, where there may be more of it.
 */
export async function readTimes(connection: Connection, generation: number): Promise<TimesToClose> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const sum = new TimesSum();
  const request = {
    sort: { type: -1, closedAt: -1, 'opened.at': -1 },
    limit: MAX_TIMED,
    projection: TIMED,
    index: 'type_closed',
  } as const;
  for (let types: Query = {}; ;) {
    const page = (await findAll(
      connection,
      labors,
      { ...types, ...COMPLETED },
      request,
    )) as unknown as readonly Timed[];
    const last = page.at(-1);
    if (last === undefined || page.length < MAX_TIMED) {
      await add(sum, page);
      return sum.result();
    }
    const isWhole = page[0]?.type === last.type;
    await add(sum, isWhole ? page : page.filter(({ type }) => type !== last.type));
    types = { type: isWhole ? { $lt: last.type } : { $lte: last.type } };
  }
}

export async function readQuestTimes(
  connection: Connection,
  generation: number,
  quest: QuestId,
): Promise<TimesToClose> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const sum = new TimesSum();
  const projection = { ...TIMED, openedKey: 1 } as const;
  const request = { sort: { openedKey: 1 }, limit: AT_ONCE, projection } as const;
  for (let after = ''; ;) {
    const query = { state: 'completed', quest, openedKey: { $gt: after } };
    const page = (await findAll(connection, labors, query, request)) as unknown as readonly Timed[];
    await add(sum, page);
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) return sum.result();
    after = last.openedKey;
  }
}

function add(sum: TimesSum, found: readonly Timed[]): Promise<void> {
  return eachInTurns(found, ({ type, opened, closed }) => {
    sum.add(type, Date.parse(opened.at), Date.parse(closed.at));
  });
}
