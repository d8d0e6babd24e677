/** What the views hold as entries (the catalogue, names): they are folded once, and then only those that came since are asked for. */
import type { FollowedEntryDocument } from '#contracts';

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
}

interface Load<State> {
  readonly generation: number;
  readonly loaded: Promise<Known<State>>;
}

/** Most entries that are read and folded in one step. */
const PAGE = 500;

/** What the entries of a generation fold to; the same object while it is the same: what is worked out of it is so once per object. */
export class FollowedReader<State extends Folded, Entry> {
  private last: Known<State> | undefined;
  private loading: Load<State> | undefined;

  constructor(private readonly of: Followed<State, Entry>) {}

  /**
   * As it is after this call began. However many read at once, a change is sent and folded once for those that share a load: a load
   * that is in flight may have begun before what the caller has seen, so it waits for that one, and shares the next.
   */
  async read(generation: number): Promise<State> {
    const before = this.loading;
    if (before?.generation === generation) await before.loaded.catch(() => undefined);
    if (this.loading === before || this.loading?.generation !== generation) this.loading = this.load(generation);
    return (await this.loading.loaded).state;
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
    let state = this.last?.generation === generation ? this.last.state : empty;
    for (let isAll = false; !isAll;) {
      const page = await entries(generation, state.revision, PAGE);
      const next = unbroken(page, state.revision);
      if (next.length > 0) state = fold(state, next);
      isAll = next.length < PAGE;
    }
    this.last = { generation, state };
    return this.last;
  }
}

/** The entries from revision `from` on, up to the first that is missing: it is about to be written. */
function unbroken<Entry>(page: readonly FollowedEntryDocument<Entry>[], from: number): readonly Entry[] {
  const hole = page.findIndex(({ revision }, index) => revision !== from + index);
  return (hole < 0 ? page : page.slice(0, hole)).map(({ entry }) => entry);
}
