/**
 * Whether the journal is an import of another one, which is a named state of it (J7): no entry, so that exports of both are the
 * same. Written before the first entry of an import and once more behind its last: what lies between is not served. Each process
 * that writes or relays asks here; while the journal is empty it looks again and again, since another one may begin an import.
 */
import {
  done,
  failed,
  JOURNAL_STREAM,
  positionOf,
  START,
  type Outcome,
  type Position,
  type Problem,
  type Uuid,
} from '#contracts';
import { StoreUnavailable, type Journal } from '#ports';
import { changeState, readState } from '../ingest/deciding/change-state.js';
import type { Log } from '../log.js';
import { sleep } from '../pauses.js';

const STATE = 'import';
/** How often a process with an empty journal looks. */
export const LOOK_EVERY_MS = 500;
/** Before an import begins, others have looked and ended what they had begun. */
const SETTLE_MS = 3 * LOOK_EVERY_MS;

/**
 * `begun`: none of its entries was sent. `storing`: a part of them may be there, or come yet. `dropped`: it was given up before the
 * first of them. The origin is kept for ever: the
 * UUIDs of the journal's quests go on being derived from it.
 */
export interface ImportState {
  readonly state: 'begun' | 'storing' | 'done' | 'dropped';
  /** Of its last entry, as text; absent before it is done. What stands up to there is history, and no work of this Hermes. */
  readonly to?: string;
  /** The journal that was exported. */
  readonly source: Uuid;
  readonly origin: Uuid;
}

export interface ImportsParts {
  readonly journal: Pick<Journal, 'identity' | 'head' | 'readState' | 'writeState'>;
  readonly log: Log;
  readonly settleMs?: number;
}

export class Imports {
  private seen: ImportState | undefined;
  private importedTo: Position = START;
  /** No import can begin any more: there are entries. */
  private settled = false;
  private readonly closing = new AbortController();
  private opened = new AbortController();
  private following: Promise<void> | undefined;

  constructor(private readonly parts: ImportsParts) {}

  /** Reads how it is; to be called before anything is asked. Rejects with a StoreUnavailable. */
  async look(): Promise<void> {
    const { journal } = this.parts;
    const hasEntries = (await journal.head()).stream !== JOURNAL_STREAM;
    // read later: entries without a state that came first are none of an import
    const { value } = await readState<ImportState>(journal, STATE);
    this.see(value);
    this.settled = value?.state === 'done' || (hasEntries && !isUnfinished(value));
  }

  /** Looks again and again until no import can begin. */
  start(): void {
    this.following ??= this.follow();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.following;
  }

  /** By whose identity the UUIDs of quests are derived. */
  get origin(): Uuid {
    return this.seen === undefined || this.seen.state === 'dropped' ? this.parts.journal.identity : this.seen.origin;
  }

  /** Whether the entry there came with an import: it was recorded by another Hermes, and is none of this one's work (R14). */
  isImported(position: Position): boolean {
    return !this.isOpen || position <= this.importedTo;
  }

  /** Why nothing may be written; undefined where it may. */
  refusal(): Problem | undefined {
    return this.isOpen
      ? undefined
      : {
          code: 'import-unfinished',
          detail:
            'an import has not come to its end: send the same file again, which completes it, or begin with empty stores',
        };
  }

  /** What is withheld, as a sentence; null where nothing is. */
  withheld(): string | null {
    return this.isOpen ? null : 'an import has not come to its end; nothing of it is served';
  }

  /** Resolves when what the journal has may be served, or `signal` aborts. */
  async whenOpen(signal: AbortSignal): Promise<void> {
    while (!this.isOpen && !signal.aborted) await sleep(LOOK_EVERY_MS, AbortSignal.any([signal, this.opened.signal]));
  }

  /**
   * From here on nothing is served until {@link end}: `empty` where nothing of it was sent, `storing` where a part of it may be there,
   * `done` where it was stored whole. A problem where the journal has entries that are none of such an import. Rejects with a
   * StoreUnavailable.
   */
  async begin(source: Uuid, origin: Uuid): Promise<Outcome<'empty' | 'storing' | 'done'>> {
    const { journal, settleMs = SETTLE_MS } = this.parts;
    await this.look();
    const { seen } = this;
    if (seen?.state === 'storing' || seen?.state === 'done') {
      if (seen.source === source) return done(seen.state);
      return failed(seen.state === 'done' ? notEmpty(seen) : ofAnother(seen));
    }
    if (this.settled) return failed(notEmpty(undefined));
    // one that has sent nothing is as if it had never begun
    const { value } = await changeState<ImportState>(journal, STATE, (present) =>
      present?.state === 'storing' || present?.state === 'done' ? undefined : { state: 'begun', source, origin },
    );
    this.see(value);
    if (value?.state !== 'begun') return failed(MEANWHILE);
    await sleep(settleMs, this.closing.signal);
    if ((await journal.head()).stream === JOURNAL_STREAM) return done('empty');
    await this.move('begun', 'dropped');
    return failed(notEmpty(undefined));
  }

  /** To be called before the first of its entries is sent, whose outcome may stay unknown. Rejects with a StoreUnavailable. */
  async store(): Promise<void> {
    await this.move('begun', 'storing');
  }

  /** Everything is there, up to that position. Rejects with a StoreUnavailable. */
  async end(to: Position): Promise<void> {
    await this.move('storing', 'done', { to: String(to) });
  }

  /** Where nothing of it was sent, it is as before. Rejects with a StoreUnavailable. */
  async drop(): Promise<void> {
    await this.move('begun', 'dropped');
  }

  private async move(
    from: ImportState['state'],
    state: ImportState['state'],
    more: Pick<ImportState, 'to'> = {},
  ): Promise<void> {
    const { value } = await changeState<ImportState>(this.parts.journal, STATE, (present) =>
      present?.state === from ? { ...present, state, ...more } : undefined,
    );
    this.see(value);
    this.settled ||= value?.state === 'done';
  }

  private get isOpen(): boolean {
    return !isUnfinished(this.seen);
  }

  private see(state: ImportState | undefined): void {
    const isOver = isUnfinished(this.seen) && !isUnfinished(state);
    this.seen = state;
    if (state?.to !== undefined) this.importedTo = positionOf(BigInt(state.to));
    if (!isOver) return;
    this.opened.abort();
    this.opened = new AbortController();
  }

  /** An import, here or in another process. */
  private mayBegin(): boolean {
    return !this.settled && !this.closing.signal.aborted;
  }

  private async follow(): Promise<void> {
    const { signal } = this.closing;
    while (this.mayBegin()) {
      await sleep(LOOK_EVERY_MS, signal);
      try {
        if (this.mayBegin()) await this.look();
      } catch (error) {
        if (!(error instanceof StoreUnavailable))
          this.parts.log.error('whether an import began cannot be read', { err: error });
      }
    }
  }
}

const MEANWHILE: Problem = { code: 'conflict', detail: 'another import began meanwhile: one is taken at a time' };

function isUnfinished(state: ImportState | undefined): boolean {
  return state?.state === 'begun' || state?.state === 'storing';
}

function notEmpty(state: ImportState | undefined): Problem {
  const what = state?.state === 'done' ? `it is the import of journal ${state.source} already` : 'it has entries';
  const detail = `a journal is imported into an empty one only, and ${what}: start a Hermes with empty stores, and send it there`;
  return { code: 'conflict', detail };
}

function ofAnother({ source }: ImportState): Problem {
  const detail = `an import of journal ${source} has begun, and this is another one: send that one again, or begin with empty stores`;
  return { code: 'conflict', detail };
}
