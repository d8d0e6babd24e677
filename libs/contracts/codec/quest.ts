/** How entries of a quest's stream are stored. The quest's number is the stream's; only its first entry says it. */
import type {
  QuestEntry,
  QuestHostsAccepted,
  QuestHostsListed,
  QuestId,
  QuestRemovalAccepted,
  Reference,
} from '#domain';
import { streamKind } from '../streams.js';
import {
  amended,
  count,
  eventTypeName,
  flag,
  hostName,
  instant,
  labor,
  listOf,
  oneOf,
  optional,
  text,
  uuid,
} from './fields.js';
import { record } from './shape.js';
import { formerVersion, streamCodec } from './stream-codec.js';

const by = optional(text);
const references = listOf(record<Reference>({ label: amended(text), key: amended(text), url: amended(text) }));

/** Of a listing before hosts could be taken out. */
const listedV1 = { batch: uuid, hosts: listOf(hostName), by };

type ListedV1 = Pick<QuestHostsListed, 'batch' | 'hosts' | 'by'>;

/** Of an acceptance before labors could be claimed. */
const acceptedV1 = { batch: uuid, hosts: count, by };

type AcceptedV1 = Pick<QuestHostsAccepted, 'batch' | 'hosts' | 'by'>;

/** Of a removal before its last acceptance was known as such. */
const removalV1 = {
  ...{ removal: uuid, request: uuid, reason: optional(text), hosts: listOf(hostName), named: count },
  ...{ batch: amended(uuid), after: amended(uuid), by },
};

type RemovalV1 = Omit<QuestRemovalAccepted, 'kind' | 'recordedAt' | 'principal' | 'last'>;

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
  QuestHostsListed: {
    fields: { ...listedV1, after: amended(uuid) },
    before: [
      formerVersion<QuestHostsListed, QuestId, ListedV1>(
        'QuestHostsListed',
        listedV1,
        ({ after }) => after === undefined,
      ),
    ],
  },
  QuestHostsAccepted: {
    fields: { ...acceptedV1, claim: amended(oneOf('none', 'any')) },
    before: [
      formerVersion<QuestHostsAccepted, QuestId, AcceptedV1>(
        'QuestHostsAccepted',
        acceptedV1,
        ({ claim }) => claim === undefined,
      ),
    ],
  },
  QuestHostsEmbarked: { fields: { batch: uuid, by } },
  QuestLaborsAccepted: { fields: { adoption: uuid, request: uuid, labors: listOf(labor), by } },
  QuestLaborsAdopted: { fields: { adoption: uuid, by } },
  QuestRemovalAccepted: {
    fields: { ...removalV1, last: amended(flag) },
    before: [
      formerVersion<QuestRemovalAccepted, QuestId, RemovalV1>(
        'QuestRemovalAccepted',
        removalV1,
        ({ last }) => last === undefined,
      ),
    ],
  },
  QuestHostsRemoved: { fields: { removal: uuid, by } },
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
