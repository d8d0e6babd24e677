/** Storing quest parts: never over one of a greater position; beside them, how many parts of a quest have which tally. */
import type { LastClosed, PartDocument, Tally } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { PartSum } from '#ports';
import { hasBehind } from './behind.js';
import { placeOf, positionAt } from './positions.js';
import type { Store } from './store.js';
import { Tallier } from './tallier.js';

export function writeParts(store: Store, parts: readonly PartDocument[]): void {
  if (parts.length === 0) return;
  const find = store.statement('SELECT tally, position > ? FROM parts WHERE quest = ? AND host = ?');
  const insert = store.statement('INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?)');
  const replace = store.statement(
    'UPDATE parts SET position = ?, tally = ?, emptied = ?, emptied_at = ? WHERE quest = ? AND host = ?',
  );
  const counts = new Tallier<readonly [number, string]>();
  for (const { quest, host, position, tally, emptied } of parts) {
    const place = placeOf(position);
    const text = JSON.stringify(tally);
    const emptiedPlace = emptied && placeOf(emptied.position);
    const emptiedAt = emptied && emptied.at;
    const found = find.get(place, quest, host) as readonly [string, 0 | 1] | undefined;
    if (found === undefined) {
      insert.run(quest, host, place, text, emptiedPlace, emptiedAt);
      counts.add([quest, text], 1);
      continue;
    }
    if (found[1] === 1) continue;
    replace.run(place, text, emptiedPlace, emptiedAt, quest, host);
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

/** quest, host, position, tally, emptied, emptied_at */
export type PartRow = readonly [bigint, HostName, bigint, string, bigint | null, LastClosed['at'] | null];
export const PART_COLUMNS = 'quest, host, position, tally, emptied, emptied_at';

export function toPart([quest, host, place, tally, emptied, emptiedAt]: PartRow): PartDocument {
  return {
    quest: Number(quest) as QuestId,
    host,
    tally: JSON.parse(tally) as Tally,
    emptied: emptied === null || emptiedAt === null ? null : { position: positionAt(emptied), at: emptiedAt },
    position: positionAt(place),
  };
}

/** Reads one row for each different tally, whatever the number of hosts. */
export function sumParts(store: Store, quest: QuestId): PartSum {
  const rows = store
    .statement('SELECT tally, parts FROM part_tallies WHERE quest = ?')
    .all(quest) as readonly (readonly [string, number])[];
  const last = store
    .wide(
      `SELECT emptied, emptied_at FROM parts INDEXED BY parts_emptied
       WHERE quest = ? AND emptied IS NOT NULL ORDER BY emptied DESC LIMIT 1`,
    )
    .get(quest) as readonly [bigint, LastClosed['at']] | undefined;
  const tally = sumOf(rows);
  return {
    tally,
    parts: rows.reduce((sum, [, parts]) => sum + parts, 0),
    emptied: last ? { position: positionAt(last[0]), at: last[1] } : null,
    behind: tally.open === 0 && hasBehind(store, quest),
  };
}

function sumOf(rows: readonly (readonly [string, number])[]): Tally {
  const sum = { chains: 0, unstarted: 0, inProgress: 0, completed: 0, waived: 0, labors: 0, open: 0 };
  const steps = new Map<string, { open: number; closed: number }>();
  for (const [text, parts] of rows) {
    const tally = JSON.parse(text) as Tally;
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += tally[name] * parts;
    for (const [type, { open, closed }] of Object.entries(tally.steps)) {
      const step = steps.get(type) ?? { open: 0, closed: 0 };
      steps.set(type, { open: step.open + open * parts, closed: step.closed + closed * parts });
    }
  }
  return { ...sum, steps: Object.fromEntries(steps) };
}
