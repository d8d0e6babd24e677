/** How entries of a quest's stream are stored. The quest's number is the stream's; only its first entry says it. */
import type { QuestEntry, QuestId, Reference } from '#domain';
import { streamKind } from '../streams.js';
import { amended, count, eventTypeName, hostName, instant, labor, listOf, optional, text, uuid } from './fields.js';
import { record } from './shape.js';
import { streamCodec } from './stream-codec.js';

const by = optional(text);
const references = listOf(record<Reference>({ label: amended(text), key: amended(text), url: amended(text) }));

export const questCodec = streamCodec<QuestEntry, QuestId, 'quest'>("a quest's stream", questOf, {
  QuestDrafted: {
    fields: {
      type: eventTypeName,
      creator: optional(text),
      description: text,
      target: optional(instant),
      references,
      by,
    },
    imply: (entry, quest) => {
      entry.quest = quest;
    },
  },
  QuestHostsListed: { fields: { batch: uuid, hosts: listOf(hostName), by } },
  QuestHostsAccepted: { fields: { batch: uuid, hosts: count, by } },
  QuestHostsEmbarked: { fields: { batch: uuid, by } },
  QuestLaborsAccepted: { fields: { adoption: uuid, request: uuid, labors: listOf(labor), by } },
  QuestLaborsAdopted: { fields: { adoption: uuid, by } },
  QuestAmended: {
    fields: {
      creator: amended(optional(text)),
      description: amended(text),
      target: amended(optional(instant)),
      references: amended(references),
      by,
    },
  },
  QuestAbandoned: { fields: { by, reason: text } },
  QuestHostsEnded: { fields: { by } },
});

function questOf(stream: string): QuestId | undefined {
  const parsed = streamKind(stream);
  return parsed.kind === 'quest' ? parsed.quest : undefined;
}
