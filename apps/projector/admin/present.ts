/** How `/admin` shows projection: positions as decimal text, null where there is no entry yet. */
import type { FoldingStatus, ParkedItem, PartitionStatus, ProjectionStatus } from '#application';
import { START, type Generation, type Position } from '#contracts';

export interface StatusAnswer extends Omit<ProjectionStatus, 'head' | 'generation' | 'partitions' | 'folding'> {
  readonly head: string | null;
  readonly generation: Pick<
    Generation,
    'number' | 'state' | 'createdAt' | 'documentsVersion' | 'foldVersion' | 'partitions'
  > | null;
  readonly partitions: readonly (Omit<PartitionStatus, 'position'> & { readonly position: string | null })[];
  readonly folding: (Omit<FoldingStatus, 'position'> & { readonly position: string | null }) | null;
}

export type ParkedAnswer = Omit<ParkedItem, 'position'> & { readonly position: string | null };

export function statusAnswer(status: ProjectionStatus): StatusAnswer {
  const { head, identity, generation, partitions, folding, halted, parkedHosts, parkedQuests, parkedMore } = status;
  return {
    head: shown(head),
    identity,
    generation: generation === null ? null : generationAnswer(generation),
    partitions: partitions.map(({ partition, position, lagEntries, lagS }) => ({
      partition,
      position: shown(position),
      lagEntries,
      lagS,
    })),
    folding: folding === null ? null : { ...folding, position: shown(folding.position) },
    halted,
    parkedHosts,
    parkedQuests,
    parkedMore,
  };
}

export function parkedAnswer({ kind, name, state, reason, revision, position, since }: ParkedItem): ParkedAnswer {
  return { kind, name, state, reason, revision, position: shown(position), since };
}

function generationAnswer(generation: Generation): StatusAnswer['generation'] {
  const { number, state, createdAt, documentsVersion, foldVersion, partitions } = generation;
  return { number, state, createdAt, documentsVersion, foldVersion, partitions };
}

function shown(position: Position): string | null {
  return position > START ? String(position) : null;
}
