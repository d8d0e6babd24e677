/** P3: missing entries are read from the journal until none is missing, also where they are large and a call brings few of them. */
import { START, type HostDocument, type StoredEntry } from '#contracts';
import type { HostName } from '#domain';
import type { ViewsBatch, ViewsLoaded, ViewsWanted, ViewsWriter } from '#ports';
import { createMemoryJournal, ingestRig, report } from '#testing';
import { CatalogueTimeline } from '../catalogue/timeline.js';
import { silentLog } from '../log.js';
import { Applier } from './applier.js';

/** Of the views, the hosts' documents: these specs have neither labors nor quests. */
class HostDocuments {
  readonly hosts = new Map<HostName, HostDocument>();

  readonly load = async (_generation: number, { hosts = [] }: ViewsWanted): Promise<ViewsLoaded> => ({
    ...{ quests: [], labors: [], parts: [] },
    hosts: hosts.flatMap((host) => this.hosts.get(host) ?? []),
  });

  readonly apply = async (_generation: number, { hosts = [] }: ViewsBatch) => {
    for (const document of hosts) this.hosts.set(document.host, { ...document, version: document.version + 1 });
    return { conflicts: [] };
  };
}

test('P3: holes of many hosts are filled by calls that bring a few entries each', async () => {
  const journal = createMemoryJournal({ maxReadCharacters: 500 });
  const rig = ingestRig(journal);
  await rig.define();
  const hosts = Array.from({ length: 8 }, (_, nth) => `host-${nth}`);
  const reports = Array.from({ length: 20 }, () => hosts.map((host) => report(host, { type: 'disk-cleaned' }))).flat();
  expect(await rig.ingest.logEvents(reports, rig.reporter)).toMatchObject({ ok: true });
  const lasts: StoredEntry[] = [];
  for (const host of hosts) lasts.push((await rig.host(host)).at(-1)!);
  const views = new HostDocuments();
  const applier = new Applier({
    ...{ journal, views: views as unknown as ViewsWriter, timeline: new CatalogueTimeline(journal) },
    ...{ clock: rig.clock, log: silentLog, generation: 1, partitions: 4 },
    isPublished: () => false,
    touched: () => undefined,
    idle: () => undefined,
    setBehind: () => undefined,
  });
  // all that came are the last ones
  await applier.apply(lasts, { storedProgress: () => START });
  expect([...views.hosts.values()].map(({ host, state }) => [host, state.revision])).toEqual(
    hosts.map((host) => [host, 19]),
  );
});
