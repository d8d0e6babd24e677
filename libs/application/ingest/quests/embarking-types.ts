/**
 * Which batches of quests embark, or are about to, by event type: so that neither a type nor the last fate that starts it is
 * retired under a quest (rule 10). Quests and retirements are entries of different streams, which no append joins: they meet
 * in one named state of the type, which both change by compare-and-set before they decide.
 *
 * A batch enters in its quest's turn, just before the catalogue is asked for its type, and leaves when all its hosts have their event. A retirement closes the
 * type, which it cannot while a batch is in, and opens it when its entry is stored or refused; meanwhile no batch enters. So
 * of two at the same moment one comes first: either the retirement is refused, or the quest finds the type retired.
 * What a crash leaves behind ends by itself: a batch is over when its quest's stream says so, or when it is not accepted for
 * {@link FORGOTTEN_MS}, which acceptance keeps clear of; a type is open when it was closed for that long. No clock of another machine counts for either. A
 * process that keeps its UUID over a restart knows at once what it left behind itself.
 */
import { done, failed, type Outcome, type Problem, type Uuid } from '#contracts';
import type { QuestId, TypeName } from '#domain';
import { StoreUnavailable, type Journal } from '#ports';
import { sleep } from '../../pauses.js';
import { changeState, readState } from '../deciding/change-state.js';
import { SerialQueue } from '../deciding/serial-queue.js';
import { overloaded, reasonOf, unavailable } from '../problems.js';
import type { KnownQuests } from './known-quests.js';

/** The longest that a batch needs from its entering to its acceptance, and a retirement from its closing to its entry. */
export const FORGOTTEN_MS = 60_000;
/** After this long from its entering a batch's acceptance is not begun: the rest is for writing it, with all its tries. */
const ACCEPTED_WITHIN_MS = FORGOTTEN_MS / 2;
/** A request looks this often whether the other side is over, and waits this long between two looks. */
const PATIENCE = { looks: 100, everyMs: 50 };
/** Requests that may wait to enter. */
const MAX_WAITING = 1000;
/** With more batches in a state, some are looked up at each entering: another process may have embarked them. */
const MANY = 64;
const LOOKED_UP = 8;
/** Of what a state can hold, for batches that enter; the rest is for those that were accepted before. */
const ENTERING_SHARE = 0.9;
/** Batches that are over and still in their state; and what was first seen when. */
const MAX_KEPT = 10_000;

/** What a process has begun and not yet ended; `id` is another each time. */
interface Begun {
  readonly id: Uuid;
  readonly owner: Uuid;
}

/** A batch that is in: once for each try of its request, so that a try that is refused takes out no other's. */
interface Entered extends Begun {
  readonly quest: QuestId;
  readonly batch: Uuid;
}

interface Stored {
  /** In the order in which they entered. Absent in a state of an older build, whose batches are resumed. */
  readonly entered?: readonly Entered[];
  /** The retirement that keeps others out. */
  readonly closed?: Begun;
}

export interface EmbarkingTypesParts {
  readonly journal: Pick<Journal, 'readState' | 'writeState' | 'maxAppendBytes'>;
  readonly known: KnownQuests;
  readonly newId: () => Uuid;
  /** As of a lease: of this process, kept over a restart where no other process can open the journal. */
  readonly owner: Uuid;
  readonly monotonicMs: () => number;
}

/** What a batch is to a retirement. */
type Standing = 'embarking' | 'about to embark' | 'over';

export interface EntryOfBatch {
  readonly type: TypeName;
  readonly quest: QuestId;
  readonly batch: Uuid;
}

/** That a batch is in, and since when: of this process's clock. */
export interface EnteredType {
  readonly batch: Uuid;
  readonly id: Uuid;
  readonly sinceMs: number;
}

export class EmbarkingTypes {
  private readonly queue = new SerialQueue({ maxSize: MAX_WAITING });
  /** What is over and perhaps still in a state, by its id. */
  private readonly over = new Set<Uuid>();
  /** What this process has begun, by its id: the others with its UUID are of a process before it. */
  private readonly mine = new Set<Uuid>();
  /** How many were looked up so far: each time the next ones are. */
  private lookedUp = 0;
  /** By batch: the ids with which it entered here. */
  private readonly entered = new Map<Uuid, readonly Uuid[]>();
  /** Of batches that were not accepted, and of closings: since when this process knows of them. */
  private readonly firstSeenMs = new Map<Uuid, number>();

