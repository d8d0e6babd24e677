/** How entries of a host's stream are stored. The host is the stream's; nulls are left out. */
import {
  parseQuestId,
  typeName,
  type Attributes,
  type EventLogged,
  type HostEntry,
  type HostName,
  type Instant,
  type LaborAcknowledged,
  type LaborAssigned,
  type LaborWaived,
} from '#domain';
import { streamKind } from '../streams.js';
import { decoderOf, type Readers } from './decoder.js';
import {
  instant,
  labor,
  numberedOrNull,
  objectOf,
  onlyFields,
  shown,
  text,
  textOrNull,
  typePart,
  Unreadable,
  type Data,
} from './fields.js';

/** The data of the newest version of the entry's type. The event type's name is left out: it is made of the pair. */
export function hostData(entry: HostEntry): object {
  switch (entry.kind) {
    case 'EventLogged':
      return {
        category: entry.category,
        state: entry.state,
        at: entry.at,
        by: entry.by ?? undefined,
        key: entry.key ?? undefined,
        note: entry.note ?? undefined,
        attributes: entry.attributes ?? undefined,
        quest: entry.quest ?? undefined,
      };
    case 'LaborAcknowledged':
      return { labor: entry.labor, by: entry.by ?? undefined, note: entry.note ?? undefined };
    case 'LaborAssigned':
      return { labor: entry.labor, by: entry.by ?? undefined, to: entry.to ?? undefined };
    case 'LaborWaived':
      return { labor: entry.labor, by: entry.by ?? undefined, reason: entry.reason };
  }
}

export const HOST_READERS: Readers<HostEntry, HostName> = {
  EventLogged: [eventLogged1],
  LaborAcknowledged: [laborAcknowledged1],
  LaborAssigned: [laborAssigned1],
  LaborWaived: [laborWaived1],
};

export const decodeHostEntry = decoderOf("a host's stream", HOST_READERS, (stream) => {
  const parsed = streamKind(stream);
  return parsed.kind === 'host' ? parsed.host : undefined;
});

const EVENT_LOGGED_1 = new Set(['category', 'state', 'at', 'by', 'key', 'note', 'attributes', 'quest']);

function eventLogged1(data: Data, host: HostName, recordedAt: Instant): EventLogged {
  onlyFields(data, EVENT_LOGGED_1);
  const category = typePart(data.category, 'category');
  const state = typePart(data.state, 'state');
  return {
    kind: 'EventLogged',
    host,
    type: typeName(category, state),
    category,
    state,
    at: instant(data.at, 'at'),
    recordedAt,
    by: textOrNull(data.by, 'by'),
    key: textOrNull(data.key, 'key'),
    note: textOrNull(data.note, 'note'),
    attributes: attributes(data.attributes),
    quest: numberedOrNull(data.quest, 'quest', parseQuestId),
  };
}

function attributes(value: unknown): Attributes | null {
  if (value === undefined || value === null) return null;
  const data = objectOf(value, 'attributes');
  for (const name in data) {
    const attribute = data[name];
    // JSON can write a number that reads as infinite.
    const plain = typeof attribute === 'string' || typeof attribute === 'boolean' || Number.isFinite(attribute);
    if (!plain || name === '__proto__')
      throw new Unreadable(`${shown(name)} in attributes is ${shown(attribute)}, not a text, number or boolean`);
  }
  return data as Attributes;
}

const LABOR_ACKNOWLEDGED_1 = new Set(['labor', 'by', 'note']);

function laborAcknowledged1(data: Data, host: HostName, recordedAt: Instant): LaborAcknowledged {
  onlyFields(data, LABOR_ACKNOWLEDGED_1);
  return {
    kind: 'LaborAcknowledged',
    host,
    labor: labor(data.labor, 'labor'),
    recordedAt,
    by: textOrNull(data.by, 'by'),
    note: textOrNull(data.note, 'note'),
  };
}

const LABOR_ASSIGNED_1 = new Set(['labor', 'by', 'to']);

function laborAssigned1(data: Data, host: HostName, recordedAt: Instant): LaborAssigned {
  onlyFields(data, LABOR_ASSIGNED_1);
  return {
    kind: 'LaborAssigned',
    host,
    labor: labor(data.labor, 'labor'),
    recordedAt,
    by: textOrNull(data.by, 'by'),
    to: textOrNull(data.to, 'to'),
  };
}

const LABOR_WAIVED_1 = new Set(['labor', 'by', 'reason']);

function laborWaived1(data: Data, host: HostName, recordedAt: Instant): LaborWaived {
  onlyFields(data, LABOR_WAIVED_1);
  return {
    kind: 'LaborWaived',
    host,
    labor: labor(data.labor, 'labor'),
    recordedAt,
    by: textOrNull(data.by, 'by'),
    reason: text(data.reason, 'reason'),
  };
}
