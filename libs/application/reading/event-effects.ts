/** What events did: found by the labors that name them, since nothing of it is stored with an event. */
import { turn, type Effects, type KnownEffects } from '#contracts';
import { compareOpening, type EventId, type LaborId, type Revision } from '#domain';
import { MAX_EFFECTS, type EventEffects, type ViewsReader } from '#ports';

/** At most this many labors are named for the events of one question; events beyond are `omitted`. */
export const MAX_LABORS_NAMED = 20_000;

export type EffectViews = Pick<ViewsReader, 'effects'>;

/** Each event once; `revision` is its own. */
export interface Asked {
  readonly id: EventId;
  readonly revision: Revision;
}

/** Of each of the events. Of many, others have their turn between some and the next. */
export async function effectsOf(
  views: EffectViews,
  generation: number,
  events: readonly Asked[],
): Promise<ReadonlyMap<EventId, Effects>> {
  const effects = new Map<EventId, Effects>();
  let left = MAX_LABORS_NAMED;
  for (let first = 0; first < events.length; first += MAX_EFFECTS) {
    if (first > 0) await turn();
    const some = events.slice(first, first + MAX_EFFECTS);
    const found =
      left > 0
        ? await views.effects(
            generation,
            some.map(({ id }) => id),
          )
        : [];
    some.forEach(({ id, revision }, index) => {
      const one = found[index];
      const known = one === undefined ? ({ state: 'omitted' } as const) : effectsIn(one, revision);
      const named = known.state === 'known' ? namedIn(known) : 0;
      effects.set(id, named > left ? { state: 'omitted' } : known);
      left -= named;
    });
  }
  return effects;
}

function effectsIn(
  { applied, parked, opened, closed, absorbed, perhapsAbsorbed }: EventEffects,
  own: Revision,
): Effects {
  if (applied < own) return { state: parked ? 'parked' : 'pending' };
  const inOrder = (labors: readonly LaborId[]) => [...labors].sort(compareOpening);
  return {
    state: 'known',
    opened: inOrder(opened),
    closed: inOrder(closed),
    absorbed: inOrder(absorbed),
    perhapsAbsorbed: inOrder(perhapsAbsorbed),
  };
}

function namedIn({ opened, closed, absorbed, perhapsAbsorbed }: KnownEffects): number {
  return opened.length + closed.length + absorbed.length + perhapsAbsorbed.length;
}
