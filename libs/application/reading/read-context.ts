/** Shared by all reads: the views, the present, and the one way to an answer that says how fresh it is. */
import { done, failed, type Outcome } from '#contracts';
import type { Instant } from '#domain';
import type { ViewsReader } from '#ports';
import { instantNow, type Clock } from '../clock.js';
import { CatalogueReader } from './catalogue-reader.js';
import { Gate, type WaitOptions } from './gate.js';
import type { Answer, FreshnessDemand } from './reading.js';
import type { Seen } from './seen.js';
import type { ReadBarrier } from './read-barrier.js';

export class ReadContext {
  readonly gate: Gate;
  readonly catalogues: CatalogueReader;

  constructor(
    readonly views: ViewsReader,
    readonly clock: Clock,
    maxWaitS: number,
    options: WaitOptions = {},
  ) {
    this.gate = new Gate(views, clock, maxWaitS, options);
    this.catalogues = new CatalogueReader(views);
  }

  /** The body that `read` makes, with the freshness that was looked up before it. Most reads need no `barrier`. */
  async answer<T>(
    demand: FreshnessDemand,
    read: (seen: Seen) => Promise<Outcome<T>>,
    barrier: ReadBarrier | null = null,
  ): Answer<T> {
    const seen = demand.sameAs === undefined ? await this.gate.pass(demand, barrier) : done(demand.sameAs);
    if (!seen.ok) return seen;
    const body = await read(seen.value);
    const { position, ageMs, generation } = seen.value;
    if (!body.ok) return failed({ ...body.problem, seen: { position, ageMs } });
    return done({ position, ageMs, generation, body: body.value });
  }

  /** The present. */
  now(): Instant {
    return instantNow(this.clock);
  }
}
