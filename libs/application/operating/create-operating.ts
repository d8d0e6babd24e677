/** How projection is, read from the stores it writes; releases go through the releaser. */
import { randomUUID } from 'node:crypto';
import {
  DOCUMENTS_VERSION,
  done,
  failed,
  streamKind,
  type Outcome,
  type PartitionProgress,
  type StoredEntry,
} from '#contracts';
import { msOfInstant, parseHostName } from '#domain';
import type { Journal, Views } from '#ports';
import type { Clock } from '../clock.js';
import { whole } from '../ingest/requests/answers.js';
import { KeyedRequests } from '../ingest/requests/keyed-requests.js';
import type { Log } from '../log.js';
import type { RebuildJob } from './rebuild-job.js';
import { readPlace } from '../relay/place.js';
import type { EntriesVersion } from '../versions/entries-version.js';
import type { FoldingStatus } from './folding-status.js';
import type { Operating, ParkedItem, PartitionStatus, ProjectionStatus, Released, Releases } from './operating.js';

export interface OperatingParts {
  readonly journal: Journal;
  readonly views: Views;
  readonly clock: Clock;
  readonly log: Log;
  readonly folding: () => FoldingStatus | null;
  /** The rebuild beside the served generation that has not ended. */
  readonly rebuild: () => Promise<RebuildJob | null>;
  readonly halted: () => string | null;
  readonly entries?: Pick<EntriesVersion, 'status'>;
  /** Undefined before the projector was prepared. */
  readonly releaser: () => Releases | undefined;
}

/** Parked hosts and quests are counted up to this many of each. */
const COUNTED = 1000;

const RELEASED = { answers: whole<{ readonly name: string }>() };

export function createOperating(parts: OperatingParts): Operating {
  const requests = new KeyedRequests(parts.journal, parts.clock, randomUUID, parts.log);
  return {
    status: () => status(parts),
    parked: (limit) => parkedItems(parts, limit),
    release: (name, asking = { principal: null }) =>
      requests.once(asking, { use: ['release', name], body: null, ...RELEASED }, async (request) => {
        const outcome = await release(parts, name);
        // it was parked when the request came first, and is released since
        const isDone = !outcome.ok && outcome.problem.code === 'not-parked' && request.isRepeat;
        return isDone ? done({ name: parseHostName(name) ?? name }) : outcome;
      }),
  };
}

async function status(parts: OperatingParts): Promise<ProjectionStatus> {
  const { journal, views } = parts;
  const generation = (await views.reader.freshness(DOCUMENTS_VERSION))?.generation ?? null;
  const progress = generation === null ? [] : await views.writer.progress(generation.number);
  const [head, place, rebuild, parked, hostsBehind] = await Promise.all([
    journal.head(),
    readPlace(journal),
    parts.rebuild(),
    parkedItems(parts, COUNTED + 1),
    generation === null ? 0 : views.reader.hostsBehind(generation.number),
  ]);
  const numbered = Math.max(place?.place.number ?? 0, ...progress.map(({ number }) => number ?? 0));
  const partitions: PartitionStatus[] = [];
  for (const each of progress) partitions.push(await partitionStatus(parts, each, head, numbered));
  const parkedQuests = parked.filter(({ kind }) => kind === 'quest').length;
  const parkedHosts = parked.length - parkedQuests;
  return {
    head: head.position,
    identity: journal.identity,
    generation,
    partitions: partitions.sort((a, b) => a.partition - b.partition),
    folding: parts.folding() ?? (rebuild?.state === 'running' ? rebuild.progress : null),
    rebuild,
    halted: parts.halted(),
    parkedHosts: Math.min(parkedHosts, COUNTED),
    parkedQuests: Math.min(parkedQuests, COUNTED),
    parkedMore: parkedHosts > COUNTED || parkedQuests > COUNTED,
    hostsBehind,
    entries: parts.entries?.status() ?? null,
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
  const generation = await views.control.current(DOCUMENTS_VERSION);
  if (generation === null) return [];
  const hosts = await views.writer.parkedHosts(generation, null, limit);
  const quests = await views.writer.parkedQuests(generation, null, limit);
  return [
    ...hosts.map(({ host, parked }) => ({ kind: 'host' as const, name: host, ...parked })),
    ...quests.map(({ quest, parked }) => ({ kind: 'quest' as const, name: `quest-${quest}`, ...parked })),
  ];
}

type ReleaseAnswer = Awaited<ReturnType<Operating['release']>>;

async function release({ releaser }: OperatingParts, name: string): Promise<ReleaseAnswer> {
  const working = releaser();
  if (working === undefined)
    return failed({ code: 'not-caught-up', detail: 'the projector follows no generation of the views at the moment' });
  // a host may be called quest-7 as well: the host is looked for first
  const host = parseHostName(name);
  const ofHost = host === undefined ? NOT_PARKED : await working.releaseHost(host);
  if (host !== undefined && ofHost.kind !== 'not-parked') return answer(ofHost, host);
  const stream = streamKind(name);
  return answer(stream.kind === 'quest' ? await working.releaseQuest(stream.quest) : NOT_PARKED, name);
}

const NOT_PARKED: Released = { kind: 'not-parked' };

function answer(released: Released, name: string): Outcome<{ readonly name: string }> {
  switch (released.kind) {
    case 'released':
    case 'behind':
      return done({ name });
    case 'not-parked':
      return failed({
        code: 'not-parked',
        detail: `${JSON.stringify(name)} is neither a parked host nor a parked quest (quest-<number>)`,
      });
    case 'still-parked': {
      const { revision, reason } = released.parked;
      const detail = `${name} is parked at its entry ${revision} as before (${reason}): mend the cause, then release it`;
      return failed({ code: 'still-parked', detail });
    }
  }
}
