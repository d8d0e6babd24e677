/** A stored history and its views on disk: made once for all benchmarks that need one of that size. */
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { openViews } from '#adapters/views-sqlite';
import { CatalogueTimeline, createProjector, silentLog, systemClock, type Projector } from '#application';
import type { Journal, Views } from '#ports';
import { follow, hearHead } from '#testing';
import type { Context } from '../harness/context.js';
import type { Database } from './copy-layout.js';
import { appendHistory, catalogueWrite, History, mustAppend } from './history.js';

/** As standalone has. */
export const PARTITIONS = 8;
const SEED = 7;

export interface FleetSize {
  readonly events: number;
  readonly hosts: number;
}

/** Where its journal and views lie. */
export interface Fleet {
  readonly journalFile: string;
  readonly viewsFile: string;
}

export async function storeFleet(context: Context, name: string, { events, hosts }: FleetSize): Promise<Fleet> {
  const fleet = {
    journalFile: context.path(`${name}-journal.db`),
    viewsFile: context.path(`${name}-views.db`),
  };
  const journal = await openSqliteJournal({ file: fleet.journalFile });
  await mustAppend(journal, [catalogueWrite()]);
  await appendHistory(journal, new History(hosts, SEED), events, (stored) => {
    context.progress(`storing the history: ${stored} of ${events} events`);
  });
  await journal.close();
  return fleet;
}

export interface OpenFleet {
  readonly journal: Journal;
  readonly views: Views;
  close(): Promise<void>;
}

/** `connect`: a driver of the caller's for the views. */
export async function openFleet(
  { journalFile, viewsFile }: Fleet,
  connect?: (file: string) => Database,
): Promise<OpenFleet> {
  const journal = await openSqliteJournal({ file: journalFile });
  const views = await openViews(viewsFile, connect && { connect });
  return {
    journal,
    views,
    async close() {
      await views.close();
      await journal.close();
    },
  };
}

export function projectorOver({ journal, views }: Pick<OpenFleet, 'journal' | 'views'>): Projector {
  return createProjector({
    journal,
    views,
    timeline: new CatalogueTimeline(journal),
    clock: systemClock,
    log: silentLog,
    owner: 'bench',
    partitions: PARTITIONS,
  });
}

/** A projector over the stores brings the views to the journal's head. */
export async function catchUp(stores: Pick<OpenFleet, 'journal' | 'views'>): Promise<void> {
  const projector = projectorOver(stores);
  await projector.prepare({ rebuild: false });
  const following = await follow(projector, PARTITIONS);
  await hearHead(projector, stores.journal, PARTITIONS);
  await following.stop();
}

/** The views, with something done after each of the projector's batches. */
export function watched(views: Views, after: (batch: Parameters<Views['writer']['apply']>[1]) => void): Views {
  const { control, loader, reader } = views;
  const writer = Object.create(views.writer) as Views['writer'];
  writer.apply = async (generation, batch) => {
    const answer = await views.writer.apply(generation, batch);
    after(batch);
    return answer;
  };
  return { control, loader, reader, writer, close: () => views.close() };
}
