/** How fast is fast enough where a store is not in this process. */
import type { Settings } from '../settings/settings.js';

/** A remote store costs a round trip for each call, whatever it holds. */
const REMOTE_PACE_MS = 25;

/** How long relay and projector gather messages that go over a network, in milliseconds; nothing where the store is in this process. */
export function pacesOf({ feed, views }: Settings): {
  readonly tickAfterMs?: number;
  readonly progressEveryMs?: number;
} {
  return {
    ...(feed === 'inprocess' ? {} : { tickAfterMs: REMOTE_PACE_MS }),
    ...(views === 'sqlite' ? {} : { progressEveryMs: REMOTE_PACE_MS }),
  };
}
