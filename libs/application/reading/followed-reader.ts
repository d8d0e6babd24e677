/**
 * What the views hold as entries (the catalogue, names): they are folded once, and then only those that came since are asked for.
 * As of a place of the past they are folded again up to there (R11), once for those that ask for it one after the other.
 */
import type { FollowedEntryDocument, Position } from '#contracts';
import { GenerationGone } from '#ports';

interface Folded {
  /** The number of entries folded into it. */
  readonly revision: number;
}

/** Which entries, and what they fold to. */
export interface Followed<State extends Folded, Entry> {
  readonly entries: (
    generation: number,
    from: number,
    limit: number,
  ) => Promise<readonly FollowedEntryDocument<Entry>[]>;
  readonly empty: State;
  readonly fold: (state: State, entries: Iterable<Entry>) => State;
}

interface Known<State> {
  readonly generation: number;
  readonly state: State;
  /** Of the entries folded into it, ascending. */
  readonly places: readonly Position[];
}

interface Load<State> {
  readonly generation: number;
  readonly loaded: Promise<Known<State>>;
}

/** Most entries that are read and folded in one step. */
const PAGE = 500;
/** States of the past that are kept, the ones asked for last: each may be as large as the present one. */
const MOST_PAST = 4;

/** What the entries of a generation fold to; the same object while it is the same: what is worked out of it is so once per object. */
export class FollowedReader<State extends Folded, Entry> {
  private last: Known<State> | undefined;
  private loading: Load<State> | undefined;
  /** By generation and revision, the one used last at the end. */
  private readonly past = new Map<string, Promise<State>>();

  constructor(private readonly of: Followed<State, Entry>) {}

  /**
   * As it is after this call began. However many read at once, a change is sent and folded once for those that share a load: a load
   * that is in flight may have begun before what the caller has seen, so it waits for that one, and shares the next.
   */
  async read(generation: number): Promise<State> {
    return (await this.known(generation)).state;
  }

  /** As it was at the position, which the views have reached. */
  async asOf(generation: number, position: Position): Promise<State> {
    const { state, places } = await this.known(generation);
    const after = places.findLastIndex((place) => place <= position) + 1;
    return after === state.revision ? state : this.foldedTo(generation, after);
  }

  private async known(generation: number): Promise<Known<State>> {
    const before = this.loading;
    if (before?.generation === generation) await before.loaded.catch(() => undefined);
    if (this.loading === before || this.loading?.generation !== generation) this.loading = this.load(generation);
    return this.loading.loaded;
  }

  /** What the first `revision` entries fold to; shared by all that ask for it meanwhile. */
  private foldedTo(generation: number, revision: number): Promise<State> {
    const name = `${generation} ${revision}`;
    const folding = this.past.get(name) ?? this.foldTo(generation, revision);
    this.past.delete(name);
    this.past.set(name, folding);
    folding.catch(() => {
      if (this.past.get(name) === folding) this.past.delete(name);
    });
    for (const oldest of this.past.keys()) {
      if (this.past.size <= MOST_PAST) break;
      this.past.delete(oldest);
    }
    return folding;
  }

  private async foldTo(generation: number, revision: number): Promise<State> {
    const { entries, empty, fold } = this.of;
    let state = empty;
    while (state.revision < revision) {
      const page = await entries(generation, state.revision, Math.min(PAGE, revision - state.revision));
      const next = unbroken(page, state.revision);
      // they were there before: where none is, another generation is served by now
      if (next.length === 0) throw new GenerationGone(generation);
      state = fold(
        state,
        next.map(({ entry }) => entry),
      );
    }
    return state;
  }

  private load(generation: number): Load<State> {
    const load = { generation, loaded: this.loadOf(generation) };
    const ended = (): void => {
      if (this.loading === load) this.loading = undefined;
    };
    load.loaded.then(ended, ended);
    return load;
  }

  private async loadOf(generation: number): Promise<Known<State>> {
    const { entries, empty, fold } = this.of;
    let known = this.last?.generation === generation ? this.last : { generation, state: empty, places: [] };
    for (let isAll = false; !isAll;) {
      const { state, places } = known;
      const next = unbroken(await entries(generation, state.revision, PAGE), state.revision);
      if (next.length > 0) {
        const folded = fold(
          state,
          next.map(({ entry }) => entry),
        );
        known = { generation, state: folded, places: [...places, ...next.map(({ position }) => position)] };
      }
      isAll = next.length < PAGE;
    }
    this.last = known;
    return known;
  }
}

/** The entries from revision `from` on, up to the first that is missing: it is about to be written. */
function unbroken<Entry>(
  page: readonly FollowedEntryDocument<Entry>[],
  from: number,
): readonly FollowedEntryDocument<Entry>[] {
  const hole = page.findIndex(({ revision }, index) => revision !== from + index);
  return hole < 0 ? page : page.slice(0, hole);
}
