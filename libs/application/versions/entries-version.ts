/**
 * Which entries may be written (R13): those of the allowed entries version or a lower one, so that no process finds one that it
 * cannot read. A named state of the journal (J7) holds that version and the processes that judge entries, each with what it reads.
 * It is raised, never lowered, once every live process reads more; by compare-and-set, so that one that comes meanwhile counts.
 * No clock of another machine counts: a process lives while its beat moves. Each process that writes or judges entries has one. One
 * that only answers from the views reads no entries of the journal: what it reads has a version of its own, that of the documents.
 *
 * An operator may hold the version where it is, so that the build before can still be rolled back to, and raise it without waiting.
 */
import { done, ENTRIES_VERSION, JOURNAL_STREAM, type Outcome, type Problem, type Uuid } from '#contracts';
import { StoreUnavailable, type Journal } from '#ports';
import { changeState, readState } from '../ingest/deciding/change-state.js';
import { instantNow, type Clock } from '../clock.js';
import type { Log } from '../log.js';
import { sleep } from '../pauses.js';
import {
  ENTRIES_STATE,
  held,
  leastOf,
  NOBODY,
  raised,
  raisedByItself,
  released,
  type EntriesCommand,
  type EntriesRaise,
  type EntriesState,
} from './entries-state.js';

const BEAT_MS = 3000;
/** The most that counts of the time between two looks: for the rest, the journal was away, or this process was. */
const MOST_BETWEEN_MS = 2 * BEAT_MS;
/** A process whose beat has not moved for so long, as another one saw it, is gone. So long one looks before it raises the version. */
export const SILENT_MS = 15_000;
/** So often the state is read again for an entry that is not allowed yet. */
const ASK_EVERY_MS = 1000;

export interface EntriesStatus {
  /** The entries version up to which may be written. */
  readonly allowed: number;
  /** This build's. */
  readonly reads: number;
  /** The least of all live processes. */
  readonly readByAll: number;
  /** How many processes judge entries, this one included. */
  readonly processes: number;
  /** Since when it is held where it is, and by whom; null where it is raised by itself. */
  readonly hold: EntriesCommand | null;
  /** The last raise by command; null where there was none. */
  readonly raised: EntriesRaise | null;
}

/** Who commands. */
interface Commanding {
  /** The token's name; null without tokens. */
  readonly principal: string | null;
}

/** For operators. Each may be sent again. Rejects with StoreUnavailable. */
export interface EntriesCommands {
  /** As it is now. */
  look(): Promise<EntriesStatus>;
  /** From now on it is raised neither by itself nor by command. */
  hold(commanding: Commanding): Promise<EntriesStatus>;
  release(commanding: Commanding): Promise<EntriesStatus>;
  /**
   * Raises it at once to what this build reads: `conflict` where it is held, or a process that lives does not read as much, unless
   * it is forced.
   */
  raise(commanding: Commanding, options: { readonly force: boolean }): Promise<Outcome<EntriesStatus>>;
}

export interface EntriesVersionParts {
  readonly journal: Pick<Journal, 'head' | 'readState' | 'writeState'>;
  /** This process, as leases know it. */
  readonly owner: Uuid;
  readonly clock: Clock;
  readonly log: Log;
  /** `performance.now` where absent. */
  readonly monotonicMs?: () => number;
  /** This build's where absent: {@link ENTRIES_VERSION}. */
  readonly reads?: number;
}

export class EntriesVersion implements EntriesCommands {
  private seen: EntriesState = NOBODY;
  private readonly reads: number;
  private readonly nowMs: () => number;
  /** When each process was first seen at its beat, by {@link watchedMs}. */
  private heard = new Map<Uuid, { readonly beat: number; readonly sinceMs: number }>();
  /**
   * For how long this process has looked at the state again and again; undefined before the first look. While the journal is away no
   * process can beat: that time says nothing of them, and is left out.
   */
  private watchedMs: number | undefined;
  private lookedMs = 0;
  private askedMs = -Infinity;
  private isWarned = false;
  private readonly closing = new AbortController();
  private beating: Promise<void> | undefined;

  constructor(private readonly parts: EntriesVersionParts) {
    this.reads = parts.reads ?? ENTRIES_VERSION;
    this.nowMs = parts.monotonicMs ?? (() => performance.now());
  }

  /** This process is counted from now on, so call it before it judges or writes. Rejects with StoreUnavailable. */
  async join(): Promise<void> {
    const { journal, log } = this.parts;
    const start = this.watchedMs === undefined ? await this.startOf() : NOBODY;
    const [now, watchedMs] = [this.nowMs(), this.watchedMs];
    const watched = watchedMs === undefined ? 0 : watchedMs + Math.min(now - this.lookedMs, MOST_BETWEEN_MS);
    const { value = start } = await changeState<EntriesState>(journal, ENTRIES_STATE, (present) =>
      this.after(present ?? start, watched),
    );
    [this.watchedMs, this.lookedMs] = [watched, now];
    const { allowed } = value;
    if (allowed > this.seen.allowed) log.info('entries of this version may be written', { allowed });
    this.seen = value;
    if (allowed <= this.reads || this.isWarned) return;
    this.isWarned = true;
    log.warn('entries may be written that this build does not read: their hosts are parked until a later one runs', {
      ...{ allowed, reads: this.reads },
    });
  }

