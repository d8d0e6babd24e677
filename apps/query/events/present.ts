/** An event as it is answered. */
import type { EventView } from '#application';
import { presentEffects, type EventBody, type EventDocument, type EventViewBody } from '#contracts';

export function presentEvent(event: EventDocument): EventBody {
  const { id, key, host, type, at, recordedAt, by, principal, note, attributes, data, ...rest } = event;
  const { quest, revision, position } = rest;
  return {
    id,
    ...(key === null ? {} : { key }),
    host,
    type,
    at,
    recordedAt,
    by,
    principal,
    note,
    attributes,
    ...(data === null ? {} : { data }),
    quest,
    revision,
    position: String(position),
    ...(event.late ? { late: true } : {}),
    ...(event.duplicate ? { duplicate: true } : {}),
    ...(event.redacted ? { redacted: event.redacted } : {}),
  };
}

export function presentEventView({ event, effects }: EventView): EventViewBody {
  return { ...presentEvent(event), ...presentEffects(effects) };
}
