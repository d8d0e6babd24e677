/** Puts a projector over a journal and views of its own: what the specs of projection share. */
import { mkdtemp, rm } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteViews } from '#adapters/views-sqlite';
import {
  CatalogueTimeline,
  createProjector,
  silentLog,
  type Clock,
  type MakeBeside,
  type Projector,
  type ProjectorParts,
  type ProveGenerations,
} from '#application';
import {
  CATALOGUE_STREAM,
  NAMES_STREAM,
  DOCUMENTS_VERSION,
  encodeEntry,
  hostStream,
  questStream,
  type DomainEntry,
  type Position,
} from '#contracts';
import type { HostName, Instant, LaborId, NamesEntry, QuestId, TypeName } from '#domain';
import type { Journal, Views, ViewsWriter } from '#ports';
import {
  canonicalViews,
  type CanonicalViews,
  follow as followAll,
  type Following,
  hearHead as hearHeadAll,
  type History,
  until,
} from '#testing';
import { preparingApart } from './testing-apart.js';

export const PARTITIONS = 4;
export const clock = { nowMs: (): number => Date.now() };
export const never = new AbortController().signal;

const folders: string[] = [];
let replays: string | undefined;

/** Of all projectors of a test. */
function replayFolder(): string {
  return (replays ??= newFolder());
}

/** {@link tidyUp} removes it. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-replays-'));
  folders.push(folder);
  return folder;
}
const opened: Views[] = [];
const running = new Map<Projector, Following>();

/** Views in a folder of their own; {@link tidyUp} removes them. */
export async function newViews(): Promise<Views> {
  const folder = await mkdtemp(join(tmpdir(), 'hermes-views-'));
  folders.push(folder);
  const views = await openSqliteViews({ file: join(folder, 'views.db') });
  opened.push(views);
  return views;
}

/** Call it after each test. */
export async function tidyUp(): Promise<void> {
  await Promise.all([...running.keys()].map((projector) => stop(projector)));
  await Promise.all(opened.splice(0).map((views) => views.close()));
  replays = undefined;
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

export function projectorOver(
  journal: Journal,
  views: Views,
  options: {
    readonly writer?: ViewsWriter;
    readonly partitions?: number;
    readonly clock?: Clock;
    readonly owner?: string;
    readonly monotonicMs?: () => number;
    /** Null: it has none. */
    readonly replayFolder?: string | null;
    readonly prove?: ProveGenerations;
    readonly disk?: Pick<ProjectorParts, 'replayRoom' | 'replayDisk'>;
    readonly audit?: MakeBeside;
    /** Called when a generation is ready, and what made it so ends. */
    readonly closing?: () => Promise<unknown>;
  } = {},
): Projector {
  const own = options.writer === undefined ? views : { ...views, writer: options.writer };
  const clocks = { clock: options.clock ?? clock, ...(options.monotonicMs && { monotonicMs: options.monotonicMs }) };
  const disk = options.disk?.replayDisk;
  return createProjector({
    journal,
    views: own,
    openPreparing: preparingApart({
      ...{ journal, views: own, ...clocks },
      ...(options.prove && { prove: options.prove }),
      ...(disk && { replayDisk: disk }),
      ...(options.closing && { closing: options.closing }),
    }),
    ...clocks,
    timeline: new CatalogueTimeline(journal),
    ...(options.replayFolder !== null && {
      replayFolder: options.replayFolder ?? join(replayFolder(), journal.identity),
    }),
    log: silentLog,
    owner: options.owner ?? 'the only one',
    partitions: options.partitions ?? PARTITIONS,
    ...(options.prove && { prove: options.prove }),
    ...options.disk,
    ...(options.audit && { audit: options.audit }),
  });
}

/** The projector runs, with all partitions, until {@link stop} or {@link tidyUp}. */
export async function follow(projector: Projector, partitions = PARTITIONS): Promise<void> {
  running.set(projector, await followAll(projector, partitions));
}

export async function stop(projector: Projector): Promise<void> {
  await running.get(projector)?.stop();
  running.delete(projector);
}

/** All partitions hear of the journal's head. */
export function hearHead(projector: Projector, journal: Journal, partitions = PARTITIONS): Promise<void> {
  return hearHeadAll(projector, journal, partitions);
}

function isNames(entry: DomainEntry): entry is NamesEntry {
  return entry.kind === 'HostAliased' || entry.kind === 'HostAliasesRemoved' || entry.kind === 'NameRulesSet';
}

/** The stream that an entry belongs to. */
export function streamOf(entry: DomainEntry, quest?: QuestId): string {
  if (isNames(entry)) return NAMES_STREAM;
  if ('host' in entry) return hostStream(entry.host);
  return quest === undefined ? CATALOGUE_STREAM : questStream(quest);
}

export async function append(journal: Journal, entry: DomainEntry, quest?: QuestId): Promise<Position> {
  const entries = [encodeEntry(entry, crypto.randomUUID(), { principal: entry.principal ?? null })];
  const [outcome] = await journal.append([{ stream: streamOf(entry, quest), expected: 'any', entries }]);
  if (outcome?.kind !== 'appended') throw new Error(`not appended: ${JSON.stringify(outcome)}`);
  return outcome.position;
}

export async function appendHistory(journal: Journal, { steps }: History): Promise<void> {
  for (const { entry } of steps) await append(journal, entry);
}

/** A quest's own stream, up to where every host has its event (which is in the hosts' streams). */
export async function acceptQuest(journal: Journal, quest: QuestId, hosts: readonly HostName[]): Promise<void> {
  const signed = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant };
  // the same in each journal that is made alike
  const batch = `00000000-0000-4000-8000-${String(quest).padStart(12, '0')}`;
  const what = { type: 'x-required' as TypeName, creator: null, description: 'x', target: null, references: [] };
  await append(journal, { kind: 'QuestDrafted', quest, ...what, ...signed }, quest);
  await append(journal, { kind: 'QuestHostsListed', batch, hosts, ...signed }, quest);
  await append(journal, { kind: 'QuestHostsAccepted', batch, hosts: hosts.length, ...signed }, quest);
  await append(journal, { kind: 'QuestHostsEmbarked', batch, ...signed }, quest);
}

