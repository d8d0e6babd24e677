/** The catalogue as it stands after a number of its entries. */
import type { TypeName } from '../names.js';
import type { Actor, OnRepeat } from './entries.js';
import type { EventTypeId, FateId } from './ids.js';

export type Status = 'in-force' | 'retired';

export interface EventType {
  readonly id: EventTypeId;
  readonly category: string;
  readonly state: string;
  readonly name: TypeName;
  readonly description: string | null;
  readonly restricted: boolean;
  readonly status: Status;
  /** Whose token defined it; null without one, and in an answer that is being decided. */
  readonly principal: string | null;
}

export interface Fate {
  readonly id: FateId;
  readonly creates: TypeName;
  readonly completedBy: TypeName;
  readonly intermediate: boolean;
  /** Rule 4: only labors that this fate closes are followed; null: any. */
  readonly follows: FateId | null;
  readonly onRepeat: OnRepeat;
  readonly name: string | null;
  readonly description: string | null;
  readonly actors: readonly Actor[];
  readonly status: Status;
  /** Whose token defined it; null without one, and in an answer that is being decided. */
  readonly principal: string | null;
}

export interface Catalogue {
  /** `catalogueRevision`: the number of entries folded into it. */
  readonly revision: number;
  /** The numbers that the next definitions get; deleted numbers are not given again. */
  readonly nextEventTypeId: number;
  readonly nextFateId: number;
  /** Characters in the texts of all types and fates, as `limits.ts` counts them. */
  readonly textLength: number;
  /** By name; deleted ones are gone. */
  readonly types: ReadonlyMap<TypeName, EventType>;
  /** By number, ascending; deleted ones are gone. */
  readonly fates: ReadonlyMap<FateId, Fate>;
}

export const emptyCatalogue: Catalogue = {
  revision: 0,
  nextEventTypeId: 1,
  nextFateId: 1,
  textLength: 0,
  types: new Map(),
  fates: new Map(),
};
