/**
 * R14: followers go on without a reset in a generation that continues the one which they followed. They get what is left of the
 * former, to its end, and then what the other one has from the place on that it continues at. Some of it comes twice.
 */
import type { Position } from '#contracts';
import type { ReadContext } from '../read-context.js';
import type { Looked } from '../seen.js';
import type { Change, ChangesPlace } from './change.js';
import { laborsAsTheyAre } from './changed-pages.js';
import { send, type Followers } from './followers.js';
import type { HeldLabor, HeldLabors } from './held-labors.js';
import { judgeAgain, judgePage, type JudgedAt, type JudgedPage } from './judge-page.js';
import type { Looks } from './looks.js';

export interface GoingOnParts {
  readonly context: ReadContext;
  readonly followers: Followers;
  readonly looks: Looks;
  readonly held: HeldLabors;
}

/** Labors that were held, judged at once. */
const JUDGED_AT_ONCE = 200;

/** Where followers go on that have all of the generation `former`; undefined where they begin with a reset. */
export function placeAfter(
  { generation, continued }: Pick<Looked, 'generation' | 'continued'>,
  former: number,
): ChangesPlace | undefined {
  return continued?.generation === former ? { generation, position: continued.from } : undefined;
}

/**
 * Sends what is left of the former generation, which nobody writes any more but for what the next one has as well. What was held, or
 * would be, is judged by what is known: that is all there is to come. Rejects as the views do: with a GenerationGone where it is dropped.
 */
export async function sendRest(
  { context, followers, looks, held }: GoingOnParts,
  generation: number,
  { progress }: Looked,
): Promise<void> {
  const catalogue = await context.catalogues.read(generation);
  const at: JudgedAt = { generation, catalogue, now: context.now(), progress };
  const judgesOf = () => followers.all().map(({ judge }) => judge);
  for await (const { changes } of looks.rest(generation, at))
    await sendPassing(followers, await judgePage(context, at, changes, judgesOf(), 0));
  const waiting = held.all();
  for (let start = 0; start < waiting.length; start += JUDGED_AT_ONCE) {
    const some = waiting.slice(start, start + JUDGED_AT_ONCE);
    const labors = await laborsAsTheyAre({ ...at, views: context.views }, some);
    await sendPassing(followers, await judgeAgain(context, at, labors, judgesOf(), missingOf(some), 0));
  }
}

function missingOf(held: readonly HeldLabor[]): ReadonlyMap<HeldLabor['id'], HeldLabor['missing']> {
  return new Map(held.map(({ id, missing }) => [id, missing]));
}

async function sendPassing(followers: Followers, { passing }: JudgedPage): Promise<void> {
  await send(followers.all(), ({ judge }) => {
    const changes: readonly Change[] = passing.get(judge) ?? [];
    return changes.length === 0 ? undefined : { changes, place: null };
  });
}

/** What a follower is brought up with beyond the generation in which its place is. */
export interface NextLeg {
  readonly from: ChangesPlace;
  /** What lies beyond, it is sent with the others. */
  readonly until: Position;
}
