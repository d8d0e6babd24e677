/** The documents that the views' contract plays with. Positions are sparse, beyond 2^53, and on both sides of 2^63. */
import {
  NO_PART_PAST,
  NO_TALLY,
  partPastWith,
  positionOf,
  type BehindRecord,
  type CatalogueEntryDocument,
  type EventDocument,
  type HostDocument,
  type LaborDocument,
  type NamesEntryDocument,
  type LaborRepeat,
  type LastEvent,
  type ParkRecord,
  type PartDocument,
  type Position,
  type QuestRecord,
  type Recount,
  type Tally,
} from '#contracts';
import type { EventId, EventTypeId, FateId, HostName, Instant, LaborId, QuestId, TypeName } from '#domain';

/** The place of the n-th entry; n from 0 on. The 5th lies beyond 2^63. */
export function at(n: number): Position {
  return positionOf(2n ** 63n - 60n + BigInt(n) * 13n);
}

/** The n-th second of a day. */
export function instant(n: number): Instant {
  return new Date(Date.UTC(2024, 0, 1) + n * 1000).toISOString() as Instant;
}

export const host = (name: string) => name as HostName;
export const quest = (number: number) => number as QuestId;
export const type = (name: string) => name as TypeName;
export const laborId = (id: string) => id as LaborId;

export function catalogueEntry(revision: number, description: string | null): CatalogueEntryDocument {
  const rest = { category: 'a', state: `s${revision}`, restricted: false, by: null, recordedAt: instant(revision) };
  const id = (revision + 1) as EventTypeId;
  return {
    revision,
    position: at(revision),
    entry: { kind: 'EventTypeDefined', id, description, ...rest, principal: 'ann' },
  };
}

export function namesEntry(revision: number, name: string): NamesEntryDocument {
  const rest = { by: null, recordedAt: instant(revision), principal: 'ann' };
  return {
    revision,
    position: at(revision),
    entry: { kind: 'HostAliased', host: host('web-1'), names: [host(name)], ...rest },
  };
}

export function eventDoc(change: Partial<EventDocument> & { readonly n?: number } = {}): EventDocument {
  const { n = 0, ...rest } = change;
  const name = rest.host ?? host('web-1');
  return {
    id: `${name}~${n}` as EventId,
    host: name,
    revision: n,
    position: at(n),
    type: type('reboot-required'),
    category: 'reboot',
    state: 'required',
    key: null,
    at: instant(n),
    recordedAt: instant(n),
    by: null,
    principal: null,
    note: null,
    attributes: null,
    data: null,
    quest: null,
    late: false,
    duplicate: false,
    redacted: null,
    ...rest,
  };
}

export function laborDoc(change: Partial<LaborDocument> & { readonly n?: number } = {}): LaborDocument {
  const { n = 0, ...rest } = change;
  const name = rest.host ?? host('web-1');
  const id = rest.id ?? laborId(`${name}~${n}`);
  return {
    id,
    host: name,
    type: type('reboot-required'),
    state: 'open',
    quest: null,
    chain: id,
    opened: {
      event: `${name}~${n}` as EventId,
      position: at(n),
      at: instant(n),
      recordedAt: instant(n),
      by: null,
      principal: null,
      note: null,
      redacted: false,
      fate: 1 as FateId,
      catalogueRevision: 3,
    },
    closed: null,
    ack: null,
    notes: [],
    assignee: null,
    assignment: null,
    past: null,
    actors: [],
    occurrences: 1,
    absorbed: [],
    lastSeen: instant(n),
    overflow: null,
    position: at(n),
    ...rest,
  };
}

/**
 * Opened in quest 5 by the 0th entry, waived by the 10th and reopened by the 20th, in quest 6 from the 30th on, acknowledged and
 * assigned twice, and open still.
 */
export function pastLabor(change: Partial<LaborDocument> = {}): LaborDocument {
  const said = (n: number) => ({ by: 'ann', principal: null, at: instant(n), note: `n${n}`, position: at(n) });
  const { note: _, ...who } = said(30);
  const waived = closed(laborDoc({ quest: quest(5) }), 10, 'waived').closed!;
  return laborDoc({
    ...{ quest: quest(6), ack: said(41), assignee: null, assignment: { to: null, ...said(43) }, position: at(43) },
    past: {
      reopenings: [{ ...said(20), closed: waived }],
      moves: [{ ...who, from: quest(5) }],
      acks: [said(40)],
      assignments: [{ to: 'bob', ...said(42) }],
      notes: [said(15)],
      forgotten: { reopenings: 0, moves: 0, acks: 1, assignments: 2, notes: 3 },
    },
    ...change,
  });
}

