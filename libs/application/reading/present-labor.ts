/** A labor as the API shows it (rule 12): in answers, and where changes are sent. */
import {
  reopeningOf,
  type LaborBody,
  type LaborClosedBody,
  type LaborClosing,
  type LaborNote,
  type LaborOpenedBody,
  type LaborOpening,
} from '#contracts';
import type { LaborView } from './reading.js';

export function presentLabor(view: LaborView): LaborBody {
  const { position: _, absorbed: __, opened, closed, ack, overflow, past: ___, ...fields } = view.labor;
  const { id, host, type, state, quest, chain, notes, assignee, assignment, actors, ...rest } = fields;
  const { occurrences, lastSeen, ...others } = rest;
  const reopened = reopeningOf(view.labor);
  // a field of the document that is shown nowhere does not compile
  others satisfies Record<string, never>;
  return {
    id,
    host,
    type,
    state,
    quest,
    chain,
    opened: presentOpening(opened),
    closed: presentClosing(closed),
    ack: ack && presentNote(ack),
    ...(notes.length > 0 ? { notes: notes.map(presentNote) } : {}),
    assignee,
    assignment: assignment && { to: assignment.to, ...presentNote(assignment) },
    ...(reopened ? { reopened: presentNote(reopened) } : {}),
    actors,
    occurrences,
    lastSeen,
    ...(view.stranded ? { stranded: true } : {}),
    ...(overflow === null ? {} : { overflow: true }),
    ...(view.parked ? { parked: true } : {}),
    ...(view.incomplete === true ? { incomplete: true } : {}),
  };
}

export function presentOpening(opening: LaborOpening): LaborOpenedBody {
  const { event, at, recordedAt, by, principal, note, redacted, fate, catalogueRevision } = opening;
  const said = { by, principal, note, ...(redacted ? { redacted } : {}) };
  return { event, at, recordedAt, ...said, fate, catalogueRevision };
}

function presentNote({ by, principal, at, note }: LaborNote): LaborNote {
  return { by, principal, at, note };
}

export function presentClosing(closing: LaborClosing | null): LaborClosedBody | null {
  if (closing === null) return null;
  const { event, type, at, recordedAt, by, principal, note, redacted, fate, catalogueRevision } = closing;
  const said = { by, principal, note, ...(redacted ? { redacted } : {}) };
  return { event, type, at, recordedAt, ...said, fate, catalogueRevision };
}