  /** Keeps this process counted. */
  start(): void {
    this.beating ??= this.beat();
  }

  /** Whether entries of that version may be written. Where they may not, as far as known, it looks again, once a second. */
  async allows(version: number): Promise<boolean> {
    if (version <= this.seen.allowed) return true;
    if (this.nowMs() - this.askedMs < ASK_EVERY_MS) return false;
    this.askedMs = this.nowMs();
    const { value } = await readState<EntriesState>(this.parts.journal, ENTRIES_STATE);
    if (value !== undefined && value.allowed > this.seen.allowed) this.seen = value;
    return version <= this.seen.allowed;
  }

  /** As last seen. */
  status(): EntriesStatus {
    const { allowed, processes, hold = null, raised: raise = null } = this.seen;
    const readByAll = leastOf(processes, this.reads);
    return { allowed, reads: this.reads, readByAll, processes: processes.length, hold, raised: raise };
  }

  async look(): Promise<EntriesStatus> {
    const { value } = await readState<EntriesState>(this.parts.journal, ENTRIES_STATE);
    if (value !== undefined) this.seen = value;
    return this.status();
  }

  async hold(commanding: Commanding): Promise<EntriesStatus> {
    const command = this.commandOf(commanding);
    await this.change((state) => held(state, command));
    this.parts.log.info('the entries version is held where it is', { ...this.status().hold });
    return this.status();
  }

  async release({ principal }: Commanding): Promise<EntriesStatus> {
    await this.change(released);
    this.parts.log.info('the entries version is held no longer', { by: principal });
    return this.status();
  }

  async raise(commanding: Commanding, { force }: { readonly force: boolean }): Promise<Outcome<EntriesStatus>> {
    const command = { ...this.commandOf(commanding), force };
    let refused: Problem | undefined;
    const { allowed } = this.seen;
    await this.change((state) => {
      const outcome = raised(state, this.reads, command);
      refused = outcome.ok ? undefined : outcome.problem;
      return outcome.ok ? outcome.value : state;
    });
    if (refused !== undefined) return { ok: false, problem: refused };
    const status = this.status();
    if (status.allowed > allowed)
      this.parts.log.info('the entries version was raised by command', { ...status.raised });
    return done(status);
  }

  private commandOf({ principal }: Commanding): EntriesCommand {
    return { by: principal, at: instantNow(this.parts.clock) };
  }

  private async change(decide: (state: EntriesState) => EntriesState): Promise<void> {
    const { value } = await changeState<EntriesState>(this.parts.journal, ENTRIES_STATE, (present) => {
      const state = present ?? NOBODY;
      const next = decide(state);
      return next === state ? undefined : next;
    });
    this.seen = value ?? NOBODY;
  }

  /** Others need not wait for this process any more. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.beating;
    if (this.watchedMs === undefined) return;
    const { journal, owner, log } = this.parts;
    await changeState<EntriesState>(journal, ENTRIES_STATE, (present) =>
      present === undefined ? undefined : { ...present, processes: present.processes.filter(({ id }) => id !== owner) },
    ).catch((error: unknown) => {
      log.warn('that this process judges no entries any more could not be stored; others see that it is silent', {
        err: error,
      });
    });
  }

  /** A new journal has nothing that others could not read. */
  private async startOf(): Promise<EntriesState> {
    const isNew = (await this.parts.journal.head()).stream === JOURNAL_STREAM;
    return isNew ? { ...NOBODY, allowed: this.reads } : NOBODY;
  }

  private async beat(): Promise<void> {
    const { signal } = this.closing;
    for (;;) {
      await sleep(BEAT_MS, signal);
      if (signal.aborted) return;
      try {
        await this.join();
      } catch (error) {
        // a journal that is away is reported by what needs it
        if (!(error instanceof StoreUnavailable)) this.parts.log.error('this process is not counted', { err: error });
      }
    }
  }

  /** With this process heard, those gone that are silent, and raised where all that are left read more. */
  private after(state: EntriesState, watchedMs: number): EntriesState {
    const { owner } = this.parts;
    const { processes } = state;
    const own = processes.find(({ id }) => id === owner);
    const others = processes.filter(({ id }) => id !== owner);
    this.heard = new Map(others.map(({ id, beat }) => [id, this.heardAt(id, beat, watchedMs)]));
    const live = others.filter(({ id }) => watchedMs - (this.heard.get(id)?.sinceMs ?? 0) < SILENT_MS);
    const now = [...live, { id: owner, reads: this.reads, beat: (own?.beat ?? 0) + 1 }];
    const heard = { ...state, processes: now };
    return watchedMs >= SILENT_MS ? raisedByItself(heard, leastOf(now, this.reads)) : heard;
  }

  private heardAt(id: Uuid, beat: number, nowMs: number): { readonly beat: number; readonly sinceMs: number } {
    const known = this.heard.get(id);
    return known?.beat === beat ? known : { beat, sinceMs: nowMs };
  }
}
