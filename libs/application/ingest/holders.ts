/** In whose share work that waits is counted: that of a token or an address (see `Visitor` of the door), or of work that no request does. */
import type { Caller } from './ingest.js';

/** Embarking in the background: one holder, however many quests, so that requests have their turns beside it. */
export const BACKGROUND = 'embarking';
/** Operations in the background, likewise. */
export const OPERATIONS = 'operations';
/** The messages of the inbound topic, of all its producers. */
export const TOPIC = 'topic';

/** Whose work in the background it is that `principal` has accepted, in whichever process: all without a principal are one. */
export function holderOfPrincipal(principal: string | null): string {
  return principal ?? '';
}

export function holderOf({ holder = '' }: Pick<Caller, 'holder'>): string {
  return holder;
}
