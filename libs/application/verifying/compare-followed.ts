/** R8: the entries of a followed stream as two generations have them, up to a place that both have reached. */
import { mapInTurns, type FollowedEntryDocument, type Position } from '#contracts';
import { canonicalText } from '../replay/canonical.js';
import { paired } from './paired.js';

type Followed = FollowedEntryDocument<unknown>;
type ReadFollowed = (generation: number, from: number, limit: number) => Promise<readonly Followed[]>;

export interface FollowedPair {
  readonly revision: number;
  /** As text; undefined where it has none. */
  readonly texts: readonly [live: string | undefined, folded: string | undefined];
  /** Entries, where their texts differ. */
  readonly entries: readonly [live: unknown, folded: unknown];
}

const PAGE = 500;

/** By their revisions. Memory is bounded by a page of each. */
export async function* followedPairs(
  read: ReadFollowed,
  generations: readonly [live: number, folded: number],
  end: Position,
): AsyncGenerator<readonly FollowedPair[]> {
  const lists = generations.map((generation) => ({
    read: async (after: number | null) => {
      const items = await read(generation, after === null ? 0 : after + 1, PAGE);
      const last = items.at(-1);
      return { items, next: last === undefined || last.position > end || items.length < PAGE ? null : last.revision };
    },
  }));
  for await (const pairs of paired<Followed, number>(lists, (one, other) => one.revision - other.revision)) {
    const reached = pairs.filter((pair) => pair.some((entry) => entry !== undefined && entry.position <= end));
    yield await mapInTurns(reached, ([live, folded]): FollowedPair => ({
      revision: (live ?? folded)?.revision ?? 0,
      texts: [textOf(live), textOf(folded)],
      entries: [live?.entry, folded?.entry],
    }));
  }
}

/** With its place: readers of the past fold the entries up to a place. */
function textOf(document: Followed | undefined): string | undefined {
  return document && canonicalText({ entry: document.entry, position: String(document.position) });
}