  constructor(
    private readonly parts: EmbarkingTypesParts,
    private readonly patience = PATIENCE,
  ) {}

  /** Before the catalogue is asked whether the type starts labors. `store-unavailable` where it stays closed; may be called again. */
  enter({ type, quest, batch }: EntryOfBatch, holder: string): Promise<Outcome<EnteredType>> {
    const entry = this.entering(quest, batch);
    return this.queue.run(type, holder, async () => {
      let full = 0;
      for (let looks = 0; looks < this.patience.looks; looks += 1) {
        // before it is stored: nobody can have seen it earlier
        const sinceMs = this.parts.monotonicMs();
        let isFull = false as boolean;
        const { value } = await changeState<Stored>(this.parts.journal, stateOf(type), (present) => {
          const next = { entered: [...this.remaining(present), entry] };
          isFull = this.isLarger(next, ENTERING_SHARE);
          return isFull || this.isClosed(present) || hasId(present, entry.id) ? undefined : next;
        });
        const entered = value?.entered ?? [];
        if (entered.length > MANY) await this.lookUpSome(entered);
        if (hasId(value, entry.id)) return done({ batch, id: entry.id, sinceMs });
        if (!isFull) await sleep(this.patience.everyMs);
        // what was looked up may have made room
        else if ((full += 1) > 1) return failed(overloaded(`too many batches of ${type} are embarking`));
      }
      return failed(unavailable(`the event type ${type}, or a fate that starts it, is being retired: try again`));
    });
  }

  /** What an acceptance is refused with that others may have ceased to wait for by the time it is stored. */
  tooLate({ sinceMs }: EnteredType): Problem | undefined {
    if (this.parts.monotonicMs() - sinceMs < ACCEPTED_WITHIN_MS) return undefined;
    const within = `${ACCEPTED_WITHIN_MS / 1000} seconds`;
    return unavailable(`no host was accepted: listing them took more than ${within}: try again, or name fewer at once`);
  }

  /** One that was accepted before: where its entering is unknown, as after a build that had none, it is in from now on. */
  async resume({ type, quest, batch }: EntryOfBatch): Promise<void> {
    const entry = this.entering(quest, batch);
    const { value } = await changeState<Stored>(this.parts.journal, stateOf(type), (present) => {
      if (present?.entered?.some((each) => each.batch === batch) === true) return undefined;
      const next = { ...present, entered: [...this.remaining(present), entry] };
      if (this.isLarger(next, 1)) throw new StoreUnavailable('journal', `too many batches of ${type} are embarking`);
      return next;
    });
    // entries that another process has stored, or this one before a restart, end with the batch too
    const ids = (value?.entered ?? []).filter((each) => each.batch === batch).map(({ id }) => id);
    this.entered.set(batch, ids);
  }

  /** All its hosts have their event. It is taken out with the next write of the state. */
  leave(batch: Uuid): void {
    for (const id of this.entered.get(batch) ?? []) this.end(id);
    this.entered.delete(batch);
  }

  /** One try of it was refused: another one may still be accepted. */
  withdraw({ batch, id }: EnteredType): void {
    const others = (this.entered.get(batch) ?? []).filter((each) => each !== id);
    if (others.length > 0) this.entered.set(batch, others);
    else this.entered.delete(batch);
    this.end(id);
  }

  /** Keeps batches of the type out until {@link open}; the reason where one is in. May be called again by the same. */
  async close(type: TypeName, by: Uuid): Promise<Problem | undefined> {
    const closed = this.begun(by);
    let standing: InUse | undefined;
    for (let looks = 0; looks < this.patience.looks; looks += 1) {
      const { value } = await changeState<Stored>(this.parts.journal, stateOf(type), (present) =>
        this.isClosed(present) || this.remaining(present).length > 0 ? undefined : { entered: [], closed },
      );
      if (value?.closed?.id === by) return undefined;
      standing = await this.inUse(this.remaining(value));
      if (standing?.standing === 'embarking') break;
      if (standing !== undefined || this.isClosed(value)) await sleep(this.patience.everyMs);
    }
    if (standing !== undefined) return inUse(type, standing);
    return unavailable(`others are retiring ${type}, or a fate that starts it: try again`);
  }

