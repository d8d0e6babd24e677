/** How entries of a host's stream are stored. The host is the stream's, and an event type's name is made of its pair. */
import { parseQuestId, typeName, type HostEntry, type HostName } from '#domain';
import { streamKind } from '../streams.js';
import { attributes, instant, labor, numbered, optional, text, typePart } from './fields.js';
import { streamCodec } from './stream-codec.js';

const ofHost = (entry: { host: HostName }, host: HostName): void => {
  entry.host = host;
};

export const hostCodec = streamCodec<HostEntry, HostName, 'host' | 'type'>("a host's stream", hostOf, {
  EventLogged: {
    fields: {
      category: typePart,
      state: typePart,
      at: instant,
      by: optional(text),
      key: optional(text),
      note: optional(text),
      attributes: optional(attributes),
      quest: optional(numbered(parseQuestId)),
    },
    imply: (entry, host) => {
      entry.host = host;
      entry.type = typeName(entry.category, entry.state);
    },
  },
  LaborAcknowledged: { fields: { labor, by: optional(text), note: optional(text) }, imply: ofHost },
  LaborAssigned: { fields: { labor, by: optional(text), to: optional(text) }, imply: ofHost },
  LaborWaived: { fields: { labor, by: optional(text), reason: text }, imply: ofHost },
  LaborNoted: { fields: { labor, by: optional(text), text }, imply: ofHost },
});

function hostOf(stream: string): HostName | undefined {
  const parsed = streamKind(stream);
  return parsed.kind === 'host' ? parsed.host : undefined;
}
