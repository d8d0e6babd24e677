/** Parts of the ids that Hermes makes (rule 11), for code that takes ids as given: no text of a client is read here. */
import type { EventId, HostName, LaborId, Revision } from '#domain';

export function hostOfEvent(id: EventId): HostName {
  return id.slice(0, id.lastIndexOf('~')) as HostName;
}

export function hostOfLabor(id: LaborId): HostName {
  return id.slice(0, id.lastIndexOf('~')) as HostName;
}

/** The event that opened the labor. */
export function openingEventOf(id: LaborId): EventId {
  const dot = id.indexOf('.', id.lastIndexOf('~'));
  return (dot < 0 ? id : id.slice(0, dot)) as EventId;
}

/** The ids of an event's follow-ups, `<id>.<n>`, lie between these as texts: a slash comes next after a dot. */
export function followUpsOf(id: EventId): { readonly after: string; readonly before: string } {
  return { after: `${id}.`, before: `${id}/` };
}

/** The revision of an event, or of the event that opened a labor. */
export function revisionOf(id: EventId | LaborId): Revision {
  return Number.parseInt(id.slice(id.lastIndexOf('~') + 1), 10);
}
