/**
 * Whether something that a request deletes was ever used (rule 10): asked at the journal's head, of the lists of events and of quests,
 * because none of these is ever removed from them. No answer is given by views that lack entries.
 */
import type { Position, Problem } from '#contracts';
import { findFate, type Catalogue, type CatalogueEntry, type Fate, type TypeName } from '#domain';
import { GenerationGone, StoreUnavailable, type Journal, type ViewsReader } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { Gate } from '../reading/gate.js';

export type UseViews = Pick<ViewsReader, 'events' | 'hosts' | 'hostsBehind' | 'quests'>;

export interface UseParts {
  readonly journal: Pick<Journal, 'head'>;
  readonly timeline: CatalogueTimeline;
  readonly gate: Gate;
}

/** How long the answer may wait for the views. */
const WAIT_S = 5;
const FIRST = { limit: 1, after: null, count: false } as const;

/** Why one of `entries` may not be: it deletes what was used, or nobody can say so now. Undefined where nothing is against them. */
export async function useOf(
  parts: UseParts,
  views: UseViews,
  entries: readonly CatalogueEntry[],
  catalogue: Catalogue,
): Promise<Problem | undefined> {
  const deleted = entries.filter(({ kind }) => kind === 'EventTypeDeleted' || kind === 'FateDeleted');
  if (deleted.length === 0) return undefined;
  try {
    const { position } = await parts.journal.head();
    const seen = await parts.gate.pass({ minPosition: position, waitS: WAIT_S });
    if (!seen.ok) return seen.problem;
    const { generation } = seen.value;
    const unjudged = await unjudgedHost(views, generation);
    if (unjudged !== undefined) return unjudged;
    for (const entry of deleted) {
      const use = await useOfOne(parts, views, generation, entry, catalogue);
      if (use !== undefined) return use;
    }
    return undefined;
  } catch (error) {
    const isAway = error instanceof StoreUnavailable && error.store === 'views';
    if (!isAway && !(error instanceof GenerationGone)) throw error;
    const detail = 'the views cannot be asked now whether it was ever used: try again shortly';
    return { code: 'not-caught-up', detail, retryAfterS: 1 };
  }
}

/** Entries that are not judged may be events that nobody sees yet. */
async function unjudgedHost(views: UseViews, generation: number): Promise<Problem | undefined> {
  const { items } = await views.hosts(generation, { parked: true }, { ...FIRST, sort: 'host' });
  const [parked] = items;
  if (parked !== undefined) {
    const detail = `whether it was ever used cannot be said while the host "${parked.host}" is parked: release it first`;
    return { code: 'host-parked', detail };
  }
  const behind = await views.hostsBehind(generation);
  if (behind === 0) return undefined;
  const detail = `whether it was ever used cannot be said while hosts are behind (${behind} are): try again later`;
  return { code: 'conflict', detail };
}

async function useOfOne(
  { timeline }: UseParts,
  views: UseViews,
  generation: number,
  entry: CatalogueEntry,
  catalogue: Catalogue,
): Promise<Problem | undefined> {
  if (entry.kind === 'EventTypeDeleted') {
    for (const { id, name } of catalogue.types.values()) {
      if (id === entry.id) return useOfType(views, generation, name);
    }
    return undefined;
  }
  const fate = entry.kind === 'FateDeleted' ? findFate(catalogue, entry.id) : undefined;
  return fate && useOfFate(views, fate, timeline.periodsInForce(fate.id));
}

/** A quest that claims labors names a type of which it logs no event. */
async function useOfType(views: UseViews, generation: number, name: TypeName): Promise<Problem | undefined> {
  const what = `the event type ${name}`;
  const [event] = (await views.events({ type: [name] }, { ...FIRST, sort: 'position' })).items;
  if (event !== undefined) return inUse(what, `the event ${event.id} has it`);
  const [quest] = (await views.quests(generation, { type: [name] }, { ...FIRST, sort: 'id' })).items;
  return quest && inUse(what, `quest ${quest.quest} is of it`);
}

/** One question for each period at most: the first event after its beginning may show that several saw none. */
async function useOfFate(
  views: UseViews,
  { id, creates, completedBy }: Fate,
  periods: ReturnType<CatalogueTimeline['periodsInForce']>,
): Promise<Problem | undefined> {
  const type: readonly TypeName[] = [...new Set([creates, completedBy])];
  let none: Position | undefined;
  for (const { from, to } of periods) {
    // known from the period before: there is no event until then
    if (none !== undefined && to !== null && to <= none) continue;
    const [event] = (await views.events({ type, afterPosition: from }, { ...FIRST, sort: 'position' })).items;
    if (event === undefined) return undefined;
    if (to === null || event.position < to) {
      return inUse(`fate ${id}`, `the event ${event.id} of ${event.type} came while it was in force`);
    }
    none = event.position;
  }
  return undefined;
}

function inUse(what: string, why: string): Problem {
  return { code: 'in-use', detail: `${what} was used, ${why}: what was used stays, retired` };
}