  /** Lets batches in again. Where the journal is away, they wait until the closing is forgotten. */
  async open(type: TypeName, by: Uuid): Promise<void> {
    try {
      await changeState<Stored>(this.parts.journal, stateOf(type), (present) =>
        present?.closed?.id === by ? { entered: present.entered ?? [] } : undefined,
      );
      this.mine.delete(by);
    } catch (error) {
      reasonOf(error);
    }
  }

  /** What {@link close} would be refused for at once. Nothing is changed. */
  async look(type: TypeName): Promise<Problem | undefined> {
    const { value } = await readState<Stored>(this.parts.journal, stateOf(type));
    const standing = await this.inUse(this.remaining(value));
    return standing && inUse(type, standing);
  }

  private isClosed(stored: Stored | undefined): boolean {
    return stored?.closed !== undefined && !this.isForgotten(stored.closed);
  }

  private remaining(stored: Stored | undefined): readonly Entered[] {
    return (stored?.entered ?? []).filter(({ id }) => !this.over.has(id));
  }

  /** A batch that embarks, else one that is about to; none where all are over. */
  private async inUse(all: readonly Entered[]): Promise<InUse | undefined> {
    let found: InUse | undefined;
    for (const entered of all) {
      const { quest } = entered;
      const standing = await this.standingOf(entered);
      if (standing === 'embarking') return { quest, standing };
      if (standing === 'over') this.end(entered.id);
      else found ??= { quest, standing };
    }
    return found;
  }

  private async standingOf(entered: Entered): Promise<Standing> {
    const stream = await this.parts.known.readable(entered.quest);
    // nobody can say that it is over (P4)
    if (stream === undefined) return 'embarking';
    const { batches, abandonment } = stream;
    // abandoning ends embarking
    if (abandonment !== undefined) return 'over';
    const accepted = batches.find((each) => each.batch === entered.batch);
    if (accepted !== undefined) return accepted.embarked ? 'over' : 'embarking';
    return this.isForgotten(entered) ? 'over' : 'about to embark';
  }

  /** The next few: those that embark for long do not keep others from being found over. */
  private async lookUpSome(all: readonly Entered[]): Promise<void> {
    const first = this.lookedUp % all.length;
    this.lookedUp += LOOKED_UP;
    for (const entered of [...all.slice(first), ...all.slice(0, first)].slice(0, LOOKED_UP)) {
      if ((await this.standingOf(entered)) === 'over') this.end(entered.id);
    }
  }

  private isLarger(stored: Stored, share: number): boolean {
    return Buffer.byteLength(JSON.stringify(stored)) > share * this.parts.journal.maxAppendBytes;
  }

  private end(id: Uuid): void {
    keep(this.over, id);
    this.mine.delete(id);
  }

  private entering(quest: QuestId, batch: Uuid): Entered {
    const id = this.parts.newId();
    this.entered.set(batch, [...(this.entered.get(batch) ?? []), id]);
    for (const eldest of this.entered.keys()) {
      if (this.entered.size <= MAX_KEPT) break;
      this.entered.delete(eldest);
    }
    return { quest, batch, ...this.begun(id) };
  }

  private begun(id: Uuid): Begun {
    keep(this.mine, id);
    return { id, owner: this.parts.owner };
  }

  private isForgotten({ id, owner }: Begun): boolean {
    if (owner === this.parts.owner && !this.mine.has(id)) return true;
    const nowMs = this.parts.monotonicMs();
    const sinceMs = this.firstSeenMs.get(id);
    if (sinceMs !== undefined) return nowMs - sinceMs >= FORGOTTEN_MS;
    if (this.firstSeenMs.size >= MAX_KEPT) this.firstSeenMs.clear();
    this.firstSeenMs.set(id, nowMs);
    return false;
  }
}

interface InUse {
  readonly quest: QuestId;
  readonly standing: Exclude<Standing, 'over'>;
}

/** The newest {@link MAX_KEPT}. */
function keep(kept: Set<Uuid>, id: Uuid): void {
  kept.add(id);
  for (const eldest of kept) {
    if (kept.size <= MAX_KEPT) return;
    kept.delete(eldest);
  }
}

function hasId(stored: Stored | undefined, id: Uuid): boolean {
  return stored?.entered?.some((each) => each.id === id) ?? false;
}

function inUse(type: TypeName, { quest, standing }: InUse): Problem {
  const detail = `quest ${quest} is ${standing} with the event type ${type}: try again when it is no longer (GET /quests/${quest})`;
  return { code: 'in-use', detail };
}

function stateOf(type: TypeName): string {
  return `embarking-${type}`;
}
