/** What a quest has decided and left to the background, as something to do: the first thing that must be carried to its hosts. */
import type { Uuid } from '#contracts';
import type { QuestId } from '#domain';
import { BACKGROUND, holderOfPrincipal } from '../holders.js';
import { embarkingBatch } from './acceptance.js';
import type { Adopter, Adoption } from './adopter.js';
import type { HostsOfBatch, ListedBatches } from './batch-hosts.js';
import type { Embarker } from './embarker.js';
import type { EmbarkingTypes } from './embarking-types.js';
import { endingOf, type Ender } from './ender.js';
import type { PlacedAdoption, PlacedBatch, PlacedRemoval } from './placed.js';
import type { QuestStream } from './quest-stream.js';
import { listedIn, type Removal, type Remover } from './remover.js';

export interface TaskParts {
  readonly embarker: Embarker;
  readonly ender: Ender;
  readonly adopter: Adopter;
  readonly remover: Remover;
  readonly types: EmbarkingTypes;
  /** Batches, adoptions and removals that a request is carrying out: left to it. */
  readonly inline: ReadonlySet<Uuid>;
}

/** What a quest has decided and must be carried to hosts: a batch's events, labors that it adopts, a removal, or its own end. */
export interface Task {
  /** Of the decision. */
  readonly id: Uuid;
  /** The principal who decided it. */
  readonly holder: string;
  readonly listed: ListedBatches;
  /** Carried out whatever the quest decides meanwhile: its end, and a removal before it. */
  readonly isFinal: boolean;
  /** All may be repeated. Reject with StoreUnavailable. First, where another process has decided it. */
  resume(): Promise<unknown>;
  log(some: HostsOfBatch): Promise<unknown>;
  end(): Promise<unknown>;
}

/**
 * Undefined where nothing is left to the background. Of an abandoned quest only what took hosts out before is carried out; then
 * its hosts get its end. Adoptions and removals do not wait for the end of a batch.
 */
export function taskOf(parts: TaskParts, stream: QuestStream): Task | undefined {
  const { embarker, ender, types, inline } = parts;
  const { abandonment, state } = stream;
  const isLeft = ({ removal, isCarried }: PlacedRemoval) =>
    !isCarried && (abandonment !== undefined || !inline.has(removal));
  const removing = stream.removals.find(isLeft);
  if (removing !== undefined && state !== null) return removalTask(parts, { quest: state.quest, ...removing });
  if (abandonment !== undefined) {
    const ending = endingOf(stream);
    if (ending === undefined) return undefined;
    return {
      id: abandonment.id,
      holder: holderOfPrincipal(abandonment.cause.principal),
      listed: ending.listed,
      isFinal: true,
      resume: () => Promise.resolve(),
      log: (some) => ender.log(ending, some, BACKGROUND),
      end: () => ender.end(ending),
    };
  }
  const adopting = stream.adoptions.find(({ adoption, isCarried }) => !isCarried && !inline.has(adoption));
  if (adopting !== undefined && state !== null) return adoptionTask(parts, state.quest, adopting);
  const placed = stream.batches.find(({ batch, embarked }) => !embarked && !inline.has(batch));
  if (placed === undefined) return undefined;
  const embarking = embarkingBatch(stream, placed);
  const { batch, listedAt, revision, cause } = placed;
  const isBetween = (other: PlacedBatch) =>
    other.claim !== undefined && other.revision > listedAt.revision && other.revision < revision;
  // a claim takes hosts whether they are in or not
  const claims = placed.claim === undefined ? stream.batches.filter(isBetween) : [];
  return {
    id: embarking.batch,
    holder: holderOfPrincipal(cause.principal),
    listed: {
      quest: embarking.quest,
      batches: new Set([batch]),
      adoptions: false,
      ...{ from: listedAt.revision, to: revision, claims },
    },
    // a claim asks for no fate that starts its type
    resume: () => (placed.claim === undefined ? types.resume(embarking) : Promise.resolve()),
    isFinal: false,
    log: ({ hosts, after }) => embarker.log(embarking, hosts, () => after, BACKGROUND),
    end: () => embarker.end(embarking),
  };
}

function adoptionTask(
  { adopter }: Pick<TaskParts, 'adopter'>,
  quest: QuestId,
  { revision, ...placed }: PlacedAdoption,
): Task {
  const adoption: Adoption = { quest, ...placed };
  return {
    id: adoption.adoption,
    holder: holderOfPrincipal(adoption.cause.principal),
    listed: { quest, batches: new Set(), adoptions: true, from: revision, to: revision + 1 },
    isFinal: false,
    resume: () => Promise.resolve(),
    log: ({ hosts, labors }) =>
      adopter.log(
        adoption,
        hosts.flatMap((host) => labors.get(host) ?? []),
        BACKGROUND,
      ),
    end: () => adopter.end(adoption),
  };
}

function removalTask({ remover }: Pick<TaskParts, 'remover'>, removal: Removal): Task {
  return {
    id: removal.removal,
    holder: holderOfPrincipal(removal.cause.principal),
    listed: listedIn(removal),
    isFinal: true,
    resume: () => Promise.resolve(),
    log: (some) => remover.log(removal, some, BACKGROUND),
    end: () => remover.end(removal),
  };
}
