/** What ingest can be asked for: every change of the journal that a client may cause. `createIngest` makes it. */
import type { Cause, ComparedField, Effects, EventReport, Fault, InventoryLine } from '#contracts';
import type { Outcome, Position, Problem } from '#contracts';
import type {
  Actor,
  CatalogueChanges,
  CatalogueFile,
  EventId,
  EventType,
  EventTypeDefinition,
  Fate,
  FateDefinition,
  HostCommand,
  HostName,
  Instant,
  LaborCommand,
  LaborEffect,
  LaborId,
  QuestId,
  QuestState,
  Reference,
  Revision,
  StatusMove,
  TypeName,
  TypeReference,
} from '#domain';

/** Who asks, as the access guard knows them. */
export interface Caller extends Cause {
  /** The token's name, which `by` and `creator` default to; null where no tokens are on. */
  readonly principal: string | null;
  /** In whose share their work is counted while it waits; who has none is counted with all others that have none. */
  readonly holder?: string;
  /** Whether events of restricted types may be logged (role `operate`). */
  readonly mayReportRestricted: boolean;
  /** The request's `Idempotency-Key`: sent again by the same caller, the same is done once and answered as before. */
  readonly idempotencyKey?: string;
}

/** A change that is in the journal; reads from `position` on show it. */
export interface Written {
  readonly position: Position;
}

/** A quest as its stream has it after an amendment. */
export interface AmendedQuest extends Written {
  readonly quest: QuestState;
}

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

/** The caller's condition on a thing as it is when its amendment is decided: false refuses with `precondition-failed`. */
export type Unchanged<T> = (current: T) => boolean;

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
  readonly labors: readonly AffectedLabors[];
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

/** One event of a request, as it stands in the journal; a repeat shows the first one's id and place. */
export interface LoggedEvent {
  readonly id: EventId;
  readonly key: string | null;
  readonly host: HostName;
  readonly type: TypeName;
  readonly revision: Revision;
  /** One from which on reads show it. */
  readonly position: Position;
  readonly duplicate: boolean;
  /** What the repeat said otherwise than the first one, which stands; never anything of an event that is none. */
  readonly differs: readonly ComparedField[];
  /** It is the first entry of its host, which nobody had heard of before. */
  readonly newHost: boolean;
}

export interface LoggedEvents extends Written {
  readonly accepted: number;
  readonly duplicates: number;
  /** Repeats that differ from the first. */
  readonly differing: number;
  /** Hosts that nobody had heard of before. */
  readonly newHosts: number;
  /** In the request's order. */
  readonly events: readonly LoggedEvent[];
}

/** What became of a stream of events. Those that were refused are not stored, all others are, up to the problem. */
export interface StreamedEvents {
  /** One at which all that was stored is visible; START where nothing was. */
  readonly position: Position;
  readonly accepted: number;
  readonly duplicates: number;
  /** Repeats that differ from the first. */
  readonly differing: number;
  /** Hosts that nobody had heard of before. */
  readonly newHosts: number;
  readonly refused: number;
  /** Why the first of them were refused; paths are the reports'. */
  readonly refusals: readonly Fault[];
  /** Why it did not come to its end: what was stored by then is, and the same stream again (with keys) completes it. */
  readonly problem?: Problem;
}

/** Most refusals of a stream that the answer lists where the caller sets no other number. */
export const MAX_STREAM_REFUSALS = 100;

export interface StreamOptions {
  /** Most refusals that are listed; {@link MAX_STREAM_REFUSALS} where absent. For a caller that knows the stream’s length. */
  readonly maxRefusals?: number;
}

export interface QuestRequest {
  readonly type: TypeReference;
  /** Repeats count once (rule 19). */
  readonly hosts: readonly HostName[];
  /** Null: the caller's name. */
  readonly creator: string | null;
  readonly description: string;
  readonly target: Instant | null;
  readonly references: readonly Reference[];
}

export interface QuestAmendment {
  readonly creator?: string | null;
  readonly description?: string;
  readonly target?: Instant | null;
  readonly references?: readonly Reference[];
}

/** A batch of hosts that was accepted: `embarking` where its events are still being journalled, `abandoned` where the quest was, so that not all will be. */
export interface EmbarkedHosts extends Written {
  readonly id: QuestId;
  /** Hosts in this batch, each once; of an added batch, those that were not in the quest before. */
  readonly hosts: number;
  readonly state: 'open' | 'embarking' | 'abandoned';
}

/** `isEnded`: all its hosts have its end; where not, that goes on. */
export interface AbandonedQuest extends Written {
  readonly id: QuestId;
  /** How many it had. */
  readonly hosts: number;
  readonly isEnded: boolean;
}

/** The outcome for one labor of many: done, or why not. */
export type LaborResult =
  | { readonly id: LaborId; readonly position: Position }
  | { readonly id: string; readonly fault: Pick<Fault, 'code' | 'message'> };

export interface LaborResults {
  /** Of the last change; undefined where nothing was changed. */
  readonly position: Position | undefined;
  /** In the order asked for; an id named twice is commanded once and answered twice. */
  readonly results: readonly LaborResult[];
}

