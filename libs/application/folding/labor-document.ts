/** A labor's document: how one entry's effects change it (rules 6, 12–15, 25). All effects of one entry go in one step (P2). */
import {
  newestOf,
  pastWith,
  type LaborClosing,
  type LaborDocument,
  type LaborRepeat,
  type LaborSaid,
  type Position,
  type StoredEntry,
} from '#contracts';
import { eventId, MAX_ABSORBED, MAX_NOTES } from '#domain';
import type { EventId, HostEffect, HostName, Origin } from '#domain';

/** The entry whose effects are written, for the fields that no effect carries. */
export interface Cause {
  readonly host: HostName;
  readonly stored: StoredEntry;
  /** Catalogue entries before it. */
  readonly catalogueRevision: number;
}

type LaborEffect = Exclude<HostEffect, { readonly kind: 'joined' | 'left' | 'redacted' }>;

/** The document that an opened labor begins with. */
export function openedLabor(effect: HostEffect & { kind: 'opened' }, cause: Cause): LaborDocument {
  const { labor, fate, actors, origin } = effect;
  const { host, stored, catalogueRevision } = cause;
  const { position, recordedAt } = stored;
  const { at, by, principal, note } = origin;
  const event = eventId(host, stored.revision);
  return {
    id: labor.id,
    host,
    type: labor.type,
    state: 'open',
    quest: labor.quest,
    chain: labor.chain,
    opened: { event, position, at, recordedAt, by, principal, note, redacted: false, fate, catalogueRevision },
    closed: null,
    ack: null,
    notes: [],
    assignee: null,
    assignment: null,
    past: null,
    actors,
    occurrences: 1,
    absorbed: [],
    lastSeen: at,
    overflow: null,
    position,
  };
}

/** The document after one more effect of an entry that is beyond it, or that has changed it already. */
export function laborAfter(document: LaborDocument, effect: LaborEffect, cause: Cause): LaborDocument {
  const { position } = cause.stored;
  switch (effect.kind) {
    case 'opened':
      return openedLabor(effect, cause);
    case 'absorbed':
      return repeatedLabor(document, effect, position);
    case 'closed':
      return { ...document, state: effect.how, closed: closing(effect, cause), position };
    case 'reopened':
      return reopenedLabor(document, saidOf(effect.origin, cause));
    case 'moved':
      return movedLabor(document, effect, cause);
    case 'acknowledged':
      return {
        ...document,
        ack: saidOf(effect.origin, cause),
        past: document.ack === null ? document.past : pastWith(document.past, 'acks', document.ack),
        position,
      };
    case 'noted':
      return notedLabor(document, saidOf(effect.origin, cause));
    case 'assigned':
      return {
        ...document,
        assignee: effect.to,
        assignment: { to: effect.to, ...saidOf(effect.origin, cause) },
        past:
          document.assignment === null ? document.past : pastWith(document.past, 'assignments', document.assignment),
        position,
      };
  }
}

function repeatedLabor(
  document: LaborDocument,
  { origin: { at }, overflow }: HostEffect & { kind: 'absorbed' },
  position: Position,
): LaborDocument {
  const repeat: LaborRepeat = { position, at };
  return {
    ...document,
    occurrences: document.occurrences + 1,
    absorbed: [...document.absorbed, repeat].slice(-MAX_ABSORBED),
    lastSeen: at,
    overflow: document.overflow ?? (overflow ? repeat : null),
    position,
  };
}

function notedLabor(document: LaborDocument, said: LaborSaid): LaborDocument {
  const [older, notes] = newestOf([...document.notes, said], MAX_NOTES);
  const past = older.reduce((before, note) => pastWith(before, 'notes', note), document.past);
  return { ...document, notes, past, position: said.position };
}

function reopenedLabor(document: LaborDocument, said: LaborSaid): LaborDocument {
  const { closed, past } = document;
  return {
    ...document,
    state: 'open',
    closed: null,
    past: closed === null ? past : pastWith(past, 'reopenings', { ...said, closed }),
    position: said.position,
  };
}

/** The labor that moves, or a closed one of its chain, which goes with it (rule 15). */
export function movedLabor(
  document: LaborDocument,
  { labor, origin }: HostEffect & { kind: 'moved' },
  { stored: { position } }: Cause,
): LaborDocument {
  const { quest: from, past } = document;
  const { at, by, principal } = origin;
  const move = { position, at, by, principal, from };
  return { ...document, quest: labor.quest, past: pastWith(past, 'moves', move), position };
}

/** Whether the event opened or closed the labor, and so says something on it. */
export function shows({ opened, closed }: LaborDocument, event: EventId): boolean {
  return opened.event === event || closed?.event === event;
}

/** Rule 25: without what the event says on it. */
export function redactedLabor(
  document: LaborDocument,
  event: EventId,
  { stored: { position } }: Pick<Cause, 'stored'>,
): LaborDocument {
  const { opened, closed } = document;
  const silent = { by: null, note: null, redacted: true };
  return {
    ...document,
    opened: opened.event === event ? { ...opened, ...silent } : opened,
    closed: closed?.event === event ? { ...closed, ...silent } : closed,
    position,
  };
}

function saidOf({ by, principal, at, note }: Origin, { stored: { position } }: Cause): LaborSaid {
  return { by, principal, at, note, position };
}

function closing({ type, fate, origin }: HostEffect & { kind: 'closed' }, cause: Cause): LaborClosing {
  const { host, stored, catalogueRevision } = cause;
  const { position, recordedAt } = stored;
  const event = type === null ? null : eventId(host, stored.revision);
  const { at, by, principal, note } = origin;
  return { event, type, position, at, recordedAt, by, principal, note, redacted: false, fate, catalogueRevision };
}
