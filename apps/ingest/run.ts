/** What of ingest runs beside requests: the relay, and the embarking of quests. */
import type { Relay, RunningIngest } from '#application';
import { INGEST, RELAY, type App } from '#platform';

/**
 * Looks up the relay's place; throws StartRefused where the journal is not the one it was stored in. With `forget` the
 * relay goes on at the journal's end instead. Call it before {@link startRelay}.
 */
export async function prepareRelay({ nest }: App, options: { readonly forget: boolean }): Promise<void> {
  await nest.get<Relay>(RELAY).prepare(options);
}

/** Begins to publish what stands in the journal. */
export function startRelay({ nest }: App): void {
  nest.get<Relay>(RELAY).start();
}

/** Begins to embark the quests that were accepted. */
export function startEmbarking({ nest }: App): void {
  nest.get<RunningIngest>(INGEST).start();
}
