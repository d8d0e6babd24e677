/** Views in the form in which two folds of one journal are compared: no positions, generations, marks or times of work (P8). */
import { canonicalLabor } from '#application';
import type { CursorKey, Page } from '#contracts';
import { emptyCatalogue, foldCatalogue, foldNames, noNames } from '#domain';
import type { ViewsReader } from '#ports';

export interface CanonicalViews {
  readonly events: readonly unknown[];
  readonly labors: readonly unknown[];
  readonly hosts: readonly unknown[];
  readonly quests: readonly unknown[];
  readonly catalogue: unknown;
  readonly names: unknown;
}

const PAGE = 1000;
/** No test has more. */
const MAX_FOLLOWED_ENTRIES = 100_000;

/** Everything that one generation shows, in an order of its own. */
export async function canonicalViews(reader: ViewsReader, generation: number): Promise<CanonicalViews> {
  const common = { limit: PAGE, count: false as const };
  const events = await all((after) => reader.events({}, { ...common, sort: 'position', after }));
  const labors = await all((after) => reader.labors(generation, {}, { ...common, sort: 'host', after }));
  const hostRows = await all((after) => reader.hosts(generation, {}, { ...common, sort: 'host', after }));
  const quests = await all((after) => reader.quests(generation, {}, { ...common, sort: 'id', after }));
  const hosts = [];
  for (const { host } of hostRows) {
    const document = await reader.host(generation, host);
    hosts.push({
      ...{ host, state: document?.state, entryId: document?.entryId, parked: document?.parked?.reason ?? null },
      lastEvent: document?.lastEvent?.event ?? null,
    });
  }
  const entriesOf: (readonly unknown[])[] = [];
  for (const { quest } of quests) {
    const own = await all((after) => reader.questEntries(generation, quest, { ...common, sort: 'position', after }));
    entriesOf.push(own.map(withoutPosition));
  }
  const entries = await reader.catalogue(generation, 0, MAX_FOLLOWED_ENTRIES);
  const catalogue = foldCatalogue(
    emptyCatalogue,
    entries.map(({ entry }) => entry),
  );
  const names = foldNames(
    noNames,
    (await reader.names(generation, 0, MAX_FOLLOWED_ENTRIES)).map(({ entry }) => entry),
  );
  const idAt = new Map(events.map(({ position, id }) => [position, id]));
  return {
    events: events.map(({ position: _, ...event }) => event),
    labors: labors.map(({ labor, parked }) => ({
      // events that it absorbed are named by their ids, so that it is the model's labor
      ...canonicalLabor(
        labor,
        () => ({}),
        (position) => ({ event: idAt.get(position) ?? null }),
      ),
      parked,
    })),
    hosts,
    quests: quests.map(({ quest, record, recount }, index) => ({
      quest,
      state: record?.state,
      parked: record?.parked?.reason ?? null,
      tally: recount?.tally,
      phase: recount?.phase,
      completedAt: recount?.completed?.at ?? null,
      entries: entriesOf[index],
    })),
    catalogue: {
      revision: catalogue.revision,
      types: [...catalogue.types.values()],
      fates: [...catalogue.fates.values()],
    },
    names: { revision: names.revision, aliases: [...names.aliases], rules: names.rules },
  };
}

/** The same as text, in which members stand by their names: two folds of one journal give the same bytes, whatever store orders them how. */
export function canonicalText(views: CanonicalViews): string {
  return JSON.stringify(views, byName, 1);
}

function byName(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function withoutPosition<T extends { readonly position: unknown }>({ position: _, ...rest }: T): Omit<T, 'position'> {
  return rest;
}

async function all<T>(page: (after: CursorKey | null) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let after: CursorKey | null = null; ;) {
    const one: Page<T> = await page(after);
    items.push(...one.items);
    if (one.next === null) return items;
    after = one.next;
  }
}
