/** For this folder's specs alone: documents of the views, made from as little as a test wants to say. */
import {
  DOCUMENTS_VERSION,
  NO_HOST_PAST,
  positionOf,
  type CatalogueEntryDocument,
  type EventDocument,
  type HostDocument,
  type LaborDocument,
  type PartitionProgress,
  type Position,
  type QuestDocument,
  type QuestPhase,
  type Tally,
} from '#contracts';
import {
  FOLD_VERSION,
  newHost,
  parseEventTypeId,
  parseFateId,
  parseHostName,
  parseInstant,
  parseQuestId,
  typeName,
  type CatalogueEntry,
  type EventId,
  type Fate,
  type FateId,
  type HostName,
  type Instant,
  type LaborId,
  type QuestId,
  type QuestState,
  type TypeName,
} from '#domain';
import type { ViewsFreshness, ViewsTotals } from '#ports';
import { laborDoc } from '#testing';

function made<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('a spec made something that cannot be');
  return value;
}

export const at = (position: number | bigint): Position => positionOf(BigInt(position));
export const instant = (text: string): Instant => made(parseInstant(text));
export const hostName = (text: string): HostName => made(parseHostName(text));
export const questId = (value: number): QuestId => made(parseQuestId(value));
export const fateId = (value: number): FateId => made(parseFateId(value));

/** `web-1~0` and the like. */
export const laborIdOf = (text: string): LaborId => text as LaborId;
export const eventIdOf = (text: string): EventId => text as EventId;
export const typeOf = (text: string): TypeName => text as TypeName;

export const NOW = instant('2030-05-06T07:08:09.000Z');
export const BEFORE = instant('2030-05-06T07:08:08.999Z');
export const AFTER = instant('2030-05-06T07:08:09.001Z');

export const TALLY: Tally = {
  named: 3,
  chains: 3,
  unstarted: 1,
  inProgress: 0,
  completed: 2,
  waived: 0,
  labors: 3,
  open: 1,
  steps: { 'disk-full': { open: 1, closed: 2 } },
};

export function progressOf(
  partition: number,
  position: Position,
  heardAtMs = Date.parse(NOW),
  number: number | null = null,
): PartitionProgress {
  return { partition, position, entryId: null, number, heardAtMs };
}

export function freshnessOf(
  progress: readonly PartitionProgress[],
  change: Partial<ViewsFreshness['generation']> = {},
): ViewsFreshness {
  const generation = {
    number: 7,
    documentsVersion: DOCUMENTS_VERSION,
    foldVersion: FOLD_VERSION,
    partitions: 4,
    hashVersion: 1,
    state: 'ready' as const,
    createdAt: BEFORE,
  };
  return { generation: { ...generation, ...change }, progress };
}

/** Types `x-a`, `x-b` … numbered in that order, and fates such as `a => b`. */
export function catalogueOf(
  letters: readonly string[],
  fates: readonly (Partial<Fate> & { readonly rule: string })[],
): readonly CatalogueEntryDocument[] {
  const signed = { by: null, recordedAt: BEFORE };
  const entries: CatalogueEntry[] = letters.map((state, index) => ({
    ...signed,
    kind: 'EventTypeDefined',
    id: made(parseEventTypeId(index + 1)),
    category: 'x',
    state,
    description: null,
    restricted: false,
  }));
  fates.forEach(({ rule, status, principal: _, ...fate }, index) => {
    const [creates = '', completedBy = ''] = rule.split(' => ').map((state) => typeName('x', state));
    const id = fateId(index + 1);
    entries.push({
      ...{ ...signed, kind: 'FateDefined', id, creates: typeOf(creates), completedBy: typeOf(completedBy) },
      ...{ intermediate: false, follows: null, onRepeat: 'open', name: null, description: null, actors: [], ...fate },
    });
    if (status === 'retired') entries.push({ ...signed, kind: 'FateRetired', id });
  });
  return entries.map((entry, revision) => ({ revision, position: at(revision), entry }));
}

export function laborOf(id: string, change: Partial<LaborDocument> = {}): LaborDocument {
  const [host = ''] = id.split('~');
  return {
    ...laborDoc(),
    id: laborIdOf(id),
    host: hostName(host),
    type: typeOf('x-a'),
    chain: laborIdOf(id),
    opened: {
      event: eventIdOf(id),
      position: at(5),
      at: BEFORE,
      recordedAt: BEFORE,
      by: null,
      principal: null,
      note: null,
      redacted: false,
      fate: fateId(1),
      catalogueRevision: 3,
    },
    lastSeen: BEFORE,
    position: at(5),
    ...change,
  };
}

export function eventOf(id: string, change: Partial<EventDocument> = {}): EventDocument {
  const [host = '', revision = ''] = id.split('~');
  return {
    id: eventIdOf(id),
    host: hostName(host),
    revision: Number(revision),
    position: at(5),
    type: typeOf('x-a'),
    category: 'x',
    state: 'a',
    key: null,
    at: BEFORE,
    recordedAt: BEFORE,
    by: null,
    principal: null,
    note: null,
    attributes: null,
    data: null,
    quest: null,
    late: false,
    duplicate: false,
    redacted: null,
    ...change,
  };
}

/** What a host's row shows beside its labors, where nothing was said of it. */
export const ABOUT = { attributes: {}, retired: null, inventories: [], lastEvent: null } as const;

export function hostOf(host: string, parked: HostDocument['parked'] = null): HostDocument {
  return {
    host: hostName(host),
    state: newHost,
    entryId: null,
    position: at(5),
    first: at(5),
    past: NO_HOST_PAST,
    updatedAt: BEFORE,
    lastEvent: null,
    parked,
    behind: null,
    version: 1,
  };
}

/** A quest that was accepted; `phase` null: never counted. */
export function questOf(
  id: number,
  phase: QuestPhase | null,
  state: Partial<QuestState> = {},
  tally: Tally = TALLY,
): QuestDocument {
  const quest = questId(id);
  const folded: QuestState = {
    quest,
    type: typeOf('x-a'),
    creator: 'ann',
    principal: 'agent',
    description: 'make room',
    target: null,
    references: [{ key: 'OPS-1' }],
    embarkedAt: BEFORE,
    hosts: 3,
    embarking: [],
    batches: [],
    adopting: [],
    removing: [],
    removes: false,
    abandoned: null,
    ending: false,
    ...state,
  };
  const hosts = { done: 1, open: 1, without: 1, parked: 0 };
  const counted = { label: at(9), mark: at(8), touches: 0, version: 1, tally, hosts };
  const completed = phase === 'completed' ? { position: at(8), at: BEFORE } : null;
  return {
    quest,
    record: { quest, state: folded, revision: 3, position: at(6), parked: null },
    recount: phase === null ? null : { ...counted, phase, completed },
    mark: at(8),
    touches: 0,
  };
}

export const PARKED = {
  state: 'parked' as const,
  reason: 'version 9 of EventLogged is not known',
  revision: 4,
  position: at(6),
  since: BEFORE,
};

export function totalsOf(change: Partial<ViewsTotals> = {}): ViewsTotals {
  return {
    hosts: 3,
    events: 9,
    labors: { open: 2, completed: 1, waived: 0 },
    quests: { embarking: 0, open: 1, completed: 0, abandoned: 0, empty: 0 },
    openByType: [],
    ...change,
  };
}
