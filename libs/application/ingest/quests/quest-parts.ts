/** What the use cases of quests work with. */
import type { Uuid } from '#contracts';
import type { Instant, QuestId } from '#domain';
import type { Journal } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Log } from '../../log.js';
import type { SerialQueue } from '../deciding/serial-queue.js';
import type { Adopter } from './adopter.js';
import type { Embarker } from './embarker.js';
import type { Ender } from './ender.js';
import type { EmbarkingTypes } from './embarking-types.js';
import type { KnownQuests } from './known-quests.js';
import type { QuestNumbers } from './numbers.js';
import type { Remover } from './remover.js';

export interface QuestParts {
  readonly journal: Journal;
  readonly known: KnownQuests;
  readonly timeline: CatalogueTimeline;
  readonly embarker: Embarker;
  readonly ender: Ender;
  readonly adopter: Adopter;
  readonly remover: Remover;
  /** Entered before the catalogue is asked for a quest's type. */
  readonly types: EmbarkingTypes;
  readonly numbers: QuestNumbers;
  readonly queue: SerialQueue;
  readonly log: Log;
  readonly newId: () => Uuid;
  readonly now: () => Instant;
  /** Batches, adoptions and removals that a request of this process is carrying out: the background leaves them to it. */
  readonly inline: Set<Uuid>;
  /** Lets the background carry out at once what `principal` has decided of the quest. */
  readonly wake: (quest: QuestId, principal: string | null) => void;
}
