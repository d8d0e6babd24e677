/** How entries of a host's stream are stored. The host is the stream's, and an event type's name is made of its pair. */
import {
  parseQuestId,
  typeName,
  type EventLogged,
  type HostEntry,
  type HostName,
  type LaborAssigned,
  type TypeName,
} from '#domain';
import { streamKind } from '../streams.js';
import {
  amended,
  attributes,
  event,
  eventTypeName,
  instant,
  jsonObject,
  labor,
  listOf,
  numbered,
  oneOf,
  optional,
  text,
  typePart,
} from './fields.js';
import { formerVersion, streamCodec } from './stream-codec.js';

const ofHost = (entry: { host: HostName }, host: HostName): void => {
  entry.host = host;
};

/** Of an event before it could have data. */
const eventV1 = {
  category: typePart,
  state: typePart,
  at: instant,
  by: optional(text),
  key: optional(text),
  note: optional(text),
  attributes: optional(attributes),
  quest: optional(numbered(parseQuestId)),
};

type EventV1 = Omit<EventLogged, 'kind' | 'recordedAt' | 'principal' | 'host' | 'type' | 'data'>;

const ofEvent = (entry: { host: HostName; type: TypeName; category: string; state: string }, host: HostName): void => {
  entry.host = host;
  entry.type = typeName(entry.category, entry.state);
};

/** Of an assignment before it could have a note. */
const assignedV1 = { labor, by: optional(text), to: optional(text) };

type AssignedV1 = Pick<LaborAssigned, 'labor' | 'by' | 'to'>;

const ofAssignedV1 = (entry: { host: HostName; note: string | null }, host: HostName): void => {
  entry.host = host;
  entry.note = null;
};

const questEnd = { quest: numbered(parseQuestId), by: optional(text), reason: text };

export const hostCodec = streamCodec<HostEntry, HostName, 'host' | 'type'>("a host's stream", hostOf, {
  EventLogged: {
    fields: { ...eventV1, data: amended(jsonObject) },
    imply: ofEvent,
    before: [
      formerVersion<EventLogged, HostName, EventV1>('EventLogged', eventV1, ({ data }) => data === undefined, ofEvent),
    ],
  },
  LaborAcknowledged: { fields: { labor, by: optional(text), note: optional(text) }, imply: ofHost },
  LaborAssigned: {
    fields: { ...assignedV1, note: optional(text) },
    imply: ofHost,
    before: [
      formerVersion<LaborAssigned, HostName, AssignedV1>(
        'LaborAssigned',
        assignedV1,
        ({ note }) => note === null,
        ofAssignedV1,
      ),
    ],
  },
  LaborWaived: { fields: { labor, by: optional(text), reason: text }, imply: ofHost },
  LaborReopened: { fields: { labor, by: optional(text), reason: text }, imply: ofHost },
  LaborNoted: { fields: { labor, by: optional(text), text }, imply: ofHost },
  LaborAdopted: { fields: { labor, by: optional(text), quest: optional(numbered(parseQuestId)) }, imply: ofHost },
  QuestEnded: { fields: questEnd, imply: ofHost },
  QuestLaborsEnded: { fields: questEnd, imply: ofHost },
  QuestLeft: { fields: { ...questEnd, reason: optional(text) }, imply: ofHost },
  LaborsClaimed: {
    fields: { quest: numbered(parseQuestId), laborType: eventTypeName, from: oneOf('none', 'any'), by: optional(text) },
    imply: ofHost,
  },
  HostAttributesSet: { fields: { by: optional(text), set: attributes, clear: listOf(text) }, imply: ofHost },
  HostRetired: { fields: { by: optional(text), reason: text }, imply: ofHost },
  HostImported: {
    fields: { inventory: text, by: optional(text), set: attributes, clear: listOf(text) },
    imply: ofHost,
  },
  HostMissing: { fields: { inventory: text, by: optional(text) }, imply: ofHost },
  EventRedacted: { fields: { event, by: optional(text), reason: text }, imply: ofHost },
});

/** The last stream that was asked for: entries of one host come one after another, and its name is parsed once for all. */
let last: { readonly stream: string; readonly host: HostName | undefined } | undefined;

function hostOf(stream: string): HostName | undefined {
  if (last?.stream !== stream) {
    const parsed = streamKind(stream);
    last = { stream, host: parsed.kind === 'host' ? parsed.host : undefined };
  }
  return last.host;
}
