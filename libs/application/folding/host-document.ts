/** A host's document: how judgements change it (P2, P4). The one way for batches, for hosts that are behind and for replays (P1). */
import { hostPastWith, NO_HOST_PAST, START, type EventDocument, type HostDocument, type LastEvent } from '#contracts';
import { newHost, type HostName, type Instant } from '#domain';
import { changesOf, type HostChanges, type Loaded } from './changes.js';
import type { JudgedHost } from './judge-host.js';
import { parkRecord, sinceOf } from './quest-record.js';

/** Before the host's first entry. */
export function newDocument(host: HostName, now: Instant): HostDocument {
  return {
    host,
    state: newHost,
    entryId: null,
    position: START,
    first: null,
    past: NO_HOST_PAST,
    updatedAt: now,
    lastEvent: null,
    parked: null,
    behind: null,
    version: 0,
  };
}

export interface HostAfter {
  readonly document: HostDocument;
  /** Undefined where nothing that was judged counts. */
  readonly changes: HostChanges | undefined;
  /** The entry by which the host is parked, and why; undefined where each was judged. */
  readonly parkedBy: JudgedHost['unjudged'];
}

/** The document and what else is written, after the judgements. `now` is when a host is parked. */
export function hostAfter(document: HostDocument, judged: JudgedHost, loaded: Loaded, now: Instant): HostAfter {
  const changes = changesOf(document.host, judged, loaded);
  if ('missing' in changes) {
    const parkedBy = { stored: changes.from, reason: `the views lack labor ${changes.missing}: rebuild them` };
    return { document: parkedAt(document, parkedBy, now), changes: undefined, parkedBy };
  }
  const after = documentAfter(document, judged);
  const { unjudged: parkedBy } = judged;
  return { document: parkedBy === undefined ? after : parkedAt(after, parkedBy, now), changes, parkedBy };
}

function parkedAt(
  document: HostDocument,
  { stored, reason }: NonNullable<JudgedHost['unjudged']>,
  now: Instant,
): HostDocument {
  const since = sinceOf(document.parked, stored) ?? now;
  return { ...document, parked: parkRecord(stored, reason, since), behind: null };
}

function documentAfter(document: HostDocument, { state, first, last, events, changed }: JudgedHost): HostDocument {
  if (first === undefined || last === undefined) return document;
  const { id: entryId, position, recordedAt: updatedAt } = last;
  return {
    ...document,
    ...{ state, entryId, position, updatedAt },
    first: document.first ?? first.position,
    past: hostPastWith(document.past, changed),
    lastEvent: lastEventOf(events) ?? document.lastEvent,
  };
}

function lastEventOf(events: readonly EventDocument[]): LastEvent | undefined {
  const last = events.findLast(({ duplicate }) => !duplicate);
  return last && { event: last.id, type: last.type, at: last.at, recordedAt: last.recordedAt, position: last.position };
}
