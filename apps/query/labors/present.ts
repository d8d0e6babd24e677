/** A labor as it is answered (rule 12), and why it is open or closed (rule 16). */
import type { LaborDetail, LaborView, LaborWhy } from '#application';
import {
  presentFate,
  presentNext,
  reopeningOf,
  type LaborBody,
  type LaborClosedBody,
  type LaborClosing,
  type LaborDetailBody,
  type LaborNote,
  type LaborOpenedBody,
  type LaborOpening,
  type LaborWhyBody,
} from '#contracts';

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
    ...(overflow ? { overflow: true } : {}),
    ...(view.parked ? { parked: true } : {}),
  };
}

export function presentLaborDetail(detail: LaborDetail): LaborDetailBody {
  return { ...presentLabor(detail), next: detail.next.map(presentNext) };
}

export function presentWhy(why: LaborWhy): LaborWhyBody {
  return {
    labor: why.labor,
    state: why.state,
    opened: presentOpening(why.opened),
    openingFate: why.openingFate === null ? null : presentFate(why.openingFate),
    closed: presentClosing(why.closed),
    closingFate: why.closingFate === null ? null : presentFate(why.closingFate),
    ...(why.parked ? { parked: true } : {}),
    completedBy: why.completedBy.map(({ type, fates }) => ({ type, fates })),
  };
}

function presentOpening(opening: LaborOpening): LaborOpenedBody {
  const { event, at, recordedAt, by, principal, note, redacted, fate, catalogueRevision } = opening;
  const said = { by, principal, note, ...(redacted ? { redacted } : {}) };
  return { event, at, recordedAt, ...said, fate, catalogueRevision };
}

function presentNote({ by, principal, at, note }: LaborNote): LaborNote {
  return { by, principal, at, note };
}

function presentClosing(closing: LaborClosing | null): LaborClosedBody | null {
  if (closing === null) return null;
  const { event, type, at, recordedAt, by, principal, note, redacted, fate, catalogueRevision } = closing;
  const said = { by, principal, note, ...(redacted ? { redacted } : {}) };
  return { event, type, at, recordedAt, ...said, fate, catalogueRevision };
}