/** The outcome of a command on a host: `changed` is false where it was so already, and nothing was written. */
export interface HostWritten extends Written {
  readonly changed: boolean;
  /** It is the first entry of its host, which nobody had heard of before. */
  readonly newHost: boolean;
}

/** The outcome for one host of many: done, or why not. */
export type HostResult =
  | (HostWritten & { readonly host: HostName })
  | { readonly host: string; readonly fault: Pick<Fault, 'code' | 'message'> };

export interface HostResults {
  /** One at which all is visible that was done; undefined where nothing could be. */
  readonly position: Position | undefined;
  /** In the order asked for. */
  readonly results: readonly HostResult[];
}

export interface ImportOptions {
  /** Counts what would change, and writes nothing. */
  readonly dryRun?: boolean;
  /** Whether the batches named all hosts of the inventory, once there are no more: only then is looked for what it lacks. Where absent, they did. */
  readonly isWhole?: () => boolean;
}

/** What became of an inventory. Those that were refused are not stored, all others are, up to the problem. */
export interface ImportedHosts extends Written {
  readonly changed: number;
  readonly unchanged: number;
  /** Hosts that nobody had heard of before. */
  readonly new: number;
  readonly refused: number;
  /** Why the first of them were refused; paths are the lines' numbers. */
  readonly refusals: readonly Fault[];
  /** Hosts that are known and not retired, and that the inventory lacks; the first of them by name. Absent where not all of its hosts are known, and with a problem. */
  readonly missing?: number;
  readonly missingHosts?: readonly HostName[];
  /** Why it did not come to its end: what was stored by then is, and the same again completes it. */
  readonly problem?: Problem;
}

/**
 * Use cases that write. Expected refusals are outcomes; paths of their faults lead into the arguments (`[2].creates`).
 * Where a store is away they answer `store-unavailable` or, when it is not known what was stored, `outcome-unknown`;
 * a StoreUnavailable may also be thrown. Nothing that was answered as done is ever lost.
 */
export interface Ingest {
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

  /** Validated as a whole, stored per host; where a store fails half way, the same again (with keys) completes it. */
  logEvents(reports: readonly EventReport[], caller: Caller): Promise<Outcome<LoggedEvents>>;

  /**
   * What the events of an answer did, once the views show them, or `waitS` seconds are over, or at once where too many wait: by
   * event, those that are absent are pending. The events are stored: it refuses nothing.
   */
  effects(logged: LoggedEvents, waitS: number, caller: Caller): Promise<ReadonlyMap<EventId, Effects>>;

  /**
   * Events as they come, batch by batch: each batch is asked for when there is room for it. Each good one is taken; those
   * of one host are stored in their order. A repeat counts where it lies within the last 10,000 events of its host.
   * Where `batches` fails, what it gave before is stored, and the failure is handed on.
   */
  logEventStream(
    batches: AsyncIterable<readonly EventReport[]>,
    caller: Caller,
    options?: StreamOptions,
  ): Promise<StreamedEvents>;

  /** Up to {@link INLINE_HOSTS} hosts are embarked before the answer; more go on in the background. */
  embarkQuest(request: QuestRequest, caller: Caller): Promise<Outcome<EmbarkedHosts>>;
  amendQuest(
    quest: QuestId,
    amendment: QuestAmendment,
    caller: Caller,
    unchanged?: Unchanged<QuestState>,
  ): Promise<Outcome<AmendedQuest>>;
  /** Hosts that are in already get no second event (rule 22). */
  addQuestHosts(quest: QuestId, hosts: readonly HostName[], caller: Caller): Promise<Outcome<EmbarkedHosts>>;

  /** For ever (rule 22). Where `by` is null, it is the caller's name. Of up to {@link INLINE_HOSTS} hosts all have its end before the answer. */
  abandonQuest(
    quest: QuestId,
    abandonment: { readonly by: string | null; readonly reason: string },
    caller: Caller,
  ): Promise<Outcome<AbandonedQuest>>;

  /** `labor`: an id as a client wrote it. Where the command's `by` is null, it is the caller's name. */
  commandLabor(labor: string, command: LaborCommand, caller: Caller): Promise<Outcome<Written>>;
  commandLabors(labors: readonly string[], command: LaborCommand, caller: Caller): Promise<Outcome<LaborResults>>;

  /** `host`: a name as a client wrote it. Where the command's `by` is null, it is the caller's name. */
  commandHost(host: string, command: HostCommand, caller: Caller): Promise<Outcome<HostWritten>>;
  commandHosts(hosts: readonly string[], command: HostCommand, caller: Caller): Promise<Outcome<HostResults>>;
  /**
   * An inventory as it comes, batch by batch: each is asked for when there is room for it. A host that it names twice is
   * refused the second time. Where `batches` fails, what it gave before is stored, and the failure is handed on.
   */
  importHosts(
    batches: AsyncIterable<readonly InventoryLine[]>,
    caller: Caller,
    options?: ImportOptions,
  ): Promise<ImportedHosts>;

  /** Refuses new work, lets the work in flight come to its end (an embarking quest resumes at the next start). */
  close(): Promise<void>;
}

/** Event types and fates that one file may change. */
export const MAX_FILE_CHANGES = 1000;

/** A quest's request for at most this many hosts is answered when all of them have their event, or the quest's end. */
export const INLINE_HOSTS = 1000;
