/** One host's next entries, judged one by one (P1): the new state, and the effects of each entry. Pure but for the given catalogue. */
import {
  decodeHostEntry,
  hostChangeOf,
  type EventDocument,
  type EventRedaction,
  type HostChange,
  type StoredEntry,
} from '#contracts';
import {
  eventId,
  judge,
  type Catalogue,
  type EventId,
  type EventLogged,
  type HostEffect,
  type HostName,
  type HostState,
  type Origin,
  type TypeName,
} from '#domain';
import type { Cause } from './labor-document.js';

export interface JudgedEntry {
  readonly cause: Cause;
  readonly effects: readonly HostEffect[];
}

export interface JudgedHost {
  readonly state: HostState;
  /** The first entry that was judged; undefined where none was. */
  readonly first: StoredEntry | undefined;
  /** The last entry that was judged; undefined where none was. */
  readonly last: StoredEntry | undefined;
  readonly events: readonly EventDocument[];
  /** Of events of the host, these or earlier ones; the first of each stands. */
  readonly redactions: ReadonlyMap<EventId, EventRedaction>;
  readonly entries: readonly JudgedEntry[];
  /** What entries changed of what is said of the host. */
  readonly changed: readonly HostChange[];
  /** The entry that could not be judged (P4), and why; those after it were left. */
  readonly unjudged: { readonly stored: StoredEntry; readonly reason: string } | undefined;
  /** The first entry that was left because the allowance did not suffice for it (P9). */
  readonly stopped: StoredEntry | undefined;
  /** Types of the judged events that opened, closed and absorbed nothing; repeats apart (rule 7). */
  readonly idle: readonly TypeName[];
  /** How many effects the judged entries have, a move as many as its chain has labors: what they cost to write. */
  readonly cost: number;
}

/** How much of a host may be judged at once, in effects. */
export interface Allowance {
  readonly effects: number;
  /** Whether the first entry is judged whatever it costs. */
  readonly first: boolean;
}

/**
 * What a redaction counts for. It is one effect to the fold, which does not know the labors that show the event: most have
 * one or two, and none more than rule 6 lets one event open and close.
 */
const REDACTION_COST = 200;

/** `entries` follow the state without a hole. */
export function judgeHost(
  host: HostName,
  before: HostState,
  entries: readonly StoredEntry[],
  catalogueAt: (stored: StoredEntry) => Catalogue,
  allowance: Allowance,
): JudgedHost {
  let state = before;
  let first: StoredEntry | undefined;
  let last: StoredEntry | undefined;
  let cost = 0;
  const events: EventDocument[] = [];
  const redactions = new Map<EventId, EventRedaction>();
  const judged: JudgedEntry[] = [];
  const idle: TypeName[] = [];
  const changed: HostChange[] = [];
  const ended = (end: Partial<Pick<JudgedHost, 'unjudged' | 'stopped'>> = {}): JudgedHost => ({
    ...{ state, first, last, cost, idle, changed, events, redactions, entries: judged },
    ...{ unjudged: undefined, stopped: undefined },
    ...end,
  });
  for (const stored of entries) {
    const decoded = decodeHostEntry(stored);
    if (!decoded.ok) return ended({ unjudged: { stored, reason: decoded.reason } });
    const { entry } = decoded;
    const catalogue = catalogueAt(stored);
    let judgement: ReturnType<typeof judge>;
    try {
      judgement = judge(state, entry, { revision: stored.revision, catalogue });
    } catch (error) {
      const reason = `a defect while judging it: ${error instanceof Error ? error.message : String(error)}`;
      return ended({ unjudged: { stored, reason } });
    }
    // judging is cheap and writing is not: the entry that goes too far is judged, and given up
    const after = cost + costOf(judgement.effects);
    const isFree = allowance.first && last === undefined;
    if (after > allowance.effects && judgement.effects.length > 0 && !isFree) return ended({ stopped: stored });
    cost = after;
    const change = hostChangeOf(state, judgement.state, stored.position);
    if (change !== undefined) changed.push(change);
    ({ state } = judgement);
    first ??= stored;
    last = stored;
    if (entry.kind === 'EventLogged') {
      events.push(eventDocument(host, stored, entry, judgement));
      if (!judgement.duplicate && judgement.effects.every(({ kind }) => kind === 'joined')) idle.push(entry.type);
    }
    for (const effect of judgement.effects) {
      if (effect.kind === 'redacted' && !redactions.has(effect.event))
        redactions.set(effect.event, redactionOf(effect.origin));
    }
    if (judgement.effects.length > 0) {
      const cause = { host, stored, catalogueRevision: catalogue.revision };
      judged.push({ cause, effects: judgement.effects });
    }
  }
  return ended();
}

/** A move rewrites the whole chain. */
function costOf(effects: readonly HostEffect[]): number {
  return effects.reduce((sum, effect) => {
    if (effect.kind === 'redacted') return sum + REDACTION_COST;
    return sum + (effect.kind === 'moved' ? effect.labor.earlier + 1 : 1);
  }, 0);
}

function redactionOf({ by, principal, at, note }: Origin): EventRedaction {
  return { by, principal, at, reason: note ?? '' };
}

function eventDocument(
  host: HostName,
  { revision, position }: StoredEntry,
  entry: EventLogged,
  { late, duplicate }: { readonly late: boolean; readonly duplicate: boolean },
): EventDocument {
  const { type, category, state, key, at, recordedAt, by, principal = null, note, attributes, data = null } = entry;
  const { quest } = entry;
  const id = eventId(host, revision);
  return {
    id,
    host,
    revision,
    position,
    type,
    category,
    state,
    key,
    at,
    recordedAt,
    by,
    principal,
    note,
    attributes,
    data,
    quest,
    late,
    duplicate,
    redacted: null,
  };
}