/** The labor as the n-th entry closed it. */
export function closed(labor: LaborDocument, n: number, state: 'completed' | 'waived' = 'completed'): LaborDocument {
  return {
    ...labor,
    state,
    closed: {
      event: state === 'completed' ? (`${labor.host}~${n}` as EventId) : null,
      type: state === 'completed' ? type('reboot-completed') : null,
      position: at(n),
      at: instant(n),
      recordedAt: instant(n),
      by: 'ann',
      principal: 'ann',
      note: null,
      redacted: false,
      fate: state === 'completed' ? (1 as FateId) : null,
      catalogueRevision: 4,
    },
    position: at(n),
  };
}

/** The n-th entry's event was counted. */
export function repeat(n: number): LaborRepeat {
  return { position: at(n), at: instant(n) };
}

/** A host with `open` open labors, as after its n-th entry. */
export function hostDoc(
  change: Partial<HostDocument> & { readonly n?: number; readonly open?: number } = {},
): HostDocument {
  const { n = 0, open = 0, ...rest } = change;
  const name = rest.host ?? host('web-1');
  return {
    host: name,
    state: {
      revision: n,
      events: n + 1,
      greatestAt: instant(n),
      open: Array.from({ length: open }, (_, index) => ({
        id: laborId(`${name}~${index}`),
        type: type('reboot-required'),
        quest: index % 2 === 0 ? null : quest(7),
        chain: laborId(`${name}~0`),
        earlier: index,
      })),
      waived: [
        {
          ...{ id: laborId(`${name}~90.1`), type: type('reboot-required'), quest: quest(7) },
          ...{ chain: laborId(`${name}~89`), earlier: 2 },
        },
      ],
      keys: [{ event: n + 1, hash: '00ff00ff00ff00ff' }],
      attributes: {},
      retired: null,
      inventories: [],
    },
    entryId: '6f1e2d3c-0000-4000-8000-000000000001',
    position: at(n),
    first: at(0),
    past: {
      changes: [{ position: at(0), attributes: { role: null, rack: 7 }, retired: null, inventories: ['cmdb'] }],
      forgotten: 1,
    },
    updatedAt: instant(n),
    lastEvent: null,
    parked: null,
    behind: null,
    version: 0,
    ...rest,
  };
}

/** Of the host's n-th entry. */
export function lastEventDoc(n = 0, change: Partial<LastEvent> = {}): LastEvent {
  const { id, type: name, at: happened, recordedAt, position } = eventDoc({ n });
  return { event: id, type: name, at: happened, recordedAt, position, ...change };
}

export function parkRecord(n = 0, change: Partial<ParkRecord> = {}): ParkRecord {
  return {
    state: 'parked',
    reason: 'version 9 is unknown',
    revision: n,
    position: at(n),
    since: instant(n),
    ...change,
  };
}

export function behindRecord(n = 0, change: Partial<BehindRecord> = {}): BehindRecord {
  return { state: 'behind', position: at(n), since: instant(n), ...change };
}

/** Of a host that the quest names. */
export function tally(open: number, closedLabors: number): Tally {
  return {
    named: 1,
    chains: open + closedLabors,
    unstarted: open,
    inProgress: 0,
    completed: closedLabors,
    waived: 0,
    labors: open + closedLabors,
    open,
    steps: { 'reboot-required': { open, closed: closedLabors } },
  };
}

export function partDoc(change: Partial<PartDocument> & { readonly n?: number } = {}): PartDocument {
  const { n = 0, ...rest } = change;
  const part = { quest: quest(1), host: host('web-1'), tally: tally(1, 0), emptied: null, position: at(n), ...rest };
  // as if its numbers came of one entry
  const past = { changes: partPastWith(NO_PART_PAST, NO_TALLY, part).changes, forgotten: 2 };
  return { ...part, past: rest.past ?? past };
}

export function questRecord(
  number: number,
  n: number,
  state: Partial<NonNullable<QuestRecord['state']>> = {},
  change: Partial<QuestRecord> = {},
): QuestRecord {
  return {
    quest: quest(number),
    state: {
      quest: quest(number),
      type: type('reboot-required'),
      creator: 'ann',
      principal: 'agent',
      description: 'patch them',
      target: null,
      references: [{ key: 'OPS-1' }],
      embarkedAt: instant(n),
      hosts: 3,
      embarking: [],
      batches: [],
      adopting: [],
      removing: [],
      removes: false,
      abandoned: null,
      ending: false,
      ...state,
    },
    revision: n,
    position: at(n),
    parked: null,
    ...change,
  };
}

export function recountOf(n: number, change: Partial<Recount> = {}): Omit<Recount, 'version'> {
  const hosts = { done: 0, open: 3, without: 0, parked: 0 };
  const counted = { tally: { ...tally(1, 0), named: 3 }, hosts, phase: 'open', completed: null } as const;
  return { ...counted, label: at(n), mark: at(n), touches: 0, ...change };
}
