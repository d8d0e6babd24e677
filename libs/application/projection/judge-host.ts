/** One host's next entries, judged one by one (P1): the new state, and the effects of each entry. Pure but for the given catalogue. */
import { decodeHostEntry, type EventDocument, type StoredEntry } from '#contracts';
import {
  eventId,
  judge,
  type Catalogue,
  type EventLogged,
  type HostEffect,
  type HostName,
  type HostState,
} from '#domain';
import type { Cause } from './labor-document.js';

export interface JudgedEntry {
  readonly cause: Cause;
  readonly effects: readonly HostEffect[];
}

export interface JudgedHost {
  readonly state: HostState;
  /** The last entry that was judged; undefined where none was. */
  readonly last: StoredEntry | undefined;
  readonly events: readonly EventDocument[];
  readonly entries: readonly JudgedEntry[];
  /** The entry that could not be judged (P4), and why; those after it were left. */
  readonly unjudged: { readonly stored: StoredEntry; readonly reason: string } | undefined;
}

/** `entries` follow the state without a hole. */
export function judgeHost(
  host: HostName,
  before: HostState,
  entries: readonly StoredEntry[],
  catalogueAt: (stored: StoredEntry) => Catalogue,
): JudgedHost {
  let state = before;
  let last: StoredEntry | undefined;
  const events: EventDocument[] = [];
  const judged: JudgedEntry[] = [];
  for (const stored of entries) {
    const decoded = decodeHostEntry(stored);
    if (!decoded.ok) return { state, last, events, entries: judged, unjudged: { stored, reason: decoded.reason } };
    const { entry } = decoded;
    const catalogue = catalogueAt(stored);
    let judgement: ReturnType<typeof judge>;
    try {
      judgement = judge(state, entry, { revision: stored.revision, catalogue });
    } catch (error) {
      const reason = `a defect while judging it: ${error instanceof Error ? error.message : String(error)}`;
      return { state, last, events, entries: judged, unjudged: { stored, reason } };
    }
    ({ state } = judgement);
    last = stored;
    if (entry.kind === 'EventLogged') events.push(eventDocument(host, stored, entry, judgement));
    if (judgement.effects.length > 0) {
      const cause = { host, stored, catalogueRevision: catalogue.revision };
      judged.push({ cause, effects: judgement.effects });
    }
  }
  return { state, last, events, entries: judged, unjudged: undefined };
}

function eventDocument(
  host: HostName,
  { revision, position }: StoredEntry,
  entry: EventLogged,
  { late, duplicate }: { readonly late: boolean; readonly duplicate: boolean },
): EventDocument {
  const { type, category, state, key, at, recordedAt, by, note, attributes, data = null, quest } = entry;
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
    note,
    attributes,
    data,
    quest,
    late,
    duplicate,
  };
}
