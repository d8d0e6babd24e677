/** What of ingest runs beside requests: the relay, and the embarking of quests. */
import type { EntriesVersion, Imports, Relay, RunningInbound, RunningIngest } from '#application';
import {
  ENTRIES,
  IMPORTS,
  INBOUND,
  inboundProviders,
  INGEST,
  ingestProviders,
  RELAY,
  type App,
  type AppParts,
  type Stores,
} from '#platform';
import { InboundModule } from './inbound/inbound.module.js';
import { IngestModule } from './ingest.module.js';
import { MovingModule } from './moving/moving.module.js';

/** Ingest's modules and use cases: with the inbound topic where there is one. */
export function ingestParts({ inbound }: Stores): AppParts {
  const modules = [IngestModule, MovingModule];
  if (inbound === undefined) return { modules, useCases: ingestProviders };
  return { modules: [...modules, InboundModule], useCases: [...ingestProviders, ...inboundProviders] };
}

/** Begins to take events from the inbound topic, where there is one. */
export function startInbound({ nest, joinInbound }: App, { inbound }: Stores): void {
  if (inbound !== undefined) nest.get<RunningInbound>(INBOUND).start(joinInbound);
}

/**
 * Looks up the relay's place and what the feed has kept; throws StartRefused where they are not of this journal. With `forget`
 * the relay goes on at the journal's end instead, and the feed is emptied. Call it before {@link startRelay}.
 */
export async function prepareRelay({ nest }: App, options: { readonly forget: boolean }): Promise<void> {
  await nest.get<Relay>(RELAY).prepare(options);
}

/** Looks whether an import was left unfinished: then nothing is written or relayed. And which entries may be written. Call it before the others. */
export async function prepareImports({ nest }: App): Promise<void> {
  await nest.get<Imports>(IMPORTS).look();
  await nest.get<EntriesVersion>(ENTRIES).join();
}

/** Begins to publish what stands in the journal. */
export function startRelay({ nest }: App): void {
  nest.get<Relay>(RELAY).start();
}

/** Begins to embark the quests that were accepted. */
export function startEmbarking({ nest }: App): void {
  nest.get<Imports>(IMPORTS).start();
  nest.get<EntriesVersion>(ENTRIES).start();
  nest.get<RunningIngest>(INGEST).start();
}