/** In the quest's own stream: it is to adopt the labors, and then each of them has its entry (which is in its host's stream). */
export async function acceptAdoption(
  journal: Journal,
  quest: QuestId,
  labors: readonly LaborId[],
  step: 'accepted' | 'adopted',
): Promise<Position> {
  const signed = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant };
  const adoption = `00000000-0000-4000-9000-${String(quest).padStart(12, '0')}`;
  if (step === 'accepted')
    return append(journal, { kind: 'QuestLaborsAccepted', adoption, request: adoption, labors, ...signed }, quest);
  return append(journal, { kind: 'QuestLaborsAdopted', adoption, ...signed }, quest);
}

/** The generation that is served. */
export async function served(views: Views): Promise<number> {
  const current = await views.control.current(DOCUMENTS_VERSION);
  if (current === null) throw new Error('no generation is served');
  return current;
}

/** A projector that has folded the journal into the views, and follows. */
export async function folded(journal: Journal, views: Views): Promise<Projector> {
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  return projector;
}

/** What a projector that does nothing but scan makes of the journal, in views of their own. */
export async function cleanFold(journal: Journal): Promise<CanonicalViews> {
  const views = await newViews();
  await folded(journal, views);
  const generation = await served(views);
  await allJudged(views);
  await settle(views);
  return canonicalViews(views.reader, generation);
}

/** Until no host is behind any more. */
export async function allJudged(views: Views): Promise<void> {
  const generation = await served(views);
  await until('no host is behind', async () => (await views.reader.hostsBehind(generation)) === 0, { limitMs: 60_000 });
}

/** Until the projectors that run have counted every quest. */
export async function settle(views: Views): Promise<void> {
  const generation = await served(views);
  await until('no quest is dirty', async () => (await views.writer.dirtyQuests(generation, null, 1)).length === 0);
}
