/** Ids of events and labors: made of the host's stream and a place in it (rule 11), never of a client's input. */
import { parseHostName, type Branded, type HostName, type Revision } from '../names.js';

/** `<host>~<revision>` */
export type EventId = Branded<string, 'EventId'>;
/** `<host>~<revision>`, or `<host>~<revision>.<n>` for the n-th follow-up that the event opened. */
export type LaborId = Branded<string, 'LaborId'>;

export function eventId(host: HostName, revision: Revision): EventId {
  return `${host}~${revision}` as EventId;
}

/** `followUp` is 0 for the labor that the event itself opened, 1, 2 … for follow-ups. */
export function laborId(host: HostName, revision: Revision, followUp: number): LaborId {
  return (followUp === 0 ? `${host}~${revision}` : `${host}~${revision}.${followUp}`) as LaborId;
}

/** Orders labors of one host as they opened. */
export function compareOpening(one: LaborId, other: LaborId): number {
  const [a, b] = [placeOf(one), placeOf(other)];
  return a.revision - b.revision || a.followUp - b.followUp;
}

/** The labors of one host as they opened: sorted by places that are read once. */
export function inOpeningOrder(labors: readonly LaborId[]): readonly LaborId[] {
  const placed = labors.map((id) => ({ id, ...placeOf(id) }));
  return placed.sort((a, b) => a.revision - b.revision || a.followUp - b.followUp).map(({ id }) => id);
}

function placeOf(id: LaborId): { readonly revision: number; readonly followUp: number } {
  const [revision, followUp = 0] = id
    .slice(id.lastIndexOf('~') + 1)
    .split('.')
    .map(Number);
  return { revision: revision ?? 0, followUp };
}

const EVENT_ID = /^(.+)~(0|[1-9]\d{0,15})$/;
const LABOR_ID = /^(.+)~(0|[1-9]\d{0,15})(?:\.([1-9]\d{0,5}))?$/;

/** The event that `text` names (its host written as hosts may be), or undefined if it names none. */
export function parseEventId(
  text: string,
): { readonly id: EventId; readonly host: HostName; readonly revision: Revision } | undefined {
  const parts = EVENT_ID.exec(text);
  const host = parts?.[1] === undefined ? undefined : parseHostName(parts[1]);
  const revision = Number(parts?.[2]);
  if (host === undefined || !Number.isSafeInteger(revision)) return undefined;
  return { id: eventId(host, revision), host, revision };
}

/** The labor that `text` names (its host written as hosts may be), or undefined if it names none. */
export function parseLaborId(
  text: string,
):
  | { readonly id: LaborId; readonly host: HostName; readonly revision: Revision; readonly followUp: number }
  | undefined {
  const parts = LABOR_ID.exec(text);
  const host = parts?.[1] === undefined ? undefined : parseHostName(parts[1]);
  const revision = Number(parts?.[2]);
  if (host === undefined || !Number.isSafeInteger(revision)) return undefined;
  const followUp = Number(parts?.[3] ?? 0);
  return { id: laborId(host, revision, followUp), host, revision, followUp };
}
