/**
 * Between the domain's entries and the journal's envelope. A change of an entry's layout is a new version: its writer
 * changes, and its reader comes beside those of the versions before, which bring what they read up to date.
 */
import type { CatalogueEntry, HostEntry, QuestEntry } from '#domain';
import type { NewEntry, Uuid } from '../entries.js';
import { CATALOGUE_READERS, catalogueData } from './catalogue.js';
import { HOST_READERS, hostData } from './host.js';
import { QUEST_READERS, questData } from './quest.js';

export { decodeCatalogueEntry } from './catalogue.js';
export type { Decoded } from './decoder.js';
export { decodeHostEntry } from './host.js';
export { decodeQuestEntry } from './quest.js';

export type DomainEntry = CatalogueEntry | HostEntry | QuestEntry;

const READERS: Readonly<Record<DomainEntry['kind'], readonly unknown[]>> = {
  ...HOST_READERS,
  ...CATALOGUE_READERS,
  ...QUEST_READERS,
};

/**
 * The entry as it is handed to the journal, in the newest version of its type. The stream it goes to says its host or
 * quest; `trace` is the trace context of the request that causes it.
 */
export function encodeEntry(entry: DomainEntry, id: Uuid, trace?: string): NewEntry {
  const encoded: NewEntry = {
    id,
    type: entry.kind,
    version: READERS[entry.kind].length,
    recordedAt: entry.recordedAt,
    json: JSON.stringify(dataOf(entry)),
  };
  return trace === undefined ? encoded : { ...encoded, trace };
}

function dataOf(entry: DomainEntry): object {
  switch (entry.kind) {
    case 'EventLogged':
    case 'LaborAcknowledged':
    case 'LaborAssigned':
    case 'LaborWaived':
      return hostData(entry);
    case 'QuestDrafted':
    case 'QuestHostsListed':
    case 'QuestHostsAccepted':
    case 'QuestHostsEmbarked':
    case 'QuestAmended':
      return questData(entry);
    case 'EventTypeDefined':
    case 'EventTypeAmended':
    case 'EventTypeRetired':
    case 'EventTypeRestored':
    case 'EventTypeDeleted':
    case 'FateDefined':
    case 'FateAmended':
    case 'FateRetired':
    case 'FateRestored':
    case 'FateDeleted':
      return catalogueData(entry);
  }
}
