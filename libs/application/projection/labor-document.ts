/** A labor's document: how one entry's effects change it (rules 6, 12–14). All effects of one entry go in one step (P2). */
import type { LaborClosing, LaborDocument, StoredEntry } from '#contracts';
import { eventId, type HostEffect, type HostEntry, type HostName } from '#domain';

/** The entry whose effects are written, with what the documents tell of it. */
export interface Cause {
  readonly host: HostName;
  readonly stored: StoredEntry;
  readonly entry: HostEntry;
  /** Catalogue entries before it. */
  readonly catalogueRevision: number;
}

type LaborEffect = Exclude<HostEffect, { readonly kind: 'joined' }>;

/** The document that an opened labor begins with. */
export function openedLabor({ labor, fate, actors }: HostEffect & { kind: 'opened' }, cause: Cause): LaborDocument {
  const { host, stored, entry, catalogueRevision } = cause;
  // only events open labors
  const at = entry.kind === 'EventLogged' ? entry.at : entry.recordedAt;
  const note = entry.kind === 'EventLogged' ? entry.note : null;
  return {
    id: labor.id,
    host,
    type: labor.type,
    state: 'open',
    quest: labor.quest,
    chain: labor.chain,
    opened: {
      event: eventId(host, stored.revision),
      position: stored.position,
      at,
      recordedAt: entry.recordedAt,
      by: entry.by,
      note,
      fate,
      catalogueRevision,
    },
    closed: null,
    ack: null,
    assignee: null,
    actors,
    occurrences: 1,
    lastSeen: at,
    overflow: false,
    position: stored.position,
  };
}

/** The document after one more effect of an entry that is beyond it; its `position` is not moved here. */
export function laborAfter(document: LaborDocument, effect: LaborEffect, cause: Cause): LaborDocument {
  switch (effect.kind) {
    case 'opened':
      return openedLabor(effect, cause);
    case 'absorbed':
      return {
        ...document,
        occurrences: document.occurrences + 1,
        lastSeen: effect.at,
        overflow: document.overflow || effect.overflow,
      };
    case 'closed':
      return { ...document, state: effect.how, closed: closing(effect, cause) };
    case 'acknowledged':
      return { ...document, ack: { by: effect.by, at: cause.entry.recordedAt, note: effect.note } };
    case 'assigned':
      return { ...document, assignee: effect.to };
  }
}

function closing(effect: HostEffect & { kind: 'closed' }, cause: Cause): LaborClosing {
  const { host, stored, entry, catalogueRevision } = cause;
  const common = {
    position: stored.position,
    recordedAt: entry.recordedAt,
    by: entry.by,
    fate: effect.fate,
    catalogueRevision,
  };
  if (entry.kind === 'EventLogged') {
    return { ...common, event: eventId(host, stored.revision), type: entry.type, at: entry.at, note: entry.note };
  }
  const reason = entry.kind === 'LaborWaived' ? entry.reason : null;
  return { ...common, event: null, type: null, at: entry.recordedAt, note: reason };
}
