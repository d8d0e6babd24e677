/**
 * Requests that give hosts other names: names that nobody has logged under, and former names. A former name has a history of
 * its own: an event is logged under it, then its host is retired, then it becomes an alias of another host.
 */
import { bodyOf, newAsk, type Ask, type AskedEvent, type FormerStage } from './asks.js';

type Random = () => number;

export function aliasAsk(tag: string, host: string, random: Random): Ask {
  return aliased(tag, host, tag, false, random);
}

/** The next step of a name that has one to take, else the first of another. Each is taken once the one before it was answered. */
export function formerAsk(
  tag: string,
  host: string,
  type: string,
  formers: Map<string, FormerStage>,
  random: Random,
): Ask {
  const [name, stage] = [...formers][Math.floor(random() * formers.size)] ?? [];
  if (name === undefined) return loggedAsk(tag, type);
  formers.delete(name);
  return stage === 'logged' ? retiredAsk(tag, name, random) : aliased(tag, host, name, true, random);
}

function loggedAsk(tag: string, type: string): Ask {
  const event: AskedEvent = { host: `former-${tag}`, type, key: tag, note: tag };
  const effect = { kind: 'events', events: [event], listed: true } as const;
  const former = { name: event.host, stage: 'logged' } as const;
  return newAsk({ tag, path: '/events', body: bodyOf(event), effect, repeatable: true, former });
}

function retiredAsk(tag: string, name: string, random: Random): Ask {
  const effect = { kind: 'hosts', hosts: [name], bulk: false } as const;
  const again = { repeatable: true, once: random() < 0.5, former: { name, stage: 'retired' } as const };
  return newAsk({ tag, path: `/hosts/${name}/retire`, body: { reason: tag }, effect, ...again });
}

function aliased(tag: string, host: string, name: string, isFormer: boolean, random: Random): Ask {
  const again = { repeatable: true, once: random() < 0.5 };
  // a waive of one of its labors may have been taken back, and it is in use again
  const refusals = isFormer ? ['host-in-use'] : [];
  const effect = { kind: 'aliased', host, name, isFormer } as const;
  return newAsk({ tag, path: `/hosts/${host}/aliases`, body: { names: [name] }, effect, refusals, ...again });
}
