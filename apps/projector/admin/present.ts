/** How `/admin` shows projection: positions as decimal text, null where there is no entry yet. */
import type { ParkedItem, ProjectionStatus, VerificationStatus } from '#application';
import {
  START,
  type Generation,
  type ParkedItemBody,
  type Position,
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
    folding: folding && { ...folding, position: shown(folding.position) },
    halted,
    parkedHosts,
    parkedQuests,
    parkedMore,
    hostsBehind,
  };
}

export function presentParkedItem(item: ParkedItem): ParkedItemBody {
  const { kind, name, state, reason, revision, position, since } = item;
  return { kind, name, state, reason, revision, position: shown(position), since };
}

export function presentVerification({ position, ...status }: VerificationStatus): VerificationBody {
  return { ...status, position: String(position) };
}

function presentGeneration(generation: Generation): StatusBody['generation'] {
  const { number, state, createdAt, documentsVersion, foldVersion, partitions } = generation;
  return { number, state, createdAt, documentsVersion, foldVersion, partitions };
}

function shown(position: Position): string | null {
  return position > START ? String(position) : null;
}
