/** Storing quest parts: never over one of a greater position; beside them, how many parts of a quest have which tally. */
import {
  decodePartPast,
  encodePartPast,
  EXPECTED_PART_POSITION,
  questHostStateOf,
  sumTallies,
  type LastClosed,
  type ParkRecord,
  type PartDocument,
  type Tally,
  type TallyGroup,
} from '#contracts';
import type { HostName, QuestId } from '#domain';
import { MAX_PARKED_COUNTED, type PartsSum } from '#ports';
import { hasBehind } from './behind.js';
import { placeOf, positionAt } from './positions.js';
import type { Store } from './store.js';
import { Tallier } from './tallier.js';

const EXPECTED_PLACE = placeOf(EXPECTED_PART_POSITION);

/** One that is but expected replaces none, not even another. */
export function writeParts(store: Store, parts: readonly PartDocument[]): void {
  if (parts.length === 0) return;
  const find = store.statement(
    `SELECT tally, position > ?1 OR (position = ?1 AND position = ?4) FROM parts WHERE quest = ?2 AND host = ?3`,
  );
  const insert = store.statement('INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const replace = store.statement(
    'UPDATE parts SET position = ?, tally = ?, emptied = ?, emptied_at = ?, state = ?, past = ? WHERE quest = ? AND host = ?',
  );
  const counts = new Tallier<readonly [number, string]>();
  for (const part of parts) {
    const row = partRow(part);
    const [quest, host, place, text, ...state] = row;
    const found = find.get(place, quest, host, EXPECTED_PLACE) as readonly [string, 0 | 1] | undefined;
    if (found === undefined) {
      insert.run(...row);
      counts.add([quest, text], 1);
      continue;
    }
    if (found[1] === 1) continue;
    replace.run(place, text, ...state, quest, host);
    counts.add([quest, found[0]], -1);
    counts.add([quest, text], 1);
  }
  const add = store.statement(
    'INSERT INTO part_tallies VALUES (?, ?, ?) ON CONFLICT (quest, tally) DO UPDATE SET parts = parts + excluded.parts',
  );
  const clean = store.statement('DELETE FROM part_tallies WHERE quest = ? AND tally = ? AND parts = 0');
  for (const [[quest, tally], change] of counts.changes()) {
    add.run(quest, tally, change);
    if (change < 0) clean.run(quest, tally);
  }
}

/** All columns, in their order. */
type WholePartRow = readonly [
  quest: QuestId,
  host: HostName,
  place: bigint,
  tally: string,
  emptiedPlace: bigint | null,
  emptiedAt: string | null,
  state: string | null,
  past: string,
];
export const PART_VALUES = 8;

export function partRow({ quest, host, position, tally, emptied, past }: PartDocument): WholePartRow {
  return [
    ...([quest, host, placeOf(position), JSON.stringify(tally)] as const),
    ...([emptied && placeOf(emptied.position), emptied && emptied.at] as const),
    ...([questHostStateOf(tally), encodePartPast(past)] as const),
  ];
}

/** quest, host, position, tally, emptied, emptied_at, past */
export type PartRow = readonly [bigint, HostName, bigint, string, bigint | null, LastClosed['at'] | null, string];
export const PART_COLUMNS = 'quest, host, position, tally, emptied, emptied_at, past';

export function toPart([quest, host, place, tally, emptied, emptiedAt, past]: PartRow): PartDocument {
  return {
    quest: Number(quest) as QuestId,
    host,
    tally: JSON.parse(tally) as Tally,
    emptied: emptied === null || emptiedAt === null ? null : { position: positionAt(emptied), at: emptiedAt },
    past: decodePartPast(past),
    position: positionAt(place),
  };
}

/** The different tallies of the quest's parts, few as they are, and how many parts have each. */
export function talliesOf(store: Store, quest: QuestId): readonly TallyGroup[] {
  const rows = store
    .statement('SELECT tally, parts FROM part_tallies WHERE quest = ?')
    .all(quest) as readonly (readonly [string, number])[];
  return rows.map(([text, hosts]) => ({ tally: JSON.parse(text) as Tally, hosts }));
}

/** Reads one row for each different tally, and one for each parked host, however many hosts the quest has. */
export function sumParts(store: Store, quest: QuestId): PartsSum {
  const last = store
    .wide(
      `SELECT emptied, emptied_at FROM parts INDEXED BY parts_emptied
       WHERE quest = ? AND emptied IS NOT NULL ORDER BY emptied DESC LIMIT 1`,
    )
    .get(quest) as readonly [bigint, LastClosed['at']] | undefined;
  const { tally, counts } = sumTallies(talliesOf(store, quest));
  const parked = parkedParts(store, quest);
  return {
    tally,
    hosts: { ...counts, parked: parked.open },
    emptied: last ? { position: positionAt(last[0]), at: last[1] } : null,
    behind: tally.open === 0 && (parked.isExpected || hasBehind(store, quest)),
  };
}

/** Of the first {@link MAX_PARKED_COUNTED} parked hosts: how many have open labors in the quest, and whether a part of one is expected. */
function parkedParts(store: Store, quest: QuestId): { readonly open: number; readonly isExpected: boolean } {
  const hosts = store
    .statement('SELECT host, parked FROM hosts INDEXED BY hosts_parked WHERE parked IS NOT NULL ORDER BY host LIMIT ?')
    .all(MAX_PARKED_COUNTED) as readonly (readonly [HostName, string])[];
  const part = store.statement('SELECT tally, position = ? FROM parts WHERE quest = ? AND host = ?');
  const parked = { open: 0, isExpected: false };
  for (const [host, record] of hosts) {
    // its quests were touched before its release ends: it is no longer counted then
    if ((JSON.parse(record) as Pick<ParkRecord, 'state'>).state !== 'parked') continue;
    const found = part.get(EXPECTED_PLACE, quest, host) as readonly [string, 0 | 1] | undefined;
    if (found === undefined) continue;
    if ((JSON.parse(found[0]) as Tally).open > 0) parked.open += 1;
    if (found[1] === 1) parked.isExpected = true;
  }
  return parked;
}
