/** How long completed labors were open: of each type the newest, from an index alone; of a quest all. */
import { eachInTurns, MAX_TIMED, TimesSum, type TimesToClose } from '#contracts';
import type { QuestId, TypeName } from '#domain';
import type { Connection } from '../connection.js';
import type { StoredLabor } from '../documents.js';
import { findAll } from '../find.js';

/** At most this many are read with one question. */
const AT_ONCE = 1000;
/** What the index has of them. */
const TIMED = { _id: 0, type: 1, 'opened.at': 1, 'closed.at': 1 } as const;
const COMPLETED = { closedAt: { $gte: '' } };

type Timed = Pick<StoredLabor, 'type' | 'openedKey'> & {
  readonly opened: Pick<StoredLabor['opened'], 'at'>;
  readonly closed: Pick<NonNullable<StoredLabor['closed']>, 'at'>;
};

export async function readTimes(connection: Connection, generation: number): Promise<TimesToClose> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const sum = new TimesSum();
  // from one type to the next: the server would look at all labors to know their types
  for (let type: TypeName | undefined = await typeAfter(''); type !== undefined; type = await typeAfter(type)) {
    const request = {
      sort: { closedAt: -1, 'opened.at': -1 },
      limit: MAX_TIMED,
      projection: TIMED,
      index: 'type_closed',
    } as const;
    const found = await findAll(connection, labors, { type, ...COMPLETED }, request);
    await add(sum, found as unknown as readonly Timed[]);
  }
  return sum.result();

  async function typeAfter(last: TypeName | ''): Promise<TypeName | undefined> {
    const request = { sort: { type: 1 }, limit: 1, projection: TIMED, index: 'type_closed' } as const;
    const [next] = await findAll(connection, labors, { type: { $gt: last }, ...COMPLETED }, request);
    return next?.type;
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
