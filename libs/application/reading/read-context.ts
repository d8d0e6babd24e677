/** Shared by all reads: the views, the present, and the one way to an answer that says how fresh it is. */
import { done, failed, type Outcome, type Problem } from '#contracts';
import { emptyCatalogue, foldCatalogue, foldNames, noNames } from '#domain';
import type { Catalogue, CatalogueEntry, HostName, HostNames, Instant, NamesEntry } from '#domain';
import { GenerationGone, type ViewsReader } from '#ports';
import { instantNow, type Clock } from '../clock.js';
import { FollowedReader } from './followed-reader.js';
import { demandOf, momentAsked, type Moment } from './moment.js';
import { ownHosts } from './own-names.js';
import { Gate, type WaitOptions } from './gate.js';
import type { Answer, FreshnessDemand } from './reading.js';
import type { Seen } from './seen.js';
import type { ReadBarrier } from './read-barrier.js';

/** Seconds after which a read is worth another try. */
const RETRY_S = 1;

export class ReadContext {
  readonly gate: Gate;
  readonly catalogues: FollowedReader<Catalogue, CatalogueEntry>;
  readonly names: FollowedReader<HostNames, NamesEntry>;

  constructor(
    /** For what is looked up once for all readers: freshness, the catalogue, names, totals. */
    readonly views: ViewsReader,
    readonly clock: Clock,
    maxWaitS: number,
    options: WaitOptions = {},
    /** Milliseconds of a clock that only goes forward. */
    readonly monotonicMs: () => number = () => performance.now(),
  ) {
    this.gate = new Gate(views, clock, maxWaitS, options, monotonicMs);
    this.catalogues = new FollowedReader({
      entries: (...asked) => views.catalogue(...asked),
      empty: emptyCatalogue,
      fold: foldCatalogue,
    });
    this.names = new FollowedReader({
      entries: (...asked) => views.names(...asked),
      empty: noNames,
      fold: foldNames,
    });
  }

  /**
   * The body that `read` makes of the views' answers, with the freshness that was looked up before it. Both it and the barrier,
   * which most reads do not need, ask the views for the holder of the read's place. A generation may be dropped between that
   * look and the read: then it is done once more, in the one that is served by now.
   */
  async answer<T>(
    demand: FreshnessDemand,
    read: (seen: Seen, views: ViewsReader) => Promise<Outcome<T>>,
    barrierOf: (views: ViewsReader) => ReadBarrier | null = () => null,
  ): Answer<T> {
    const { place } = demand;
    const views = place === undefined ? this.views : this.views.for(place.holder);
    const barrier = barrierOf(views);
    for (let left = demand.sameAs === undefined ? 1 : 0; ; left -= 1) {
      try {
        return await this.tried(demand, views, (seen) => read(seen, views), barrier);
      } catch (error) {
        if (!(error instanceof GenerationGone)) throw error;
        if (left === 0) return failed(REPLACED);
      }
    }
  }

  /** The own names of hosts, for a read that waits for these hosts. */
  readonly own = (generation: number, hosts: readonly HostName[]): Promise<readonly HostName[]> =>
    ownHosts(this, generation, hosts);

  /** The present. */
  now(): Instant {
    return instantNow(this.clock);
  }

  /** The catalogue, the names and the clock as of what is read. */
  momentOf({ generation, asOf }: Seen): Moment {
    const { catalogues, names } = this;
    if (asOf === undefined) return { generation, asOf: null, now: this.now(), catalogues, names };
    const { position, now } = asOf;
    return {
      ...{ generation, asOf, now },
      catalogues: { read: (of) => catalogues.asOf(of, position) },
      names: { read: (of) => names.asOf(of, position) },
    };
  }

  private async tried<T>(
    demand: FreshnessDemand,
    views: ViewsReader,
    read: (seen: Seen) => Promise<Outcome<T>>,
    barrier: ReadBarrier | null,
  ): Answer<T> {
    const seen = await this.seen(demand, views, barrier);
    if (!seen.ok) return seen;
    // asked first: a host that was behind may be up to date by the time that it is counted
    const [hostsBehind, body] = await Promise.all([views.hostsBehind(seen.value.generation), read(seen.value)]);
    const { position, ageMs, generation, asOf } = seen.value;
    if (!body.ok) return failed({ ...body.problem, seen: { position, ageMs } });
    return done({ position, ageMs, hostsBehind, generation, ...(asOf && { asOf }), body: body.value });
  }

  private async seen(demand: FreshnessDemand, views: ViewsReader, barrier: ReadBarrier | null): Promise<Outcome<Seen>> {
    if (demand.sameAs !== undefined) return done(demand.sameAs);
    const seen = await this.gate.pass(demandOf(demand), barrier);
    if (!seen.ok || demand.asOf === undefined) return seen;
    const asOf = await momentAsked(views, demand.asOf, seen.value, this.clock.nowMs());
    return asOf.ok ? done({ ...seen.value, asOf: asOf.value }) : asOf;
  }
}

const REPLACED: Problem = {
  code: 'not-caught-up',
  detail: 'the views were replaced by newer ones while they were read: try again',
  retryAfterS: RETRY_S,
};
