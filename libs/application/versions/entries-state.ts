/**
 * The named state of the entries version (J7), and what becomes of it: pure. It holds up to which version entries may be written, who
 * judges entries and what each of them reads, and what operators have commanded. All processes and builds share it: what a later one
 * has put there beside stays.
 */
import { failed, done, type Outcome, type Problem, type Uuid } from '#contracts';
import type { Instant } from '#domain';

export const ENTRIES_STATE = 'entries-version';

export interface ReaderProcess {
  readonly id: Uuid;
  /** The greatest entries version that it reads. */
  readonly reads: number;
  /** Another number each time that it was heard. */
  readonly beat: number;
}

/** Whose command it was; `by` is the token's name, null without tokens. */
export interface EntriesCommand {
  readonly by: string | null;
  readonly at: Instant;
}

/** `forced`: over a process that does not read that version. */
export interface EntriesRaise extends EntriesCommand {
  readonly to: number;
  readonly forced: boolean;
}

export interface EntriesState {
  readonly allowed: number;
  readonly processes: readonly ReaderProcess[];
  /** While there is one it is raised neither by itself nor by command. */
  readonly hold?: EntriesCommand | null;
  /** The last raise by command. */
  readonly raised?: EntriesRaise | null;
}

/** A journal that was written before there was such a state. */
export const NOBODY: EntriesState = { allowed: 1, processes: [] };

/** What all of them read, of which one reads `reads`. */
export function leastOf(processes: readonly ReaderProcess[], reads: number): number {
  return processes.reduce((least, each) => Math.min(least, each.reads), reads);
}

export function raisedByItself(state: EntriesState, least: number): EntriesState {
  const isHeld = (state.hold ?? null) !== null;
  return isHeld || least <= state.allowed ? state : { ...state, allowed: least };
}

/** The first command counts: a repeat changes nothing. */
export function held(state: EntriesState, command: EntriesCommand): EntriesState {
  return (state.hold ?? null) === null ? { ...state, hold: command } : state;
}

export function released(state: EntriesState): EntriesState {
  return (state.hold ?? null) === null ? state : { ...state, hold: null };
}

/**
 * Raised at once to what one build reads. `conflict` where it is held, or a process that was heard lately does not read as much and it
 * is not forced. Allowed as far before, it changes nothing.
 */
export function raised(
  state: EntriesState,
  reads: number,
  { by, at, force }: EntriesCommand & { readonly force: boolean },
): Outcome<EntriesState> {
  const { allowed, hold, processes } = state;
  if (allowed >= reads) return done(state);
  if (hold !== undefined && hold !== null) return failed(isHeld(hold, allowed));
  const unable = processes.filter((each) => each.reads < reads);
  if (unable.length > 0 && !force) return failed(unread(unable, reads));
  return done({ ...state, allowed: reads, raised: { by, at, to: reads, forced: unable.length > 0 } });
}

function isHeld({ by, at }: EntriesCommand, allowed: number): Problem {
  const whose = by === null ? '' : ` by ${by}`;
  const detail = `the entries version is held at ${allowed} since ${at}${whose}: release the hold first`;
  return { code: 'conflict', detail };
}

function unread(unable: readonly ReaderProcess[], reads: number): Problem {
  const least = leastOf(unable, reads);
  const count = unable.length === 1 ? 'a process that lives reads' : `${unable.length} processes that live read`;
  const detail = `${count} entries up to version ${least} only: replace or stop them (one that was killed is forgotten after fifteen seconds), or force it, and they park the hosts of newer entries`;
  return { code: 'conflict', detail };
}
