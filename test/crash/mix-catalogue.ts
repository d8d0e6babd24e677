/** The catalogue of the mixture, and requests that change it. */
import { newAsk, type Ask } from './asks.js';

export const TYPES = [
  { category: 'reboot', state: 'required' },
  { category: 'reboot', state: 'done' },
  { category: 'patch', state: 'required' },
  { category: 'patch', state: 'ready' },
  { category: 'patch', state: 'done' },
  { category: 'disk', state: 'full' },
  { category: 'disk', state: 'cleaned' },
] as const;

/** Of which nobody logs an event: retired and restored meanwhile. */
export const SPARE_TYPES = [
  { category: 'spare', state: 'required' },
  { category: 'spare', state: 'done' },
] as const;

export const FATES = [
  { creates: 'reboot-required', completedBy: 'reboot-done' },
  { creates: 'patch-required', completedBy: 'patch-ready' },
  { creates: 'patch-ready', completedBy: 'patch-done', intermediate: true },
  { creates: 'disk-full', completedBy: 'disk-cleaned', onRepeat: 'absorb' },
  { creates: 'spare-required', completedBy: 'spare-done' },
] as const;

/** What is retired and restored: the last fate that starts a type of quests, one that nothing needs, and its types. */
const MOVED = ['/fates/4', '/fates/5', '/event-types/spare-required', '/event-types/spare-done'] as const;
/** As long as the fate is retired, quests of its type are refused; as long as one embarks, retiring it is. */
export const MOVED_AWAY = ['event-type-not-starting'];
/** It was defined, nobody heard the answer, and a file has retired it before it was sent again. */
const FILED_AWAY = ['event-type-exists'];
const MOVE_REFUSALS = ['in-use', 'event-type-retired'];

type Random = () => number;

export function definitionAsk(tag: string, random: Random): Ask {
  if (random() < 0.5) {
    const body = { category: 'new', state: tag };
    const again = { repeatable: true, refusals: FILED_AWAY };
    return newAsk({ tag, path: '/event-types', body, ...again, effect: { kind: 'type-defined' } });
  }
  const { category, state } = of(TYPES, random);
  const path = `/event-types/${category}-${state}`;
  const effect = { kind: 'type-amended' } as const;
  return newAsk({ tag, method: 'PATCH', path, body: { description: tag }, repeatable: true, effect });
}

/** More often back in force than out of it. */
export function moveAsk(tag: string, random: Random): Ask {
  const move = random() < 0.4 ? 'retire' : 'restore';
  const again = { repeatable: true, once: random() < 0.5, refusals: MOVE_REFUSALS };
  return newAsk({ tag, path: `${of(MOVED, random)}/${move}`, body: {}, ...again, effect: { kind: 'moved' } });
}

/** All that there was at the beginning, mostly but for a fate: what was defined since is retired, what was retired is restored. */
export function fileAsk(tag: string, random: Random): Ask {
  const left = of([undefined, 3, 4], random);
  const [spare, ...types] = [...SPARE_TYPES, ...TYPES];
  const body = {
    eventTypes: [...types, { ...spare, description: tag }],
    fates: FATES.filter((_, nth) => nth !== left),
  };
  const again = { repeatable: true, once: random() < 0.5, refusals: MOVE_REFUSALS };
  return newAsk({ tag, method: 'PUT', path: '/catalogue', body, ...again, effect: { kind: 'type-amended' } });
}

function of<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}
