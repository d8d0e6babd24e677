/** What events did: found by the labors that name them, since nothing of it is stored with an event. */
import { inTurns, type Effects, type Steps } from '#contracts';
import { inOpeningOrder, type EventId, type Revision } from '#domain';
import { MAX_EFFECTS, type EventEffects, type ViewsReader } from '#ports';

/** At most this many labors are named for the events of one question; events beyond are `omitted`. */
export const MAX_LABORS_NAMED = 20_000;

export type EffectViews = Pick<ViewsReader, 'effects'>;

/** Each event once; `revision` is its own. */
export interface Asked {
  readonly id: EventId;
  readonly revision: Revision;
}

/** Of each of the events. Of many, others have their turn between one and the next. */
export async function effectsOf(
  views: EffectViews,
  generation: number,
  events: readonly Asked[],
): Promise<ReadonlyMap<EventId, Effects>> {
  const effects = new Map<EventId, Effects>();
  let left = MAX_LABORS_NAMED;
  function* take(asked: readonly Asked[], found: readonly EventEffects[]): Steps<void> {
    for (const [index, { id, revision }] of asked.entries()) {
      const one = found[index];
      const named = one === undefined || one.applied < revision ? 0 : namedIn(one);
      effects.set(id, one === undefined || named > left ? { state: 'omitted' } : effectsIn(one, revision));
      left -= named;
      yield;
    }
  }
  for (let first = 0; first < events.length; first += MAX_EFFECTS) {
    const some = events.slice(first, first + MAX_EFFECTS);
    const ids = some.map(({ id }) => id);
    await inTurns(take(some, left > 0 ? await views.effects(generation, ids) : []));
  }
  return effects;
}

function effectsIn(
  { applied, parked, opened, closed, absorbed, perhapsAbsorbed }: EventEffects,
  own: Revision,
): Effects {
  if (applied < own) return { state: parked ? 'parked' : 'pending' };
  return {
    state: 'known',
    opened: inOpeningOrder(opened),
    closed: inOpeningOrder(closed),
    absorbed: inOpeningOrder(absorbed),
    perhapsAbsorbed: inOpeningOrder(perhapsAbsorbed),
  };
}

function namedIn({ opened, closed, absorbed, perhapsAbsorbed }: EventEffects): number {
  return opened.length + closed.length + absorbed.length + perhapsAbsorbed.length;
}
