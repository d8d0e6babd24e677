/**
 * What the events of a request did, for an answer that waits for it. They are stored by then: whatever happens to the views,
 * the answer says of each event what it did, or why that is not known yet, and never that it was refused. Who waits keeps its
 * place among the requests, since its body is held as well; so few may wait at once, and the others are answered as it is now.
 */
import { mapInTurns, type Effects, type Outcome } from '#contracts';
import { parseEventId, type EventId } from '#domain';
import { GenerationGone, StoreOverloaded, StoreUnavailable } from '#ports';
import { effectsOf, type EffectViews } from '../reading/event-effects.js';
import type { Gate } from '../reading/gate.js';
import { hostsJudged } from '../reading/host-barrier.js';
import type { Seen } from '../reading/seen.js';
import { holderOf } from './holders.js';
import type { Caller, LoggedEvents } from './ingest.js';
import type { LaborViews } from './labor-standings.js';

export interface LoggedEffectsParts {
  readonly views: { for(holder: string): LaborViews & EffectViews };
  readonly gate: Gate;
}

/** By event; one that is absent is pending. */
export async function effectsOfLogged(
  { views: all, gate }: LoggedEffectsParts,
  { position, events }: LoggedEvents,
  waitS: number,
  caller: Pick<Caller, 'holder'>,
): Promise<ReadonlyMap<EventId, Effects>> {
  const holder = holderOf(caller);
  const views = all.for(holder);
  const hosts = [...new Set(events.map(({ host }) => host))];
  const place = { holder, leave: () => undefined, comeBack: () => Promise.resolve() };
  try {
    const caughtUp = await gate.pass({ minPosition: position, waitS, place }, hostsJudged(views, { hosts }));
    // some of them may be judged all the same
    const seen: Outcome<Seen> = caughtUp.ok ? caughtUp : await gate.pass({});
    if (!seen.ok) return new Map();
    const ids = new Set(events.map(({ id }) => id));
    const asked = await mapInTurns([...ids], (id) => ({ id, revision: parseEventId(id)?.revision ?? 0 }));
    return await effectsOf(views, seen.value.generation, asked);
  } catch (error) {
    const isAway = error instanceof StoreUnavailable && error.store === 'views';
    if (!isAway && !(error instanceof GenerationGone) && !(error instanceof StoreOverloaded)) throw error;
    return new Map();
  }
}
