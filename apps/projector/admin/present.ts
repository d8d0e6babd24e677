/** How `/admin` shows projection, rebuilds and verifications: positions as decimal text, null where there is no entry yet. */
import type { GenerationStatus, ParkedItem, ProjectionStatus, RebuildJob, VerificationStatus } from '#application';
import {
  START,
  type Generation,
  type GenerationListBody,
  type ParkedItemBody,
  type Position,
  type RebuildBody,
  type StatusBody,
  type VerificationBody,
} from '#contracts';

export function presentStatus(status: ProjectionStatus): StatusBody {
  const {
    head,
    identity,
    generation,
    partitions,
    folding,
    halted,
    parkedHosts,
    parkedQuests,
    parkedMore,
    hostsBehind,
    entries,
  } = status;
  return {
    head: shown(head),
    identity,
    generation: generation && presentGeneration(generation),
    partitions: partitions.map(({ partition, position, lagEntries, lagS }) => ({
      partition,
      position: shown(position),
      lagEntries,
      lagS,
    })),
    folding: folding && presentFolding(folding),
    halted,
    parkedHosts,
    parkedQuests,
    parkedMore,
    hostsBehind,
    entries,
  };
}

export function presentParkedItem(item: ParkedItem): ParkedItemBody {
  const { kind, name, state, reason, revision, position, since } = item;
  return { kind, name, state, reason, revision, position: shown(position), since };
}

export function presentVerification({ position, ...status }: VerificationStatus): VerificationBody {
  return { ...status, position: String(position) };
}

export function presentRebuild(job: RebuildJob): RebuildBody {
  const { id, kind, state, generation, by, begunAt, endedAt, isActivationAsked: activate } = job;
  const { differences, trouble, progress } = job;
  const { read: entriesRead = 0, judged: entriesJudged = 0, total = null, hosts = null } = progress ?? {};
  return {
    ...{ id, kind, state, generation, by, begunAt, endedAt, activate, differences, trouble },
    phase: progress?.phase ?? (kind === 'rebuild' ? 'splitting' : 'following'),
    position: progress && shown(progress.position),
    end: progress && shown(progress.end),
    percent: progress?.percent ?? 0,
    ...{ entriesRead, entriesJudged, total, hosts },
    entriesPerS: progress?.entriesPerS ?? 0,
    secondsLeft: progress?.secondsLeft ?? null,
    bytesOnDisk: progress?.bytes ?? 0,
  };
}

export function presentGenerationStatus(status: GenerationStatus): GenerationListBody['items'][number] {
  const { number, state, isServed: served, position, createdAt, documentsVersion, foldVersion, partitions } = status;
  return {
    ...{ number, state, served, position: shown(position) },
    ...{ createdAt, documentsVersion, foldVersion, partitions },
  };
}

function presentFolding(folding: NonNullable<ProjectionStatus['folding']>): NonNullable<StatusBody['folding']> {
  const { generation, phase, position, percent, entries, entriesPerS } = folding;
  return { generation, phase, position: shown(position), percent, entries, entriesPerS };
}

function presentGeneration(generation: Generation): StatusBody['generation'] {
  const { number, state, createdAt, documentsVersion, foldVersion, partitions } = generation;
  return { number, state, createdAt, documentsVersion, foldVersion, partitions };
}

function shown(position: Position): string | null {
  return position > START ? String(position) : null;
}
