/** How entries of a quest's stream are stored. The quest's number is the stream's; nulls are left out, but where an amendment sets a field to null. */
import {
  type Instant,
  type QuestAmended,
  type QuestDrafted,
  type QuestEntry,
  type QuestHostsAccepted,
  type QuestHostsEmbarked,
  type QuestHostsListed,
  type QuestId,
  type Reference,
} from '#domain';
import { streamKind } from '../streams.js';
import { decoderOf, type Readers } from './decoder.js';
import { count, eventTypeName, hostName, instantOrNull, listOf, objectOf, onlyFields } from './fields.js';
import { text, textOrNull, uuid, type Data } from './fields.js';

/** The data of the newest version of the entry's type. */
export function questData(entry: QuestEntry): object {
  const by = entry.by ?? undefined;
  switch (entry.kind) {
    case 'QuestDrafted': {
      const { type, creator, description, target, references } = entry;
      return { type, creator: creator ?? undefined, description, target: target ?? undefined, references, by };
    }
    case 'QuestHostsListed':
    case 'QuestHostsAccepted':
      return { batch: entry.batch, hosts: entry.hosts, by };
    case 'QuestHostsEmbarked':
      return { batch: entry.batch, by };
    case 'QuestAmended': {
      const { creator, description, target, references } = entry;
      return { creator, description, target, references, by };
    }
  }
}

export const QUEST_READERS: Readers<QuestEntry, QuestId> = {
  QuestDrafted: [questDrafted1],
  QuestHostsListed: [questHostsListed1],
  QuestHostsAccepted: [questHostsAccepted1],
  QuestHostsEmbarked: [questHostsEmbarked1],
  QuestAmended: [questAmended1],
};

export const decodeQuestEntry = decoderOf("a quest's stream", QUEST_READERS, (stream) => {
  const parsed = streamKind(stream);
  return parsed.kind === 'quest' ? parsed.quest : undefined;
});

const QUEST_DRAFTED_1 = new Set(['type', 'creator', 'description', 'target', 'references', 'by']);

function questDrafted1(data: Data, quest: QuestId, recordedAt: Instant): QuestDrafted {
  onlyFields(data, QUEST_DRAFTED_1);
  return {
    kind: 'QuestDrafted',
    quest,
    type: eventTypeName(data.type, 'type'),
    creator: textOrNull(data.creator, 'creator'),
    description: text(data.description, 'description'),
    target: instantOrNull(data.target, 'target'),
    references: listOf(data.references, 'references', reference),
    by: textOrNull(data.by, 'by'),
    recordedAt,
  };
}

const BATCH_OF_HOSTS_1 = new Set(['batch', 'hosts', 'by']);

function questHostsListed1(data: Data, _quest: QuestId, recordedAt: Instant): QuestHostsListed {
  onlyFields(data, BATCH_OF_HOSTS_1);
  return {
    kind: 'QuestHostsListed',
    batch: uuid(data.batch, 'batch'),
    hosts: listOf(data.hosts, 'hosts', hostName),
    by: textOrNull(data.by, 'by'),
    recordedAt,
  };
}

function questHostsAccepted1(data: Data, _quest: QuestId, recordedAt: Instant): QuestHostsAccepted {
  onlyFields(data, BATCH_OF_HOSTS_1);
  return {
    kind: 'QuestHostsAccepted',
    batch: uuid(data.batch, 'batch'),
    hosts: count(data.hosts, 'hosts'),
    by: textOrNull(data.by, 'by'),
    recordedAt,
  };
}

const QUEST_HOSTS_EMBARKED_1 = new Set(['batch', 'by']);

function questHostsEmbarked1(data: Data, _quest: QuestId, recordedAt: Instant): QuestHostsEmbarked {
  onlyFields(data, QUEST_HOSTS_EMBARKED_1);
  return { kind: 'QuestHostsEmbarked', batch: uuid(data.batch, 'batch'), by: textOrNull(data.by, 'by'), recordedAt };
}

const QUEST_AMENDED_1 = new Set(['creator', 'description', 'target', 'references', 'by']);

function questAmended1(data: Data, _quest: QuestId, recordedAt: Instant): QuestAmended {
  onlyFields(data, QUEST_AMENDED_1);
  return {
    kind: 'QuestAmended',
    ...(data.creator === undefined ? {} : { creator: textOrNull(data.creator, 'creator') }),
    ...(data.description === undefined ? {} : { description: text(data.description, 'description') }),
    ...(data.target === undefined ? {} : { target: instantOrNull(data.target, 'target') }),
    ...(data.references === undefined ? {} : { references: listOf(data.references, 'references', reference) }),
    by: textOrNull(data.by, 'by'),
    recordedAt,
  };
}

const REFERENCE_1 = new Set(['label', 'key', 'url']);

function reference(value: unknown, field: string): Reference {
  const data = objectOf(value, field);
  onlyFields(data, REFERENCE_1);
  return {
    ...(data.label === undefined ? {} : { label: text(data.label, `${field}.label`) }),
    ...(data.key === undefined ? {} : { key: text(data.key, `${field}.key`) }),
    ...(data.url === undefined ? {} : { url: text(data.url, `${field}.url`) }),
  };
}
