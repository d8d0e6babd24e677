/** What may be asked of the catalogue: definitions, amendments, moves (rule 10), and a whole file. */
import type { Outcome, Position } from '#contracts';
import type {
  Actor,
  CatalogueChanges,
  CatalogueFile,
  EventType,
  EventTypeDefinition,
  Fate,
  FateDefinition,
  LaborEffect,
  LaborId,
  QuestId,
  StatusMove,
} from '#domain';
import type { Caller, Unchanged } from './caller.js';

/** Event types and fates that one file may change. */
export const MAX_FILE_CHANGES = 1000;

/** An item of a definition, in the order asked for. `created` is false where it was in force already, the same. */
export interface Defined<T> {
  readonly item: T;
  readonly created: boolean;
}

/** `position` is that of the catalogue's last change where nothing was created; undefined where it never had one. */
export interface CatalogueChange<T> {
  readonly position: Position | undefined;
  readonly items: readonly Defined<T>[];
}

export interface EventTypeAmendment {
  readonly description?: string | null;
  readonly restricted?: boolean;
}

export interface FateAmendment {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly actors?: readonly Actor[];
}

/** The open labors of one type that a change would strand, free or change, as the views have them. */
export interface AffectedLabors extends LaborEffect {
  /** Their number, or a lower bound of it where `atLeast` is there. */
  readonly open: number;
  readonly atLeast?: true;
  /** Those of each quest (null: in none) among the newest 500, the most first. */
  readonly quests: readonly { readonly quest: QuestId | null; readonly open: number }[];
  /** There are more labors than were looked at for `quests`. */
  readonly questsAtLeast?: true;
  /** The newest. */
  readonly examples: readonly LaborId[];
}

/** A change that was not made. */
export interface ForeseenChange<T> {
  /** What it would be about, as it would be; of what would be deleted, as it is. */
  readonly item: T;
  /** Whether anything would be journalled. */
  readonly changes: boolean;
  /** How far the views were. */
  readonly position: Position;
  /** Of the types that it would strand, free or change the first 20 by name, those that are stranded before the others. */
  readonly labors: readonly AffectedLabors[];
  /** Types beyond those whose open labors it would concern, too. */
  readonly typesOmitted: number;
}

/** The catalogue as a file has brought it about; it may have been so before. */
export interface ReplacedCatalogue {
  /** Of the catalogue's last entry; undefined where it has none. */
  readonly position: Position | undefined;
  /** The number of its entries, and how many of them the file brought. */
  readonly revision: number;
  readonly entries: number;
  readonly changes: CatalogueChanges;
}

/** A file that was not brought about. */
export interface ForeseenCatalogue extends Omit<ReplacedCatalogue, 'position'> {
  /** How far the views were. */
  readonly position: Position;
  /** Of the types that it would strand, free or change the first 20, those that are stranded before the others. */
  readonly labors: readonly AffectedLabors[];
  /** How many more of them there are. */
  readonly typesOmitted: number;
}

export interface CatalogueUseCases {
  /** All or none. */
  defineEventTypes(
    definitions: readonly EventTypeDefinition[],
    caller: Caller,
  ): Promise<Outcome<CatalogueChange<EventType>>>;
  amendEventType(
    name: string,
    amendment: EventTypeAmendment,
    caller: Caller,
    unchanged?: Unchanged<EventType>,
  ): Promise<Outcome<CatalogueChange<EventType>>>;
  /** Retires, restores or deletes it (rule 10); the item of what is deleted is as it was last. */
  moveEventType(
    name: string,
    move: StatusMove,
    caller: Caller,
    unchanged?: Unchanged<EventType>,
  ): Promise<Outcome<CatalogueChange<EventType>>>;
  /** What that would do; nothing is done. */
  foreseeEventTypeMove(
    name: string,
    move: StatusMove,
    caller: Caller,
    unchanged?: Unchanged<EventType>,
  ): Promise<Outcome<ForeseenChange<EventType>>>;
  /** All or none. */
  defineFates(definitions: readonly FateDefinition[], caller: Caller): Promise<Outcome<CatalogueChange<Fate>>>;
  /** `fate`: a number or name as it stands in a path. */
  amendFate(
    fate: string,
    amendment: FateAmendment,
    caller: Caller,
    unchanged?: Unchanged<Fate>,
  ): Promise<Outcome<CatalogueChange<Fate>>>;

  /** As {@link moveEventType}. */
  moveFate(
    fate: string,
    move: StatusMove,
    caller: Caller,
    unchanged?: Unchanged<Fate>,
  ): Promise<Outcome<CatalogueChange<Fate>>>;
  foreseeFateMove(
    fate: string,
    move: StatusMove,
    caller: Caller,
    unchanged?: Unchanged<Fate>,
  ): Promise<Outcome<ForeseenChange<Fate>>>;

  /**
   * Brings into force what the file has, and retires all else (rule 10): all or none, at most {@link MAX_FILE_CHANGES}. Paths of
   * faults lead into the file. `unchanged`: whether the catalogue of this revision is as the caller has seen it.
   */
  replaceCatalogue(
    wanted: CatalogueFile,
    caller: Caller,
    unchanged?: Unchanged<number>,
  ): Promise<Outcome<ReplacedCatalogue>>;
  /** What that would do; nothing is done. */
  foreseeCatalogue(
    wanted: CatalogueFile,
    caller: Caller,
    unchanged?: Unchanged<number>,
  ): Promise<Outcome<ForeseenCatalogue>>;
}
