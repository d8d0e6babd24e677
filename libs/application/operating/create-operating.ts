/** How projection is, read from the stores it writes; releases go through the releaser. */
import { done, failed, streamKind, type Outcome, type PartitionProgress, type StoredEntry } from '#contracts';
import { msOfInstant, parseHostName } from '#domain';
import type { Journal, Views } from '#ports';
import type { Clock } from '../clock.js';
import type { Released, Releaser } from '../projection/releaser.js';
import { readPlace } from '../relay/place.js';
import type { FoldingStatus, Operating, ParkedItem, PartitionStatus, ProjectionStatus } from './operating.js';

export interface OperatingParts {
  readonly journal: Journal;
  readonly views: Views;
  readonly clock: Clock;
  readonly folding: () => FoldingStatus | null;
  readonly halted: () => string | null;
  /** Undefined before the projector was prepared. */
  readonly releaser: () => Releaser | undefined;
}

/** Parked hosts and quests are counted up to so many of each. */
const COUNTED = 1000;

export function createOperating(parts: OperatingParts): Operating {
  return {
    status: () => status(parts),
    parked: (limit) => parkedItems(parts, limit),
    release: (name) => release(parts, name),
  };
}

async function status(parts: OperatingParts): Promise<ProjectionStatus> {
  const { journal, views } = parts;
  const generation = (await views.reader.freshness())?.generation ?? null;
  const progress = generation === null ? [] : await views.writer.progress(generation.number);
  const [head, place, parked] = await Promise.all([
    journal.head(),
    readPlace(journal),
    parkedItems(parts, COUNTED + 1),
  ]);
  const numbered = Math.max(place?.place.number ?? 0, ...progress.map(({ number }) => number ?? 0));
  const partitions: PartitionStatus[] = [];
  for (const each of progress) partitions.push(await partitionStatus(parts, each, head, numbered));
  const parkedQuests = parked.filter(({ kind }) => kind === 'quest').length;
  return {
    head: head.position,
    identity: journal.identity,
    generation,
    partitions: partitions.sort((a, b) => a.partition - b.partition),
    folding: parts.folding(),
    halted: parts.halted(),
    parkedHosts: Math.min(parked.length - parkedQuests, COUNTED),
    parkedQuests: Math.min(parkedQuests, COUNTED),
    parkedMore: parked.length > COUNTED,
  };
}

/** The lag in seconds is the age of the oldest entry beyond the progress, whichever partition it is of: never too little. */
async function partitionStatus(
  { journal, clock }: OperatingParts,
  { partition, position, number }: PartitionProgress,
  head: StoredEntry,
  numbered: number,
): Promise<PartitionStatus> {
  const [next] = position >= head.position ? [] : await journal.readAll(position, 1);
  const lagMs = next === undefined ? 0 : clock.nowMs() - msOfInstant(next.recordedAt);
  return {
    partition,
    position,
    lagEntries: next === undefined ? 0 : number === null ? null : Math.max(1, numbered - number),
    lagS: Math.max(0, Math.round(lagMs / 100) / 10),
  };
}

async function parkedItems({ views }: OperatingParts, limit: number): Promise<readonly ParkedItem[]> {
  const generation = await views.control.current();
  if (generation === null) return [];
  const hosts = await views.writer.parkedHosts(generation, null, limit);
  const quests = await views.writer.parkedQuests(generation, null, limit);
  return [
    ...hosts.map(({ host, parked }) => ({ kind: 'host' as const, name: host, ...parked })),
    ...quests.map(({ quest, parked }) => ({ kind: 'quest' as const, name: `quest-${quest}`, ...parked })),
  ].slice(0, limit);
}

type ReleaseAnswer = Awaited<ReturnType<Operating['release']>>;

async function release({ releaser }: OperatingParts, name: string): Promise<ReleaseAnswer> {
  const working = releaser();
  if (working === undefined) return failed({ code: 'not-caught-up', detail: 'the projector has not begun yet' });
  // a host may be called quest-7 as well: the host is looked for first
  const host = parseHostName(name);
  const ofHost = host === undefined ? 'not-parked' : await working.releaseHost(host);
  if (host !== undefined && ofHost !== 'not-parked') return answer(ofHost, 'host', host);
  const stream = streamKind(name);
  const ofQuest = stream.kind === 'quest' ? await working.releaseQuest(stream.quest) : 'not-parked';
  if (ofQuest !== 'not-parked') return answer(ofQuest, 'quest', name);
  return failed({
    code: 'not-parked',
    detail: `${JSON.stringify(name)} is neither a parked host nor a parked quest (quest-<number>)`,
  });
}

function answer(
  { parked }: Exclude<Released, 'not-parked'>,
  kind: ParkedItem['kind'],
  name: string,
): Outcome<{ readonly released: boolean; readonly parked: ParkedItem | null }> {
  return done({ released: parked === null, parked: parked === null ? null : { kind, name, ...parked } });
}
