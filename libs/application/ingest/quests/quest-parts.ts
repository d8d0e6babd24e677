/** What the use cases of quests work with. */
import type { Uuid } from '#contracts';
import type { Instant } from '#domain';
import type { Journal } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import type { Turns } from '../turns.js';
import type { Embarker } from './embarker.js';

export interface QuestParts {
  readonly journal: Journal;
  readonly timeline: CatalogueTimeline;
  readonly embarker: Embarker;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => Uuid;
  readonly now: () => Instant;
  /** Batches that a request of this process is embarking: the background leaves them to it. */
  readonly inline: Set<Uuid>;
  /** Lets the background begin at once. */
  readonly wake: () => void;
}
